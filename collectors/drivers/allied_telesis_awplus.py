"""Allied Telesis switches with AlliedWare Plus, over SSH, with an audit of the running configuration."""

import re
from functools import partial
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.errors import UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.sections.network import Interface, Neighbor
from collectors.facts.sections.system import Component, Firmware, Identity
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.outputs import running_time
from collectors.readers.outputs.cli_words import (
    address_of,
    built,
    duplex_of,
    either,
    first,
    kind_of,
    known,
    number_of,
    said,
    serial_of,
    speed_bps,
    unique,
)
from collectors.readers.small_switches import exit_config, small_switch_audit
from collectors.readers.small_switches.small_switch_sections import audited
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Allied Telesis AlliedWare Plus, over SSH"
DEVICE_CLASS = "switch"
NETMIKO = "allied_telesis_awplus"

SHOW_SYSTEM = "show system"
SHOW_CONFIG = "show running-config"
SHOW_PORTS = "show interface"
SHOW_LLDP = "show lldp neighbors detail"
CONFIG_COMMAND = SHOW_CONFIG
ASKS = (SHOW_SYSTEM, SHOW_CONFIG, SHOW_PORTS, SHOW_LLDP)
PREPARES: tuple[str, ...] = ("enable", "terminal length 0")
_USER, _CONFIG = "privilege 1", "privilege 15: lower levels are not shown the configuration"
NEEDS = {
    **dict.fromkeys(("firmware", "interfaces", "neighbors"), _USER),
    **dict.fromkeys(("management", "snmp", "logging", "admins", "time"), _CONFIG),
}
GENTLE = Gentle(questions_per_s=5)
MATCHES = Matches(replies={SHOW_SYSTEM: r"^Board +ID +Bay +Board Name +Rev +Serial number"})

_STYLE = exit_config.Style(
    re.compile(r"^(?:no )?service password-encryption|^hostname |^line con ", re.MULTILINE),
    has_end=True,
    always_there=("line con", "line vty"),
)
IDLE_S = (600, 600)  # a line that states no exec-timeout (AlliedWare Plus command reference)
_LINK = {"UP": True, "DOWN": False}
_BASE = re.compile(r"^Base +\d+ +\S* +(?P<model>\S+) +(?P<revision>\S+) +(?P<serial>\S+) *$", re.MULTILINE)
_BASE_ALONE = re.compile(r"^Base +\d+ +(?P<model>\S+) +(?P<revision>\S+) +(?P<serial>\S+) *$", re.MULTILINE)
_STAMP = r"^Build date *: [A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) [\d:]+ \w+ (?P<year>\d{4})"
_INTERFACE = re.compile(r"^Interface (?P<name>\S+) *$", re.MULTILINE)
_LOCAL = re.compile(r"^Local (?P<port>\S+):", re.MULTILINE)


def _configuration(replies: TextReplies) -> Configuration:
    return exit_config.parse(replies[SHOW_CONFIG], _STYLE)


def _boards(text: str) -> list[re.Match[str]]:
    return list(_BASE.finditer(text)) or list(_BASE_ALONE.finditer(text))


_known_configuration = partial(known, _configuration)


def _serial(text: str) -> str | None:
    """Return the serial number of the only board; None for a stack, or when a line is not understood."""
    boards = _boards(text)
    return serial_of(boards[0]["serial"]) if len(boards) == 1 == len(re.findall(r"(?m)^Base\b", text)) else None


def _below(text: str, name: str) -> str | None:
    """Return a value that stands in the line under its name, behind one space."""
    return first(text, rf"^{name} *\n (\S.*?) *$")


def read_identity(replies: TextReplies) -> Part:
    """Return name, place, model and serial number; the members of a stack have serial numbers of their own."""
    either(replies, SHOW_SYSTEM, SHOW_CONFIG)
    text, config = said(replies, SHOW_SYSTEM) or "", _known_configuration(replies)
    hosted = config.all("hostname ") if config else []
    boards = _boards(text)
    models = {board["model"] for board in boards}
    return told(
        Identity,
        {
            "vendor": lambda: "Allied Telesis",
            "name": lambda: _below(text, "System Name") or next(iter(hosted), None),
            "contact": lambda: _below(text, "System Contact"),
            "location": lambda: _below(text, "System Location"),
            "model": lambda: models.pop() if len(models) == 1 else None,
            "serial": lambda: _serial(text),
        },
    )


