"""HP ProCurve and Aruba switches with AOS-S (ProVision), over SSH, with an audit of the running configuration."""

import re
from datetime import datetime
from functools import partial
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.errors import UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.sections.network import Vlan
from collectors.facts.sections.system import Firmware, Identity, Os
from collectors.readers.outputs import cli_table
from collectors.readers.outputs.cli_words import (
    VLAN_MAX,
    booted_at,
    built,
    either,
    first,
    known,
    number_of,
    said,
    serial_of,
)
from collectors.readers.procurve import procurve_audit, procurve_config, procurve_outputs
from collectors.readers.procurve.procurve_config import Configuration
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "HP ProCurve and Aruba AOS-S, over SSH"
DEVICE_CLASS = "switch"
NETMIKO = "hp_procurve"

SHOW_SYSTEM = "show system"
SHOW_VERSION = "show version"
SHOW_CONFIG = "show running-config"
SHOW_LOCAL = "show lldp info local-device"
SHOW_VLANS = "show vlans"
CONFIG_COMMAND = SHOW_CONFIG
ASKS = (SHOW_SYSTEM, SHOW_VERSION, SHOW_CONFIG, SHOW_LOCAL, SHOW_VLANS, *procurve_outputs.ASKS)
PREPARES: tuple[str, ...] = ("no page", "terminal width 511", "enable", " ")
"""The space is a key: it leaves the page that is shown at logon."""
NEEDS = dict.fromkeys(
    ("firmware", "interfaces", "vlans", "stp", "power_supplies", "fans"), "an operator"
) | dict.fromkeys(
    ("management", "snmp", "logging", "admins", "time"), "a manager: operators are not shown the configuration"
)
GENTLE = Gentle(questions_per_s=2, pause_after_s=1)
MATCHES = Matches(
    replies={
        SHOW_SYSTEM: r"Status and Counters - General System Information|^ *Software revision *: [A-Z]{1,2}\.\d",
        SHOW_VERSION: r"^Image stamp: *\n?.*\n?(?:.*\n){0,3} *[A-Z]{1,2}\.\d\d\.\d\d",
    }
)

_VERSION = r"([A-Z]{1,2}\.\d{2}\.\d{2,3}(?:\.\d{1,5})?[a-z]?\w*)"
_STAMP = r"^ +(?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) (?P<year>\d{4}) +\d\d:\d\d:\d\d"


def _configuration(replies: TextReplies) -> Configuration:
    return procurve_config.parse(replies[SHOW_CONFIG])


_known_configuration = partial(known, _configuration)


def read_identity(replies: TextReplies) -> Part:
    """Return name, place, model and serial number; the members of a stack have serial numbers of their own."""
    text = either(replies, SHOW_SYSTEM, SHOW_LOCAL, procurve_outputs.SHOW_STACK, SHOW_CONFIG)
    config = _known_configuration(replies)
    name = first(text, r"^ *(?:System )?Name *: *(\S.*?) *$", r'^hostname "?(.+?)"?$')
    return told(
        Identity,
        {
            "vendor": lambda: "HPE Aruba",
            "name": lambda: name,
            "contact": lambda: first(text, r"System Contact *: *(\S.*?) *$"),
            "location": lambda: first(text, r"System Location *: *(\S.*?) *$"),
            "model": lambda: procurve_outputs.model(replies, SHOW_LOCAL) or (config.model if config else None),
            "serial": lambda: _serial(replies),
        },
    )


def _serial(replies: TextReplies) -> str | None:
    """Return the only serial number; None for a stack, which tells one for each member."""
    numbers = re.findall(r"Serial Number *: *(\S*)", replies[SHOW_SYSTEM])
    return serial_of(numbers[0] or None) if len(numbers) == 1 else None


def read_os(replies: TextReplies) -> Part:
    """Return the last start, which older images tell in whole days; a stack has been up as long as its first member."""

    def started() -> datetime | None:
        return booted_at(first(replies[SHOW_SYSTEM], r"Up Time *: *(\d.*?) *(?: {3}|$)"), replies.observed_at)

    return told(Os, {"booted_at": started})


def read_firmware(replies: TextReplies) -> Part:
    """Return version and build day of the running image."""
    config = _known_configuration(replies)
    text = "\n".join(
        shown
        for command in (SHOW_SYSTEM, SHOW_VERSION, procurve_outputs.SHOW_STACK)
        if (shown := said(replies, command))
    )
    if not text and config is None:
        raise UnexpectedReply("is not told by any output")
    version = first(text, rf"Software (?:revision|Version) *: *{_VERSION}", rf"^ +{_VERSION} *$")
    return told(
        Firmware,
        {
            "product": lambda: "aos-s",
            "version": lambda: version or (config.version if config else None),
            "released": lambda: built(replies[SHOW_VERSION], _STAMP),
        },
    )


def read_management(replies: TextReplies) -> Part:
    """Return the audit of the configuration, with what the SSH server tells."""
    return procurve_audit.read_management(_configuration(replies), procurve_outputs.ssh(replies))


def read_vlans(replies: TextReplies) -> Part:
    """Return the VLANs of the configuration, which knows their ports, else those of the list."""
    config = _known_configuration(replies)
    if config is not None:
        return Part(procurve_config.read_vlans(config))
    table = cli_table.table(replies[SHOW_VLANS], "VLAN ID", "Name")
    rows = [(number_of(row[0], VLAN_MAX), row[1], line) for row, line in zip(table.rows, table.lines, strict=True)]
    found = tuple(Vlan(number=number, name=_whole_name(name, line)) for number, name, line in rows if number)
    return Part(found, complete=len(found) == len(rows))


def _whole_name(name: str, line: str) -> str | None:
    """Return a VLAN's name, None where it fills its column and may have been cut."""
    return None if not name or re.search(rf"{re.escape(name)} \S", line) else name


def _marks(replies: TextReplies) -> Marks:
    return Marks(serial=_serial(replies))


SECTIONS: Sections[TextReplies] = {
    "identity": read_identity,
    "os": read_os,
    "firmware": read_firmware,
    "components": procurve_outputs.read_components,
    "management": read_management,
    "snmp": lambda told_by: procurve_audit.read_snmp(_configuration(told_by)),
    "logging": lambda told_by: procurve_audit.read_logging(_configuration(told_by)),
    "admins": lambda told_by: Part(procurve_audit.read_accounts(_configuration(told_by))),
    "time": lambda told_by: procurve_audit.read_time(_configuration(told_by), procurve_outputs.clock(told_by)),
    "config": procurve_outputs.read_config,
    "interfaces": lambda told_by: procurve_outputs.read_interfaces(told_by, _known_configuration(told_by)),
    "trunks": lambda told_by: Part(procurve_config.read_trunks(_configuration(told_by))),
    "vlans": read_vlans,
    "stp": procurve_outputs.read_stp,
    "neighbors": procurve_outputs.read_neighbors,
    "stack": procurve_outputs.read_stack,
    "poe": procurve_outputs.read_poe,
    "power_supplies": procurve_outputs.read_supplies,
    "fans": procurve_outputs.read_fans,
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of an AOS-S switch with an audit of its configuration."""
    return gather(replies, SECTIONS, marks=_marks, device_class=DEVICE_CLASS)
