"""Cisco Small Business and Catalyst 1200/1300 switches (SG, SF, CBS), over SSH, with an audit of the configuration."""

import re
from dataclasses import replace
from functools import partial
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.sections.system import Firmware, Identity
from collectors.readers.cisco import cisco_environment, cisco_inventory
from collectors.readers.cisco.cisco_audit import PLATFORM_DEFAULT
from collectors.readers.cisco.cisco_config import Configuration, Line
from collectors.readers.outputs import key_blocks, running_time
from collectors.readers.outputs.cli_words import built, either, first, known, said
from collectors.readers.small_switches import (
    exit_config,
    radlan_outputs,
    small_switch_audit,
    small_switch_snmp,
)
from collectors.readers.small_switches.small_switch_sections import audited
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Cisco Small Business switches (SG, SF, CBS), over SSH"
DEVICE_CLASS = "switch"
NETMIKO = "cisco_s300"

SHOW_VERSION = "show version"
SHOW_SYSTEM = "show system"
SHOW_INVENTORY = "show inventory"
SHOW_CONFIG = "show running-config"
SHOW_PORTS = "show interfaces status"
SHOW_VLANS = "show vlan"
SHOW_LLDP = "show lldp neighbors"
CONFIG_COMMAND = SHOW_CONFIG
ASKS = (SHOW_VERSION, SHOW_SYSTEM, SHOW_INVENTORY, SHOW_CONFIG, SHOW_PORTS, SHOW_VLANS, SHOW_LLDP)
PREPARES: tuple[str, ...] = ("terminal datadump", "terminal width 511", "enable")
_USER, _CONFIG = "level 1", "level 15: lower levels are not shown the configuration"
NEEDS = {
    **dict.fromkeys(("firmware", "interfaces", "vlans", "neighbors", "fans"), _USER),
    **dict.fromkeys(("management", "snmp", "logging", "admins", "time"), _CONFIG),
}
GENTLE = Gentle(questions_per_s=2, pause_after_s=1)
MATCHES = Matches(
    replies={
        SHOW_SYSTEM: r"^System Up Time \(days,hour:min:sec\):",
        SHOW_VERSION: r"^(?:SW version +\d[\d.]+ +\( *date|Active-image: )",
    }
)

# Cisco 300, 350 and Business 350 Series CLI guides: the Telnet server is off, every line's time-out is 10 minutes
DEFAULTS = {"telnet": False}
IDLE_S = 600
LINES = ("line console", "line ssh", "line telnet")
_STYLE = exit_config.Style(
    re.compile(r"^(config-file-header|hostname |v\d[\d.]+ / R|interface )", re.MULTILINE), has_end=False
)


def _configuration(replies: TextReplies) -> Configuration:
    """Return the configuration with the lines that it does not state, which have defaults of their own.

    'encrypted' before a line says only that a secret in it is.
    """
    config = exit_config.parse(replies[SHOW_CONFIG], _STYLE)
    hidden = ("encrypted snmp-server community ", "snmp-server community 7 ")  # a community that cannot be read
    texts = [line.text.replace(*hidden).removeprefix("encrypted ") for line in config.lines]
    lines = [Line(text, line.children) for text, line in zip(texts, config.lines, strict=True)]
    lines += [Line(name) for name in LINES if not config.blocks(name)]
    return replace(config, lines=tuple(lines))


_known_configuration = partial(known, _configuration)


def _box(replies: TextReplies) -> cisco_inventory.Entry | None:
    return known(lambda told_by: cisco_inventory.only_chassis(told_by[SHOW_INVENTORY]), replies)


