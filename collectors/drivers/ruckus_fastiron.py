"""Ruckus ICX and Brocade switches with FastIron, over SSH, with an audit of the running configuration."""

import re
from functools import partial
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap
from collectors.facts.marks import Marks
from collectors.facts.sections.management import Management
from collectors.facts.sections.system import Firmware, Identity
from collectors.readers.cisco.cisco_audit import PLATFORM_DEFAULT, longest
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.outputs import port_words, running_time
from collectors.readers.outputs.cli_words import VLAN_MAX, built, either, first, known, number_of
from collectors.readers.small_switches import (
    exit_config,
    fastiron_outputs,
    small_switch_accounts,
    small_switch_audit,
    small_switch_snmp,
)
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Ruckus ICX and Brocade FastIron, over SSH"
DEVICE_CLASS = "switch"
NETMIKO = "ruckus_fastiron"

SHOW_VERSION = "show version"
SHOW_CONFIG = "show running-config"
SHOW_PORTS = "show interfaces brief"
SHOW_VLANS = "show vlan"
SHOW_LLDP = "show lldp neighbors detail"
SHOW_CHASSIS = "show chassis"
SHOW_STACK = "show stack"
CONFIG_COMMAND = SHOW_CONFIG
ASKS = (SHOW_VERSION, SHOW_CONFIG, SHOW_PORTS, SHOW_VLANS, SHOW_LLDP, SHOW_CHASSIS, SHOW_STACK)
PREPARES: tuple[str, ...] = ("enable", "skip-page-display")
_USER = "a user of privilege 5 (read only)"
NEEDS = dict.fromkeys(
    ("firmware", "interfaces", "vlans", "neighbors", "management", "snmp", "logging", "admins"), _USER
)
GENTLE = Gentle(questions_per_s=3)
MATCHES = Matches(
    replies={
        SHOW_VERSION: r"^ *HW: .*(?:ICX|FastIron|FCX|FWS)|^ +SW: Version \d\d\.\d\.\d\d|labeled as (?:SPS|SPR|FCX)"
    }
)

_STYLE = exit_config.Style(
    re.compile(r"^(Current configuration|ver \d\d\.|stack unit \d|hostname )", re.MULTILINE),
    has_end=True,
    always_there=("ver ",),
)
_ADMIN_LEVELS = frozenset({"0"})  # 0 may do all, 4 set ports, 5 only read (FastIron security guide)
_FACTORY_COMMUNITIES = ("public",)  # there without a line, to read only
_SHORT_KINDS = {"management": "mgmt", "ve": "ve", "lag": "lg", "loopback": "lb", "tunnel": "tn"}
_LIMITS = ("ssh access-group ", "ip ssh client ")
_STAMP = r"compiled on (?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) (?P<year>\d{4}) at "


def _configuration(replies: TextReplies) -> Configuration:
    return exit_config.parse(replies[SHOW_CONFIG], _STYLE)


_known_configuration = partial(known, _configuration)


def _serial(replies: TextReplies) -> str | None:
    """Return the only unit's serial number; the units of a stack have serial numbers of their own."""
    text = replies[SHOW_VERSION]
    units = fastiron_outputs.read_units(text)
    named = set(re.findall(r"^ *(?:UNIT|STACKID) (\d+)\b", text, re.MULTILINE))
    return units[0].serial if len(units) == 1 and len(named) == 1 else None


def read_identity(replies: TextReplies) -> Part:
    """Return name, model and serial number."""
    text, config = either(replies, SHOW_VERSION, SHOW_CONFIG), _known_configuration(replies)
    maker = "Ruckus" if re.search(r"Ruckus|CommScope|ICX", text) else "Brocade" if "Brocade" in text else None
    hosted = config.all("hostname ") if config else []
    return told(
        Identity,
        {
            "vendor": lambda: maker,
            "name": lambda: next((words.strip('"') for words in hosted), None),
            "model": lambda: first(text, r"^ *HW: (?:Stackable|Chassis|Standalone)? *(\S+)"),
            "serial": lambda: _serial(replies),
        },
    )


def read_os(replies: TextReplies) -> Part:
    """Return the last start of the first unit."""
    return running_time.read_os(
        first(replies[SHOW_VERSION], r"(?:STACKID \d+ +|The )?system uptime is (.+)$"), replies.observed_at
    )


def read_firmware(replies: TextReplies) -> Part:
    """Return version and build day of the first unit's image; the boot code has others."""
    text, config = either(replies, SHOW_VERSION, SHOW_CONFIG), _known_configuration(replies)
    stated = config.all("ver ") if config else []
    return told(
        Firmware,
        {
            "product": lambda: "fastiron",
            "version": lambda: first(text, r"^ *SW: Version (\d\S*)") or next(iter(stated), None),
            "released": lambda: built(text, _STAMP),
        },
    )