def read_components(replies: TextReplies) -> Part | None:
    """Return the members of a stack with their serial numbers; None for a switch that is alone."""
    boards = _boards(replies[SHOW_SYSTEM])
    if len(boards) < 2:
        return None
    return Part(
        tuple(
            Component(
                name=f"Member {number}",
                kind="other",
                model=board["model"],
                serial=serial_of(board["serial"]),
                hardware_revision=board["revision"],
            )
            for number, board in enumerate(boards, start=1)
        )
    )


def read_os(replies: TextReplies) -> Part:
    """Return the last start of the first member."""
    return running_time.read_os(first(replies[SHOW_SYSTEM], r"^Uptime *: *(\S.*)$"), replies.observed_at)


def read_firmware(replies: TextReplies) -> Part:
    """Return version and build day."""
    text = replies[SHOW_SYSTEM]
    return told(
        Firmware,
        {
            "product": lambda: "alliedware-plus",
            "version": lambda: first(text, r"^Software version *: *(\d\S*)"),
            "released": lambda: built(text, _STAMP),
        },
    )


def read_interfaces(replies: TextReplies) -> Part:
    """Return the interfaces; speed and duplex count only while there is a link."""
    text = replies[SHOW_PORTS]
    heads = list(_INTERFACE.finditer(text))
    if not heads:
        raise UnexpectedReply("is told without any interface")
    found = []
    for head, end in zip(heads, [one.start() for one in heads[1:]] + [len(text)], strict=True):
        body = text[head.end() : end]
        up = _LINK.get(first(body, r"Link is (\w+)") or "")
        found.append(
            Interface(
                name=head["name"],
                kind=kind_of(head["name"]),
                description=first(body, r"^ +Description: (\S.*)$"),
                enabled=_LINK.get(first(body, r"administrative state is (\w+)") or ""),
                up=up,
                duplex=duplex_of(first(body, r"current duplex (\w+)") or "") if up else None,
                speed_bps=speed_bps(first(body, r"current speed (\w+)") or "") if up else None,
                in_packets_count=number_of(first(body, r"input packets (\d+)")),
            )
        )
    return Part(tuple(found))


def read_neighbors(replies: TextReplies) -> Part:
    """Return LLDP's neighbours; those that tell no name are known by their chassis."""
    text = replies[SHOW_LLDP]
    if "LLDP Detailed Neighbor Information" not in text:
        raise UnexpectedReply("is told without LLDP's neighbours")
    heads = list(_LOCAL.finditer(text))
    ends = [one.start() for one in heads[1:]] + [len(text)] if heads else []
    found = []
    for head, end in zip(heads, ends, strict=True):
        body = text[head.end() : end]

        def value(name: str, body: str = body) -> str | None:
            told_as = first(body, rf"^ +{name} \.{{2,}} (\S.*?) *$")
            return None if told_as == "[not advertised]" else told_as

        chassis, port = value("Chassis ID") or "", value("Port ID") or ""
        name = value("System Name") or address_of(chassis) or chassis
        if name:
            shown = address_of(port) or port or value("Port Description")
            found.append(Neighbor(name=name, local_port=head["port"], port=shown, platform=value("System Description")))
    whole = len(re.findall(r"^ +Chassis ID \.{2,}", text, re.MULTILINE)) == len(heads)  # one port may hear several
    named = unique(found, lambda one: one.name, lambda one, name: one.model_copy(update={"name": name}))
    return Part(named, complete=whole)


def _marks(replies: TextReplies) -> Marks:
    return Marks(serial=_serial(replies[SHOW_SYSTEM]))


SECTIONS: Sections[TextReplies] = {
    "identity": read_identity,
    "os": read_os,
    "firmware": read_firmware,
    "components": read_components,
    "management": lambda told_by: small_switch_audit.read_management(_configuration(told_by), idle_s=IDLE_S),
    **audited(_configuration),
    "interfaces": read_interfaces,
    "neighbors": read_neighbors,
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of an AlliedWare Plus switch with an audit of its configuration."""
    return gather(replies, SECTIONS, marks=_marks, device_class=DEVICE_CLASS)
