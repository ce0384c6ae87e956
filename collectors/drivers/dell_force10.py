"""Dell and Force10 switches with OS9, over SSH, with an audit of the running configuration."""

import re
from functools import partial
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.errors import UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.sections.network import Interface, Vlan
from collectors.facts.sections.system import Firmware, Identity
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.outputs import port_words, running_time
from collectors.readers.outputs.cli_words import (
    VLAN_MAX,
    built,
    duplex_of,
    either,
    first,
    kind_of,
    known,
    said,
    serial_of,
    speed_bps,
)
from collectors.readers.small_switches import exit_config, small_switch_audit
from collectors.readers.small_switches.small_switch_sections import audited
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Dell OS9 and Force10, over SSH"
DEVICE_CLASS = "switch"
NETMIKO = "dell_force10"

SHOW_VERSION = "show version"
SHOW_INVENTORY = "show inventory"
SHOW_CONFIG = "show running-config"
SHOW_PORTS = "show interfaces status"
SHOW_VLANS = "show vlan"
CONFIG_COMMAND = SHOW_CONFIG
ASKS = (SHOW_VERSION, SHOW_INVENTORY, SHOW_CONFIG, SHOW_PORTS, SHOW_VLANS)
PREPARES: tuple[str, ...] = ("terminal length 0", "enable")
_USER, _CONFIG = "privilege 1", "privilege 15, or a level to which 'show running-config' was given"
NEEDS = {
    **dict.fromkeys(("firmware", "interfaces", "vlans"), _USER),
    **dict.fromkeys(("management", "snmp", "logging", "admins", "time"), _CONFIG),
}
GENTLE = Gentle(questions_per_s=5)
MATCHES = Matches(
    replies={
        SHOW_VERSION: r"^(?:Dell|Force10) (?:EMC |Networks? )*(?:Real Time )?(?:Operating System|Application) Software"
    }
)

DEFAULTS = {"http": False}  # OS9 has no web page of its own (Dell Networking OS9 configuration guides)
_STYLE = exit_config.Style(
    re.compile(r"^(! Version |hostname |Current Configuration)", re.MULTILINE),
    has_end=True,
    always_there=("hostname ", "line console", "line vty"),
)
IDLE_S = (1800, 600)  # a line that states no exec-timeout: remote, console (Dell OS9 command line reference)
_STAMP = r"^Build Time: +[A-Z][a-z]{2} +(?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) [\d:]+ (?P<year>\d{4})"
_VLAN = re.compile(
    r"^(?P<mark>[*GPCIVO ]{1,4}) {0,3}(?P<number>\d{1,4}) +(?:Active|Inactive)(?P<rest>.*)$", re.MULTILINE
)
_SHORT = {
    "gigabitethernet": "Gi", "tengigabitethernet": "Te", "fortygige": "Fo", "managementethernet": "Ma",
    "twentyfivegige": "Tf", "fiftygige": "Fi", "hundredgige": "Hu", "fastethernet": "Fa",
}  # fmt: skip
_PORT_HEAD = re.compile(r"Port +Description +Status +Speed\b|[-\s]*$")
_PORT = re.compile(
    r"^(?P<name>[A-Za-z]+ ?\d+(?:/\d+)+) +(?:(?P<words>\S.*?) +)?(?P<state>Up|Down) +"
    r"(?P<speed>\d+ Mbit|Auto) +(?P<duplex>Full|Half|Auto)\b",
    re.MULTILINE,
)


def _configuration(replies: TextReplies) -> Configuration:
    return exit_config.parse(replies[SHOW_CONFIG], _STYLE)


_known_configuration = partial(known, _configuration)


def _serial(replies: TextReplies) -> str | None:
    """Return the serial number of the only unit in the inventory; None for a stack. Its parts bear its number too."""
    rows = re.findall(r"^(\*?) +(\d{1,2}) +\S+ +(\S+) +\S+ +\S+", said(replies, SHOW_INVENTORY) or "", re.MULTILINE)
    boards = [serial for mark, _, serial in rows if mark]
    return serial_of(boards[0]) if len(boards) == 1 and len({unit for _, unit, _ in rows}) == 1 else None