def read_management(replies: TextReplies) -> Part:
    """Return which services manage the switch: SSH is stated by its keys; what is not stated is left open."""
    config = _configuration(replies)
    return told(
        Management,
        {
            "telnet": lambda: False if config.has("no telnet server") else PLATFORM_DEFAULT,
            "http": lambda: False if config.has("no web-management http") else PLATFORM_DEFAULT,
            "https": lambda: True if config.has("web-management https") else PLATFORM_DEFAULT,
            "idle_timeout_s": lambda: _idle_s(config),
            "banner_set": lambda: bool(config.banners),
            "permitted_networks": lambda: tuple(
                dict.fromkeys(words.split()[0] for kind in _LIMITS for words in config.all(kind))
            ) or ("any",),
            "aaa_servers": lambda: small_switch_audit.servers(config),
            "local_fallback": lambda: small_switch_audit.local_fallback(config),
            "source_routing": lambda: False if config.has("no ip source-route") else PLATFORM_DEFAULT,
        },
    )  # fmt: skip


def _idle_s(config: Configuration) -> int | str | Gap | None:
    """Return the longest time-out of SSH and, unless it is stated off, Telnet; a gap when one states none."""
    kinds = ["ip ssh idle-time ", *([] if config.has("no telnet server") else ["telnet timeout "])]
    stated = [config.all(kind) for kind in kinds]
    if not all(stated):
        return PLATFORM_DEFAULT
    return longest([small_switch_audit.minutes_of(words[-1]) * 60 or None for words in stated])


def read_interfaces(replies: TextReplies) -> Part:
    """Return the interfaces with what the configuration adds to them: names of ports too, which the table cuts."""
    config = _known_configuration(replies)
    part = fastiron_outputs.read_interfaces(replies[SHOW_PORTS], _settings(config) if config else {})
    return port_words.described(part, _names(config) if config else None)


def _names(config: Configuration) -> dict[str, str] | None:
    """Return the names given to ports; None where a line names them for a range."""
    blocks = [block for block in config.blocks("interface ") if block.below("port-name ")]
    if any(" to " in block.text for block in blocks):
        return None
    return {_SHORT_KINDS.get(block.text.split()[1], "") + block.text.split()[-1]: block.below("port-name ")[-1]
            for block in blocks}  # fmt: skip


def _settings(config: Configuration) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for block in config.blocks("interface ethernet "):
        if " to " in block.text:
            continue
        lines = [line.text for line in block.children]
        found[block.text.split()[-1]] = {
            "bpdu_guard": "stp-bpdu-guard" in lines,
            "storm_control": any(line.startswith(("broadcast limit", "multicast limit")) for line in lines),
        }
    return found


def read_vlans(replies: TextReplies) -> Part:
    """Return the VLANs; an address is on the router interface of the same VLAN."""
    config = _known_configuration(replies)
    return fastiron_outputs.read_vlans(replies[SHOW_VLANS], _addressed(config) if config else None)


def _addressed(config: Configuration) -> frozenset[int]:
    blocks = [block for block in config.blocks("interface ve ") if block.below("ip address ")]
    routed = {word for block in blocks for word in block.text.split()[2:3]}
    vlans = (
        (block.text.split()[1], words)
        for block in config.blocks("vlan ")
        for words in block.below("router-interface ve ")
    )
    numbers = (number_of(number, VLAN_MAX) for number, interface in vlans if interface in routed)
    return frozenset(number for number in numbers if number is not None)


SECTIONS: Sections[TextReplies] = {
    "identity": read_identity,
    "os": read_os,
    "firmware": read_firmware,
    "components": lambda told_by: Part(fastiron_outputs.read_units(told_by[SHOW_VERSION]) or None),
    "management": read_management,
    "snmp": lambda told_by: small_switch_snmp.read_snmp(_configuration(told_by), _FACTORY_COMMUNITIES),
    "logging": lambda told_by: small_switch_audit.read_logging(_configuration(told_by)),
    "admins": lambda told_by: Part(small_switch_accounts.read_accounts(_configuration(told_by), _ADMIN_LEVELS)),
    "interfaces": read_interfaces,
    "vlans": read_vlans,
    "neighbors": lambda told_by: fastiron_outputs.read_neighbors(told_by[SHOW_LLDP]),
    "stack": lambda told_by: fastiron_outputs.read_stack(told_by[SHOW_STACK]),
    "power_supplies": lambda told_by: fastiron_outputs.read_supplies(told_by[SHOW_CHASSIS]),
    "fans": lambda told_by: fastiron_outputs.read_fans(told_by[SHOW_CHASSIS]),
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of a FastIron switch with an audit of its configuration."""
    return gather(replies, SECTIONS, marks=lambda told_by: Marks(serial=_serial(told_by)), device_class=DEVICE_CLASS)