def read_identity(replies: TextReplies) -> Part:
    """Return name, place, model and serial number; a stack has no serial number of its own."""
    text = either(replies, SHOW_SYSTEM, SHOW_VERSION, SHOW_INVENTORY, SHOW_CONFIG)
    fields = key_blocks.fields(said(replies, SHOW_SYSTEM) or "")
    config, box = _known_configuration(replies), _box(replies)
    hosted = config.all("hostname ") if config else []
    versions = said(replies, SHOW_VERSION) or ""
    return told(
        Identity,
        {
            "vendor": lambda: "Cisco",
            "name": lambda: fields.get("system name") or next(iter(hosted), None),
            "contact": lambda: fields.get("system contact") or None,
            "location": lambda: _wrapped(text, "System Location"),
            "sys_object_id": lambda: fields.get("system object id") or None,
            "model": lambda: box.model if box else None,
            "serial": lambda: box.serial if box else None,
            "hardware_revision": lambda: first(versions, r"^HW version +(\S+)") or (box.revision if box else None),
        },
    )


def _wrapped(text: str, name: str) -> str | None:
    """Return a value that goes on in the next line under its own column."""
    found = re.search(rf"^{name}: *(\S.*(?:\n {{20,}}\S.*)*)", text, re.MULTILINE)
    return " ".join(found[1].split()) if found else None


def read_os(replies: TextReplies) -> Part:
    """Return the last start."""
    return running_time.read_os(
        first(replies[SHOW_SYSTEM], r"^System Up Time \(days,hour:min:sec\): *(\d+,\d+:\d+:\d+)"), replies.observed_at
    )


def read_firmware(replies: TextReplies) -> Part:
    """Return version and build day of the active image; the inactive one and the boot code have others."""
    text = replies[SHOW_VERSION].partition("Inactive-image")[0]
    date = r"(?P<day>\d{1,2})-(?P<month>[A-Z][a-z]{2})-(?P<year>\d{4})"
    pattern = rf"^ *Date: *{date}" if "Active-image" in text else rf"^SW version .*\( *date +{date}"
    return told(
        Firmware,
        {
            "product": lambda: "cisco-smb",
            "version": lambda: first(text, r"^SW version +(\d\S*)", r"^ *Version: *(\d\S*)"),
            "released": lambda: built(text, pattern),
        },
    )


def read_fans(replies: TextReplies) -> Part | None:
    """Return the state that the switch tells of all its fans; None where it tells none."""
    state = first(replies[SHOW_SYSTEM], r"^Fans? Status: *(\S.*?) *$")
    return cisco_environment.pieces([("fans", state)]) if state else None


def read_interfaces(replies: TextReplies) -> Part:
    """Return the ports; whether one is shut is in the configuration."""
    config = _known_configuration(replies)
    stated = None if config is None else small_switch_audit.shut_ports(config)
    shut = None if stated is None else frozenset(map(radlan_outputs.short_name, stated))
    return radlan_outputs.read_interfaces(replies[SHOW_PORTS], shut)


def read_snmp(config: Configuration) -> Part:
    """Return SNMP; it is off until 'snmp-server server' (350 Series administration guide)."""
    part = small_switch_snmp.read_snmp(config)
    if config.has("snmp-server server") or not config.all("snmp-server community"):
        return part
    return Part(None, dict.fromkeys(("versions", "default_community", "write_enabled"), PLATFORM_DEFAULT))


def _marks(replies: TextReplies) -> Marks:
    box = _box(replies)
    return Marks(serial=box.serial if box else None)


SECTIONS: Sections[TextReplies] = {
    "identity": read_identity,
    "os": read_os,
    "firmware": read_firmware,
    "components": lambda told_by: cisco_inventory.read_components(told_by[SHOW_INVENTORY]),
    "management": lambda told_by: small_switch_audit.read_management(
        _configuration(told_by), DEFAULTS, (IDLE_S, IDLE_S)
    ),
    **audited(_configuration),
    "snmp": lambda told_by: read_snmp(_configuration(told_by)),
    "interfaces": read_interfaces,
    "vlans": lambda told_by: radlan_outputs.read_vlans(told_by[SHOW_VLANS]),
    "neighbors": lambda told_by: radlan_outputs.read_neighbors(told_by[SHOW_LLDP]),
    "fans": read_fans,
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of a Cisco Small Business switch with an audit of its configuration."""
    return gather(replies, SECTIONS, marks=_marks, device_class=DEVICE_CLASS)
