"""Ports, VLANs, neighbours and parts as Huawei VRP tells them."""

import re

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.sections.network import Interface, Neighbor, StackMember, Vlan
from collectors.readers.cisco import cisco_environment
from collectors.readers.outputs.cli_words import VLAN_MAX, kind_of, number_of, speed_bps, unique

_PORT = re.compile(
    r"^ {0,4}(?P<name>[A-Za-z]\S*?)(?:\((?P<speed>\d+(?:\.\d)?[GM])\))? +(?P<link>[*^~#!-]?down|up|lp)"
    r"(?:\(\w+\))* +(?P<protocol>\S+) +(?:\S+%|--) +(?:\S+%|--)(?: +(?P<errors>\d+) +\d+)? *$",
    re.MULTILINE,
)
_VLAN = re.compile(r"^ *(?P<number>\d{1,4}) +(?:\w+ +)?(?:enable|disable) ", re.MULTILINE)
_DEVICE = re.compile(
    r"^ *(?P<slot>\w+)(?: +|/)(?P<card>\S+) +(?P<type>\S.*?) +(?P<online>Present|Absent)"
    r"(?: +(?P<power>\S+) +(?P<register>\S+) +(?P<alarm>\S+))?",
    re.MULTILINE,
)
_LLDP = re.compile(r"^(?P<local>[A-Za-z]\S*\d) +(?P<name>\S.*?) {2,}(?P<port>\S+) +\d+ *$", re.MULTILINE)
_MEMBER = re.compile(r"^ *(?P<number>\d{1,2}) +(?P<role>Master|Standby|Slave) +[0-9a-f]{4}-", re.MULTILINE)
_INTERNAL = ("NULL", "InLoop")


def read_interfaces(text: str, settings: dict[str, dict[str, object]]) -> Part:
    """Return the interfaces of 'display interface brief' with what the configuration adds."""
    head = re.search(r"^Interface +PHY +Protocol.*$", text, re.MULTILINE)
    if not head:
        raise UnexpectedReply("is told without the table of interfaces")
    found: dict[str, Interface] = {}
    complete = True
    for line in text[head.end() :].splitlines():
        row = _PORT.match(line)
        if row is None:
            complete = complete and (not line.strip() or line.startswith("Interface "))
            continue
        name, up = row["name"], row["link"] == "up"
        if name.startswith(_INTERNAL):
            continue
        fields: dict[str, object] = {
            "name": name,
            "kind": kind_of(name),
            "enabled": row["link"] != "*down",
            "up": up,
            "speed_bps": speed_bps(row["speed"]) if row["speed"] and up else None,
            "in_errors_count": number_of(row["errors"]),
        }
        found[name] = Interface.model_validate({**fields, **settings.get(name, {})})
    return Part(tuple(found.values()), complete=complete)


def read_vlans(text: str, addressed: frozenset[int] | None, snooped: frozenset[int] | None) -> Part:
    """Return the VLANs of 'display vlan' with their descriptions, which stand for names."""
    head = re.search(r"^VID +(?:Type +)?Status.*\bDescription", text, re.MULTILINE)
    if not head:
        raise UnexpectedReply("is told without the table of VLANs")
    described_at = head[0].index("Description")
    found, complete = [], True
    for line in text[head.end() :].splitlines():
        row = _VLAN.match(line)
        number = number_of(row["number"], VLAN_MAX) if row else None
        if number is None:
            complete = complete and not line.strip(" -")
        else:
            found.append(
                Vlan(
                    number=number,
                    name=line[described_at:].strip() or None,
                    has_address=None if addressed is None else number in addressed,
                    snooping=None if snooped is None else number in snooped,
                )
            )
    return Part(tuple(found), complete=complete)


def read_neighbors(text: str) -> Part:
    """Return LLDP's neighbours of 'display lldp neighbor brief'."""
    head = re.search(r"^Local Int\w* +Neighbor Dev.*$", text, re.MULTILINE)
    if not head:
        raise UnexpectedReply("is told without LLDP's table")
    rows = [line for line in text[head.end() :].splitlines() if line.strip(" -")]
    found = [Neighbor(name=row["name"], local_port=row["local"], port=row["port"]) for row in _LLDP.finditer(text)]
    named = unique(found, lambda one: one.name, lambda one, name: one.model_copy(update={"name": name}))
    return Part(named, complete=len(rows) == len(found))


def _pieces(text: str, begin: str) -> Part | None:
    """Return the slots that begin so; one that is present but not registered is not well. None without any."""
    found = []
    for row in _DEVICE.finditer(text):
        if row["slot"].upper().startswith(begin):
            alarm = row["alarm"] or row["register"] or ""
            found.append((row["slot"], "absent" if row["online"] == "Absent" else alarm))
    lines = re.findall(rf"^ *{begin}", text, re.MULTILINE | re.IGNORECASE)
    part = cisco_environment.pieces(found)
    return Part(part.value, part.gaps, complete=len(lines) == len(found)) if lines else None


def read_supplies(text: str) -> Part | None:
    """Return the power supplies of 'display device'; None where it lists none."""
    return _pieces(text, "PWR")


def read_fans(text: str) -> Part | None:
    """Return the fans of 'display device'; None where it lists none."""
    return _pieces(text, "FAN")


def read_stack(text: str) -> Part | None:
    """Return the members of a stack by number; None for a switch that is alone.

    Raises UnexpectedReply where a row with an address is none of a member.
    """
    if len(re.findall(r"^ *\S+ +\w+ +[0-9a-f]{4}-[0-9a-f]{4}-", text, re.MULTILINE)) != len(_MEMBER.findall(text)):
        raise UnexpectedReply("is told with a row that is none of a member")
    members = [StackMember(name=row["number"], state="ready") for row in _MEMBER.finditer(text)]
    return Part(tuple(members)) if len(members) > 1 else None
