"""Parts, ports, VLANs, neighbours and stack as HPE Comware tells them."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from collectors.driver import Part
from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.sections.network import Interface, Neighbor, StackMember, Trunk, Vlan
from collectors.facts.sections.system import Component
from collectors.readers.cisco import cisco_environment
from collectors.readers.dates import year_or_month_first
from collectors.readers.outputs import key_blocks
from collectors.readers.outputs.cli_words import VLAN_MAX, duplex_of, kind_of, number_of, serial_of, speed_bps, unique

_NAMES = {
    "BAGG": "Bridge-Aggregation", "FGE": "FortyGigE", "GE": "GigabitEthernet", "HGE": "HundredGigE", "Loop": "LoopBack",
    "MGE": "M-GigabitEthernet", "RAGG": "Route-Aggregation", "TGE": "Twenty-FiveGigE", "Tun": "Tunnel",
    "Vlan": "Vlan-interface", "XGE": "Ten-GigabitEthernet", "Eth": "Ethernet", "WGE": "Twenty-FiveGigE",
}  # fmt: skip
DESCRIPTION_SHOWN = 27  # characters (HPE 5130 EI interface command reference, display interface brief)
_SPLIT = re.compile(r"^([A-Za-z][A-Za-z-]*?)(\d[\d/.:]*)$")
_INTERNAL = ("NULL", "InLoop", "REG")
_ROUTED = re.compile(
    r"^(?P<name>[A-Za-z][\w/.:-]*\d) +(?P<link>UP|DOWN|ADM|Stby) +(?P<protocol>\S+)(?: +(?P<address>\S+)(?P<rest>.*))?$"
)
_BRIDGED = re.compile(
    r"^(?P<name>[A-Za-z][\w/.:-]*\d) +(?P<link>UP|DOWN|ADM|Stby) +(?P<speed>\S+) +(?P<duplex>\S+) +(?P<type>[ATHU-]+)"
    r" +(?P<pvid>\d{1,4}|--)(?: +(?P<rest>.*))?$"
)
_SLOT = re.compile(r"^ *Slot (\d{1,3})\b")
_SUPPLY = re.compile(r"^ *(?:Power +(?=\d+ +Stat))?(\d{1,2}) +(?:Stat(?:e|us) *: *)?([A-Z][a-z]+)\b")
_PART = re.compile(r"^ *(?P<part>(?:Chassis|Slot|Sub ?slot|Fan|Power) \d{1,3})(?P<cpu> CPU \d{1,3})?\s*:?\s*$")
_MEMBER = re.compile(
    r"^ {0,4}[*+]{0,2} {0,4}(?P<number>\d{1,2}) +(?P<role>Master|Standby|Slave|Loading|Subordinate)\b", re.MULTILINE
)


def name_of(name: str) -> str:
    """Return an interface's name as ifName has it: 'GE1/0/1' is 'GigabitEthernet1/0/1'."""
    parts = _SPLIT.match(name.strip())
    return f"{_NAMES.get(parts[1], parts[1])}{parts[2]}" if parts else name.strip()


@dataclass(frozen=True)
class Port:
    """A line of 'display interface brief'; type and VLAN are told of switching ports only."""

    name: str
    link: str
    speed: str = ""
    duplex: str = ""
    kind: str = ""
    pvid: int | None = None
    description: str | None = None


@dataclass(frozen=True)
class Ports:
    """The lines of 'display interface brief', and whether all of them were understood."""

    ports: tuple[Port, ...]
    complete: bool


def read_ports(text: str) -> Ports:
    """Return the lines of both tables; raises UnexpectedReply when neither is there."""
    if not re.search(r"^Interface +Link ", text, re.MULTILINE):
        raise UnexpectedReply("is told without the table of interfaces")
    found: list[Port] = []
    complete, below = True, False
    for line in text.expandtabs().splitlines():
        below = bool(line.strip()) and (below or line.startswith("Interface "))
        bridged, routed = _BRIDGED.match(line.rstrip()), _ROUTED.match(line.rstrip())
        if bridged:
            pvid = int(bridged["pvid"]) if bridged["pvid"].isdecimal() else None
            words = _words(bridged["rest"])
            told = (bridged["link"], bridged["speed"], bridged["duplex"], bridged["type"], pvid, words)
            found.append(Port(name_of(bridged["name"]), *told))
        elif routed:
            found.append(Port(name_of(routed["name"]), routed["link"], description=_words(routed["rest"])))
        elif below and not line.startswith("Interface "):
            complete = False
    return Ports(tuple(one for one in found if not one.name.startswith(_INTERNAL)), complete)


