"""Parts, ports, VLANs, neighbours and stack as HPE Comware tells them."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from collectors.driver import Part
from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.sections.network import Interface, Neighbor, StackMember, Trunk, Vlan
from collectors.facts.sections.system import Component
from collectors.readers import cisco_environment, key_blocks
from collectors.readers.cli_words import duplex_of, kind_of, serial_of, speed_bps, unique
from collectors.readers.dates import year_or_month_first

_NAMES = {
    "BAGG": "Bridge-Aggregation", "FGE": "FortyGigE", "GE": "GigabitEthernet", "HGE": "HundredGigE", "Loop": "LoopBack",
    "MGE": "M-GigabitEthernet", "RAGG": "Route-Aggregation", "TGE": "Twenty-FiveGigE", "Tun": "Tunnel",
    "Vlan": "Vlan-interface", "XGE": "Ten-GigabitEthernet", "Eth": "Ethernet", "WGE": "Twenty-FiveGigE",
}  # fmt: skip
_SPLIT = re.compile(r"^([A-Za-z][A-Za-z-]*?)(\d[\d/.:]*)$")
_INTERNAL = ("NULL", "InLoop", "REG")
_ROUTED = re.compile(
    r"^(?P<name>[A-Za-z][\w/.:-]*\d) +(?P<link>UP|DOWN|ADM|Stby) +(?P<protocol>\S+)(?: +(?P<address>\S+)(?P<rest>.*))?$"
)
_BRIDGED = re.compile(
    r"^(?P<name>[A-Za-z][\w/.:-]*\d) +(?P<link>UP|DOWN|ADM|Stby) +(?P<speed>\S+) +(?P<duplex>\S+) +(?P<type>[ATHU-]+)"
    r" +(?P<pvid>\d+|--)(?: +(?P<rest>.*))?$"
)
_PART = re.compile(r"^ *(?P<part>Chassis \d+|Slot \d+|Sub ?slot \d+|Fan \d+|Power \d+)(?P<cpu> CPU \d+)?\s*:?\s*$")
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


def read_ports(text: str) -> tuple[Port, ...]:
    """Return the lines of both tables; raises UnexpectedReply when neither is there."""
    if not re.search(r"^Interface +Link ", text, re.MULTILINE):
        raise UnexpectedReply("is told without the table of interfaces")
    found = []
    for line in text.expandtabs().splitlines():
        bridged, routed = _BRIDGED.match(line.rstrip()), _ROUTED.match(line.rstrip())
        if bridged:
            pvid = int(bridged["pvid"]) if bridged["pvid"].isdecimal() else None
            words = _words(bridged["rest"])
            told = (bridged["link"], bridged["speed"], bridged["duplex"], bridged["type"], pvid, words)
            found.append(Port(name_of(bridged["name"]), *told))
        elif routed:
            found.append(Port(name_of(routed["name"]), routed["link"], description=_words(routed["rest"])))
    return tuple(one for one in found if not one.name.startswith(_INTERNAL))


def _words(text: str | None) -> str | None:
    words = (text or "").strip()
    return words if words and words != "--" else None


def read_interfaces(text: str, settings: dict[str, dict[str, object]]) -> Part:
    """Return the interfaces with what the configuration adds; speed and duplex count only while there is a link."""
    found = []
    for port in read_ports(text):
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
    return Part(tuple(found))


def read_trunks(text: str) -> Part:
    """Return trunk and hybrid ports with their port VLAN."""
    return Part(
        tuple(Trunk(name=port.name, native_vlan=port.pvid) for port in read_ports(text) if port.kind in {"T", "H"})
    )


def access_counts(text: str) -> Counter[int]:
    """Return how many ports are access ports of each VLAN."""
    return Counter(port.pvid for port in read_ports(text) if port.kind == "A" and port.pvid is not None)


def vlan_rows(text: str) -> tuple[tuple[int, str | None], ...]:
    """Return number and name of each VLAN of 'display vlan brief'; raises UnexpectedReply for no table."""
    head = re.search(r"^VLAN ID +Name +Port", text, re.MULTILINE)
    if not head:
        raise UnexpectedReply("is told without the table of VLANs")
    at, ports_at = head[0].index("Name"), head[0].index("Port")
    rows = [line for line in text[head.end() :].splitlines() if re.match(r"^\d{1,4}(\(.\))? ", line)]
    return tuple((int(re.match(r"\d+", line)[0]), line[at:ports_at].strip() or None) for line in rows)  # type: ignore[index]


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
    for line in text.partition(head)[2].splitlines():
        ends = [place for place, _ in places[1:]] + [len(line) + 1]
        cells = {column: line[place:end].strip() for (place, column), end in zip(places, ends, strict=True)}
        if cells["Local Interface"]:
            name = cells["System Name"] if cells["System Name"] not in {"", "-"} else cells["Chassis ID"]
            found.append(
                Neighbor(name=name, local_port=name_of(cells["Local Interface"]), port=cells["Port ID"] or None)
            )
    return Part(unique(found, lambda one: one.name, lambda one, name: one.model_copy(update={"name": name})))


def read_stack(text: str) -> Part | None:
    """Return the members of an IRF by number; None for a switch that is alone."""
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
    found, slot = [], ""
    for line in text.splitlines():
        head, row = re.match(r"^ *Slot (\d+)", line), re.match(r"^ *(?:Power +)?(\d{1,2}) +([A-Z][a-z]+)\b", line)
        slot = head[1] if head else slot
        if row and not head:
            found.append((f"{slot}/{row[1]}" if slot else row[1], row[2]))
    if not found:
        raise UnexpectedReply("is told without any power supply")
    return cisco_environment.pieces(found)


def read_fans(text: str) -> Part:
    """Return the fans of 'display fan' by slot and number."""
    found, slot, fan = [], "", ""
    for line in text.splitlines():
        head, number = re.match(r"^ *Slot (\d+)", line), re.match(r"^ *Fan(?:-tray)? (\d+)", line)
        slot, fan = head[1] if head else slot, number[1] if number else fan
        state = re.search(r"\bStat(?:e|us) *: *(\w+)", line)
        if state:
            found.append((f"{slot}/{fan}" if slot else fan or "1", state[1]))
    if not found:
        raise UnexpectedReply("is told without any fan")
    return cisco_environment.pieces(found)