def read_identity(replies: TextReplies) -> Part:
    """Return name, model and serial number."""
    text, config = either(replies, SHOW_VERSION, SHOW_INVENTORY, SHOW_CONFIG), _known_configuration(replies)
    hosted = config.all("hostname ") if config else []
    return told(
        Identity,
        {
            "vendor": lambda: "Dell",
            "name": lambda: next(iter(hosted), None),
            "model": lambda: first(text, r"^System Type: *(\S+)"),
            "serial": lambda: _serial(replies),
        },
    )


def read_os(replies: TextReplies) -> Part:
    """Return the last start."""
    return running_time.read_os(first(replies[SHOW_VERSION], r"(?i)^\S.*\buptime is (.+)$"), replies.observed_at)


def read_firmware(replies: TextReplies) -> Part:
    """Return the application software's version, which is the release, and its build day."""
    text = replies[SHOW_VERSION]
    return told(
        Firmware,
        {
            "product": lambda: "dell-os9",
            "version": lambda: first(text, r"^(?:Dell|Force10).* Application Software Version: +(\d\S*)"),
            "released": lambda: built(text, _STAMP),
        },
    )


def read_interfaces(replies: TextReplies) -> Part:
    """Return the ports; the table cuts descriptions, which are in the configuration."""
    text, config = replies[SHOW_PORTS], _known_configuration(replies)
    lines = [line for line in text.splitlines() if not _PORT_HEAD.match(line)]
    rows = [row for line in lines if (row := _PORT.match(line))]
    if not rows:
        raise UnexpectedReply("is told without the table of ports")
    words = None if config is None else small_switch_audit.descriptions(config)
    part = Part(
        tuple(
            Interface(
                name=row["name"],
                kind=kind_of(row["name"].replace(" ", "")),
                description=row["words"],
                up=row["state"] == "Up",
                duplex=duplex_of(row["duplex"]) if row["state"] == "Up" else None,
                speed_bps=speed_bps(row["speed"].replace(" Mbit", "M")) if row["state"] == "Up" else None,
            )
            for row in rows
        ),
        complete=len(rows) == len(lines),
    )
    return port_words.described(part, None if words is None else {short_name(name): words[name] for name in words})


def short_name(name: str) -> str:
    """Return a configured interface's name as the table has it: 'GigabitEthernet 1/1' is 'Gi 1/1'."""
    parts = re.match(r"([A-Za-z]+) ?(\d\S*)$", name)
    return f"{_SHORT.get(parts[1].casefold(), parts[1])} {parts[2]}" if parts else name


def read_vlans(replies: TextReplies) -> Part:
    """Return the VLANs with their descriptions, which stand for names."""
    text = replies[SHOW_VLANS]
    head = re.search(r"^ +NUM +Status +Description +Q Ports", text, re.MULTILINE)
    if not head:
        raise UnexpectedReply("is told without the table of VLANs")
    begin, end = head[0].index("Description"), head[0].index("Q Ports")
    rows = [(int(row["number"]), row[0][begin:end]) for row in _VLAN.finditer(text) if int(row["number"]) <= VLAN_MAX]
    cut = [number for number, words in rows if len(words) == end - begin and not words.endswith(" ")]
    return Part(
        tuple(Vlan(number=number, name=None if number in cut else words.strip() or None) for number, words in rows),
        {f"[{number}].name": port_words.CUT for number in cut},
    )


SECTIONS: Sections[TextReplies] = {
    "identity": read_identity,
    "os": read_os,
    "firmware": read_firmware,
    "management": lambda told_by: small_switch_audit.read_management(_configuration(told_by), DEFAULTS, IDLE_S),
    **audited(_configuration),
    "interfaces": read_interfaces,
    "vlans": read_vlans,
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of an OS9 switch with an audit of its configuration."""
    return gather(replies, SECTIONS, marks=lambda told_by: Marks(serial=_serial(told_by)), device_class=DEVICE_CLASS)