def _words(text: str | None) -> str | None:
    """Return a description, None for one as long as the list of newer releases shows: it may have been cut."""
    words = (text or "").strip()
    return words if words and words != "--" and len(words) != DESCRIPTION_SHOWN else None


def read_interfaces(text: str, settings: dict[str, dict[str, object]]) -> Part:
    """Return the interfaces with what the configuration adds; speed and duplex count only while there is a link."""
    found, told_ports = [], read_ports(text)
    for port in told_ports.ports:
        up = port.link == "UP"
        fields: dict[str, object] = {
            "name": port.name,
            "kind": kind_of(port.name),
            "description": port.description,
            "enabled": port.link != "ADM",
            "up": up,
            "duplex": duplex_of(port.duplex) if up else None,
            "speed_bps": speed_bps(port.speed) if up else None,
        }
        found.append(Interface.model_validate({**fields, **settings.get(port.name, {})}))
    return Part(tuple(found), complete=told_ports.complete)


def read_trunks(text: str) -> Part:
    """Return trunk and hybrid ports with their port VLAN."""
    told_ports = read_ports(text)
    found = (Trunk(name=port.name, native_vlan=port.pvid) for port in told_ports.ports if port.kind in {"T", "H"})
    return Part(tuple(found), complete=told_ports.complete)


def access_counts(text: str) -> Counter[int] | None:
    """Return how many ports are access ports of each VLAN; None where not every line is understood."""
    told_ports = read_ports(text)
    if not told_ports.complete:
        return None
    return Counter(port.pvid for port in told_ports.ports if port.kind == "A" and port.pvid is not None)


def vlan_rows(text: str) -> tuple[tuple[int, str | None], ...]:
    """Return number and name of each VLAN of 'display vlan brief'; raises UnexpectedReply for no table, or other rows.

    A name that fills its column, or ends in dots, may have been cut and is not told.
    """
    head = re.search(r"^VLAN ID +Name +Port", text, re.MULTILINE)
    if not head:
        raise UnexpectedReply("is told without the table of VLANs")
    at, ports_at = head[0].index("Name"), head[0].index("Port")
    found: list[tuple[int, str | None]] = []
    for line in text[head.end() :].splitlines():
        row = re.match(r"(\d{1,4})(\(.\))? ", line)
        number = number_of(row[1], VLAN_MAX) if row else None
        if number:
            name = line[at:ports_at].strip()
            cut = name.endswith("...") or (len(line) >= ports_at and line[ports_at - 1 : ports_at].strip())
            found.append((number, None if cut else name or None))
        elif line[:1].strip():
            raise UnexpectedReply(f"is told with a row that is none of a VLAN: {line[:40]!r}")
    return tuple(found)


def read_vlans(text: str, ports: str | None, addressed: frozenset[int] | None, snooped: frozenset[int] | None) -> Part:
    """Return the VLANs with their access ports and what the configuration adds."""
    counts: Counter[int] | None = None
    try:
        counts = access_counts(ports) if ports else None
    except CollectError:
        counts = None
    return Part(
        tuple(
            Vlan(
                number=number,
                name=name,
                access_ports_count=None if counts is None else counts[number],
                has_address=None if addressed is None else number in addressed,
                snooping=None if snooped is None else number in snooped,
            )
            for number, name in vlan_rows(text)
        )
    )


def read_neighbors(text: str) -> Part:
    """Return LLDP's neighbours of the short list, whose columns stand in an order of their own in each generation."""
    columns = ("System Name", "Local Interface", "Chassis ID", "Port ID")
    head = next((line for line in text.splitlines() if all(column in line for column in columns)), None)
    if head is None:
        raise UnexpectedReply("is told without LLDP's list")
    places = sorted((head.index(column), column) for column in columns)
    found = []
    complete = True
    for line in text.partition(head)[2].splitlines():
        ends = [place for place, _ in places[1:]] + [len(line) + 1]
        cells = {column: line[place:end].strip() for (place, column), end in zip(places, ends, strict=True)}
        local, told_name = cells["Local Interface"], cells["System Name"]
        name = cells["Chassis ID"] if told_name in {"", "-", "--"} or told_name.endswith("...") else told_name
        if name and re.fullmatch(r"[A-Za-z][\w-]*\d[\d/.:]*", local):
            found.append(Neighbor(name=name, local_port=name_of(local), port=cells["Port ID"] or None))
        elif line.strip():
            complete = False
    named = unique(found, lambda one: one.name, lambda one, name: one.model_copy(update={"name": name}))
    return Part(named, complete=complete)


