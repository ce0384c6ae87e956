"""Cisco ASA firewalls, over SSH, with an audit of the running configuration."""

from collections.abc import Callable
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.reading import Value
from collectors.readers.asa import asa_audit, asa_config, asa_interfaces, asa_rules, asa_status
from collectors.readers.cisco.cisco_config import Configuration
from collectors.replies import TextReplies

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Cisco ASA, over SSH"
DEVICE_CLASS = "firewall"
NETMIKO = "cisco_asa"

SHOW_NTP = "show ntp status"
CONFIG_COMMAND = asa_status.SHOW_CONFIG
ASKS = (
    asa_status.SHOW_VERSION,
    asa_status.SHOW_FAILOVER,
    asa_status.SHOW_LICENSE,
    asa_interfaces.SHOW_INTERFACE,
    SHOW_NTP,
    asa_status.SHOW_CONFIG,
)
PREPARES: tuple[str, ...] = ("enable", "terminal pager 0")
NEEDS = {
    "firmware": "privilege 3, or command authorization for: show version",
    "ha": "privilege 3, or command authorization for: show failover",
    "management": "privilege 15, or command authorization for: show running-config",
    "rules": "privilege 15, or command authorization for: show running-config",
}
GENTLE = Gentle(questions_per_s=5)
MATCHES = Matches(replies={asa_status.SHOW_VERSION: r"Cisco Adaptive Security Appliance|Threat Defense"})


def _audit(read_part: Callable[[Configuration], Part | None]) -> Callable[[TextReplies], Value | Part | None]:
    return lambda replies: read_part(asa_config.parse(replies[asa_status.SHOW_CONFIG]))


def read_time(replies: TextReplies) -> Part:
    """Return the time servers and whether the clock follows one of them."""
    text = replies[asa_status.SHOW_CONFIG]
    told_by_status = asa_status.ntp_status(replies)
    elsewhere = asa_config.is_threat_defense(text)
    return asa_audit.read_time(asa_config.parse(text), *told_by_status, set_elsewhere=elsewhere)


def read_lockout(replies: TextReplies) -> Part:
    """Return when a local account is locked."""
    text = replies[asa_status.SHOW_CONFIG]
    return asa_audit.read_lockout(asa_config.parse(text), asa_config.release_of(text))


SECTIONS: Sections[TextReplies] = {
    "identity": asa_status.read_identity,
    "os": asa_status.read_os,
    "firmware": asa_status.read_firmware,
    "licences": asa_status.read_licences,
    "ha": asa_status.read_ha,
    "interfaces": asa_interfaces.read_interfaces,
    "management": _audit(asa_audit.read_management),
    "wan_services": _audit(asa_audit.read_wan_services),
    "snmp": _audit(asa_audit.read_snmp),
    "admins": _audit(asa_audit.read_admins),
    "lockout": read_lockout,
    "password_policy": _audit(asa_audit.read_password_policy),
    "time": read_time,
    "logging": _audit(asa_audit.read_logging),
    "zones": _audit(asa_audit.read_zones),
    "rules": _audit(asa_rules.read_rules),
    "tunnels": _audit(asa_rules.read_tunnels),
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of a Cisco ASA with an audit of its configuration."""
    return gather(
        replies, SECTIONS, marks=lambda told_by: Marks(serial=asa_status.serial_of(told_by)), device_class=DEVICE_CLASS
    )
