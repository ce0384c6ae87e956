"""Ports, VLANs and neighbours as Radlan-based switches (Cisco Small Business, Dell PowerConnect) tell them."""

import re
from collections.abc import Iterator

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.sections.network import Interface, Neighbor, Vlan
from collectors.readers.outputs import cli_table
from collectors.readers.outputs.cli_words import address_of, duplex_of, kind_of, speed_bps, unique

_LONG = {"gigabitethernet": "gi", "fastethernet": "fa", "tengigabitethernet": "te", "port-channel": "po"}


def short_name(name: str) -> str:
    """Return a configured interface's name as the tables have it: 'GigabitEthernet1' is 'gi1'."""
    parts = re.match(r"^([a-z-]+)([\d/]+)$", name.strip().casefold())
    return f"{_LONG.get(parts[1], parts[1])}{parts[2]}" if parts else name


def read_interfaces(text: str, shut: frozenset[str] | None) -> Part:
    """Return ports and aggregates; speed and duplex count only while there is a link, and whether shut if known."""
    found = []
    for listed in cli_table.tables(text):
        place = next((place for place, head in enumerate(listed.header) if re.search(r"\bState$", head)), None)
        if place is None or not re.match(r"(Port|Ch)\b", listed.header[0].rpartition(" ")[2] or ""):
            continue
        for row in listed.rows:
            state = row[place].casefold()
            up = True if state.startswith("up") else False if state.startswith(("down", "not present")) else None
            name = row[0]
            found.append(
                Interface(
                    name=name,
                    kind=kind_of(name),
                    description=listed.cell(row, "Description") or None,
                    enabled=None if shut is None else name.casefold() not in shut,
                    up=up,
                    duplex=duplex_of(listed.cell(row, "Duplex")) if up else None,
                    speed_bps=speed_bps(listed.cell(row, "Speed")) if up else None,
                )
            )
    if not found:
        raise UnexpectedReply("is told without the table of ports")
    return Part(tuple(found))


def wrapped(found: cli_table.Table) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a table whose long cells are cut, within a word, and go on in the next line."""
    pending: list[str] | None = None
    for row in found.rows:
        if row[0] or pending is None:
            if pending is not None:
                yield tuple(pending)
            pending = [*row]
        else:
            pending = [before + after for before, after in zip(pending, row, strict=True)]
    if pending is not None:
        yield tuple(pending)


def read_vlans(text: str) -> Part:
    """Return the VLANs with their names."""
    found = cli_table.table(text, "Vlan", "Name", "Ports")
    rows = [row for row in wrapped(found) if row[0].isdecimal()]
    return Part(tuple(Vlan(number=int(row[0]), name=found.cell(row, "Name") or None) for row in rows))


def read_neighbors(text: str) -> Part:
    """Return LLDP's neighbours; those that tell no name are known by their chassis."""
    found = cli_table.table(text, "Port", "Device ID", "Port ID", "System Name")
    heard = []
    for row in wrapped(found):
        chassis, port = found.cell(row, "Device ID"), found.cell(row, "Port ID")
        name = found.cell(row, "System Name") or address_of(chassis) or chassis
        if name:
            heard.append(Neighbor(name=name, local_port=row[0], port=address_of(port) or port or None))
    return Part(unique(heard, lambda one: one.name, lambda one, name: one.model_copy(update={"name": name})))
