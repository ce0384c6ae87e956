"""Palo Alto Networks firewalls (PAN-OS), over SSH, with an audit of the running configuration."""

from collections.abc import Callable
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.reading import Value
from collectors.readers.panos import panos_audit, panos_rules, panos_status, panos_tree
from collectors.readers.panos.panos_tree import Branch
from collectors.replies import TextReplies

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Palo Alto Networks PAN-OS, over SSH"
DEVICE_CLASS = "firewall"
NETMIKO = "paloalto_panos"

SHOW_CONFIG = "show config running"
CONFIG_COMMAND = SHOW_CONFIG
ASKS = (panos_status.SYSTEM, panos_status.HA, panos_status.LICENCES, panos_status.NTP, SHOW_CONFIG)
PREPARES: tuple[str, ...] = ("set cli pager off", "set cli terminal width 500")
"""For this session alone."""
NEEDS = {
    "firmware": "the role devicereader",
    "ha": "the role devicereader",
    "licences": "the role superreader",
    "management": "the role superreader: show config running",
    "rules": "the role superreader: show config running",
}
GENTLE = Gentle(questions_per_s=3)
MATCHES = Matches(replies={panos_status.SYSTEM: r"^sw-version: \d"})


def _config(replies: TextReplies) -> Branch:
    return panos_audit.root_of(panos_tree.parse(replies[SHOW_CONFIG]))


def _audit(read_part: Callable[[Branch], Part | None]) -> Callable[[TextReplies], Value | Part | None]:
    return lambda replies: read_part(_config(replies))


def read_time(replies: TextReplies) -> Part:
    """Return zone and time servers, and whether the clock follows one."""
    return panos_audit.read_time(_config(replies), panos_status.synchronised(replies))


SECTIONS: Sections[TextReplies] = {
    "identity": panos_status.read_identity,
    "os": panos_status.read_os,
    "firmware": panos_status.read_firmware,
    "signatures": panos_status.read_signatures,
    "licences": panos_status.read_licences,
    "ha": panos_status.read_ha,
    "management": _audit(panos_audit.read_management),
    "snmp": _audit(panos_audit.read_snmp),
    "admins": _audit(panos_audit.read_admins),
    "lockout": _audit(panos_audit.read_lockout),
    "password_policy": _audit(panos_audit.read_password_policy),
    "time": read_time,
    "logging": _audit(panos_audit.read_logging),
    "rules": _audit(panos_rules.read_rules),
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of a Palo Alto Networks firewall with an audit of its configuration."""
    return gather(
        replies,
        SECTIONS,
        marks=lambda told_by: Marks(serial=panos_status.serial_of(told_by)),
        device_class=DEVICE_CLASS,
    )
