"""Fortinet FortiGate firewalls with FortiOS 6.0 and later, over SSH, with an audit of the configuration."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, gather
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks, is_junk
from collectors.readers.fortios import (
    fortios_accounts,
    fortios_addresses,
    fortios_audit,
    fortios_rules,
    fortios_services,
    fortios_status,
)
from collectors.readers.fortios.fortios_config import WHOLE, Shown
from collectors.replies import TextReplies

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Fortinet FortiGate (FortiOS), over SSH"
DEVICE_CLASS = "firewall"
NETMIKO = "fortinet"

CONFIG_COMMAND = WHOLE
REPLAYS = (WHOLE,)
"""A whole configuration is read from a file only: asked for, it would hold far more than is needed."""
SECTIONS = (
    "system global",
    "system interface",
    "system zone",
    "system sdwan",
    "system admin",
    "system password-policy",
    "system ntp",
    "system snmp sysinfo",
    "system snmp community",
    "system snmp user",
    *(f"log {name} setting" for name in fortios_audit.LOG_TARGETS),
    "firewall local-in-policy",
    fortios_addresses.OBJECTS,
    fortios_addresses.GROUPS,
    fortios_services.OBJECTS,
    fortios_services.GROUPS,
    "firewall policy",
    "vpn ipsec phase1-interface",
    "vpn ipsec phase2-interface",
)
ASKS = (
    fortios_status.STATUS,
    fortios_status.HA_STATUS,
    fortios_status.PERFORMANCE,
    fortios_status.NTP_STATUS,
    fortios_rules.TUNNEL_SUMMARY,
    *(f"show {section}" for section in SECTIONS),
)
PREPARES: tuple[str, ...] = ()
"""Nothing: the pager is answered, and 'config system console' would change the device."""
ERRORS = (r"^Command fail\. Return code", r"^command parse error", r"^Unknown action \d")
NEEDS = {
    "firmware": "a profile with sysgrp read",
    "management": "a profile with sysgrp read; with virtual domains an administrator of the global scope",
    "admins": "a profile with admingrp (6.x) or sysgrp read",
    "logging": "a profile with loggrp read",
    "rules": "a profile with fwgrp read",
    "tunnels": "a profile with vpngrp read",
    "time": "a profile with sysgrp read; whether the clock is in step needs system-diagnostics enabled",
}
GENTLE = Gentle(questions_per_s=5)
MATCHES = Matches(replies={fortios_status.STATUS: r"^Version: Forti(?:Gate|WiFi|GateRugged)\S* v\d"})


def _marks(shown: Shown) -> Marks:
    serial = fortios_status.serial_of(shown)
    return Marks(serial=serial if serial and not is_junk(serial) else None)


def read(replies: TextReplies) -> Facts:
    """Return the facts of a FortiGate with an audit of its configuration."""
    return gather(
        Shown(replies),
        {
            "identity": fortios_status.read_identity,
            "os": fortios_status.read_os,
            "firmware": fortios_status.read_firmware,
            "load": fortios_status.read_load,
            "ha": fortios_status.read_ha,
            "signatures": fortios_status.read_signatures,
            "licences": fortios_status.read_licences,
            "management": fortios_audit.read_management,
            "wan_services": fortios_rules.read_wan_services,
            "snmp": fortios_audit.read_snmp,
            "admins": fortios_accounts.read_admins,
            "lockout": fortios_accounts.read_lockout,
            "password_policy": fortios_accounts.read_password_policy,
            "time": fortios_audit.read_time,
            "logging": fortios_audit.read_logging,
            "config": fortios_audit.read_config,
            "rules": fortios_rules.read_rules,
            "tunnels": fortios_rules.read_tunnels,
        },
        marks=_marks,
        device_class=lambda _: DEVICE_CLASS,
    )