def read_stack(text: str) -> Part | None:
    """Return the members of an IRF by number; None for a switch that is alone.

    Raises UnexpectedReply where a row below the head is none of a member.
    """
    rows = text.partition("MemberID")[2].split("---------")[0].splitlines()[1:]
    if any(line.strip() and not _MEMBER.match(line) for line in rows):
        raise UnexpectedReply("is told with a row that is none of a member")
    members = [StackMember(name=row["number"], state="other" if row["role"] == "Loading" else "ready")
               for row in _MEMBER.finditer(text)]  # fmt: skip
    return Part(tuple(members)) if len(members) > 1 else None


def read_parts(text: str) -> tuple[Component, ...]:
    """Return the parts of 'display device manuinfo' that tell a model; raises UnexpectedReply for none."""
    if "DEVICE_NAME" not in text:
        raise UnexpectedReply("is told without any part")
    chassis, slot, part = "", "", "Device"
    bodies: dict[str, str] = {}
    order: list[str] = []
    for line in text.splitlines():
        head = _PART.match(line)
        if head:
            what = head["part"]
            if what.startswith("Chassis"):
                chassis, slot, part = what, "", what
            elif what.startswith("Slot"):
                slot = part = " ".join(word for word in (chassis, what) if word)
            else:
                above = slot if "slot" in what else chassis or slot
                part = " ".join(word for word in (above, what) if word)
            part = _next(part, order)
        elif ":" in line:
            if part not in bodies:
                bodies[part] = ""
                order.append(part)
            bodies[part] += line + "\n"
    found = [_component(name, key_blocks.fields(bodies[name]), bool(chassis)) for name in order]
    return tuple(one for one in found if one.model)


def _next(name: str, taken: list[str]) -> str:
    again = sum(1 for one in taken if one == name or one.startswith(f"{name} #"))
    return f"{name} #{again + 1}" if again else name


def _component(name: str, told: dict[str, str], in_chassis: bool) -> Component:
    serial = told.get("device_serial_number") or told.get("manu serial number") or ""
    what = name.rpartition(" Fan ")[1] or name.rpartition(" Power ")[1]
    kind = "fan" if "Fan" in what else "module" if in_chassis and "Slot" in name and not what else "other"
    return Component.model_validate(
        {
            "name": name,
            "kind": kind,
            "model": told.get("device_name") or None,
            "serial": serial_of(serial or None),
            "made_on": _made_on(told.get("manufacturing_date")),
        }
    )


def _made_on(text: str | None) -> date | None:
    """Return the day of manufacture; some devices tell '2010-00-00', which is none."""
    try:
        return year_or_month_first(text)
    except UnexpectedReply:
        return None


def boxes(text: str) -> tuple[Component, ...]:
    """Return the parts that are a box of their own: chassis, members, or the device itself."""
    return tuple(one for one in read_parts(text) if re.fullmatch(r"(Device|Slot \d+|Chassis \d+)( #\d+)?", one.name))


def read_supplies(text: str) -> Part:
    """Return the power supplies of 'display power' by slot and number."""
    found, slot, complete = [], "", True
    for line in text.splitlines():
        head, row = _SLOT.match(line), _SUPPLY.match(line)
        if head:
            slot = head[1]
        elif row:
            found.append((f"{slot}/{row[1]}" if slot else row[1], row[2]))
        elif line.strip() and not re.match(r"^ *(?:Power ?(?:ID|No)|Input|Total|-+)", line, re.IGNORECASE):
            complete = False
    if not found:
        raise UnexpectedReply("is told without any power supply")
    part = cisco_environment.pieces(found)
    return Part(part.value, part.gaps, complete=complete)


def read_fans(text: str) -> Part:
    """Return the fans of 'display fan' by slot and number."""
    found, slot, fan, heads = [], "", "", 0
    for line in text.splitlines():
        head, number = _SLOT.match(line), re.match(r"^ *Fan(?:-tray)? (\d{1,3})\b", line)
        slot, fan = head[1] if head else slot, number[1] if number else fan
        heads += bool(re.match(r"^ *Fan(?:-tray)? ", line))
        state = re.search(r"\bStat(?:e|us) *: *(\w+)", line)
        if state:
            found.append((f"{slot}/{fan}" if slot else fan or "1", state[1]))
    if not found:
        raise UnexpectedReply("is told without any fan")
    part = cisco_environment.pieces(found)
    return Part(part.value, part.gaps, complete=heads in {0, len(found)})
