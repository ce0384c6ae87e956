"""Ports, VLANs, neighbours and parts as Huawei VRP tells them."""

import re

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.sections.network import Interface, Neighbor, StackMember, Vlan
from collectors.readers import cisco_environment
from collectors.readers.cli_words import kind_of, speed_bps, unique

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
    if not re.search(r"^Interface +PHY +Protocol", text, re.MULTILINE):
        raise UnexpectedReply("is told without the table of interfaces")
    found: dict[str, Interface] = {}
    for row in _PORT.finditer(text):
        name, up = row["name"], row["link"] == "up"
        if name.startswith(_INTERNAL):
            continue
        fields: dict[str, object] = {
            "name": name,
            "kind": kind_of(name),
            "enabled": row["link"] != "*down",
            "up": up,
            "speed_bps": speed_bps(row["speed"]) if row["speed"] and up else None,
            "in_errors_count": int(row["errors"]) if row["errors"] else None,
        }
        found[name] = Interface.model_validate({**fields, **settings.get(name, {})})
    return Part(tuple(found.values()))


def read_vlans(text: str, addressed: frozenset[int] | None, snooped: frozenset[int] | None) -> Part:
    """Return the VLANs of 'display vlan' with their descriptions, which stand for names."""
    head = re.search(r"^VID +(?:Type +)?Status.*\bDescription", text, re.MULTILINE)
    if not head:
        raise UnexpectedReply("is told without the table of VLANs")
    described_at = head[0].index("Description")
    found = []
    for line in text[head.end() :].splitlines():
        row = _VLAN.match(line)
        if row:
            number = int(row["number"])
            found.append(
                Vlan(
                    number=number,
                    name=line[described_at:].strip() or None,
                    has_address=None if addressed is None else number in addressed,
                    snooping=None if snooped is None else number in snooped,
                )
            )
    return Part(tuple(found))


def read_neighbors(text: str) -> Part:
    """Return LLDP's neighbours of 'display lldp neighbor brief'."""
    if not re.search(r"^Local Int\w* +Neighbor Dev", text, re.MULTILINE):
        raise UnexpectedReply("is told without LLDP's table")
    found = [Neighbor(name=row["name"], local_port=row["local"], port=row["port"]) for row in _LLDP.finditer(text)]
    return Part(unique(found, lambda one: one.name, lambda one, name: one.model_copy(update={"name": name})))


def _pieces(text: str, begin: str) -> list[tuple[str, str]]:
    """Return name and state of the slots that begin so; one that is present but not registered is not well."""
    found = []
    for row in _DEVICE.finditer(text):
        if row["slot"].upper().startswith(begin):
            alarm = row["alarm"] or row["register"] or ""
            found.append((row["slot"], "absent" if row["online"] == "Absent" else alarm))
    return found


def read_supplies(text: str) -> Part | None:
    """Return the power supplies of 'display device'; None where it lists none."""
    named = _pieces(text, "PWR")
    return cisco_environment.pieces(named) if named else None


def read_fans(text: str) -> Part | None:
    """Return the fans of 'display device'; None where it lists none."""
    named = _pieces(text, "FAN")
    return cisco_environment.pieces(named) if named else None


def read_stack(text: str) -> Part | None:
    """Return the members of a stack by number; None for a switch that is alone."""
    members = [StackMember(name=row["number"], state="ready") for row in _MEMBER.finditer(text)]
    return Part(tuple(members)) if len(members) > 1 else None
