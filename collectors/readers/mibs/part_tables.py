"""Fans, power supplies and temperature sensors in tables of SNMP agents."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from collectors.driver import Part
from collectors.facts.gaps import Gap
from collectors.facts.sections.storage import Part as Piece
from collectors.facts.sections.storage import Temperature
from collectors.readers.mibs.part_states import Condition, Conditions, Verdicts
from collectors.readers.mibs.snmp_tables import column, cut_off, numbered, ordered
from collectors.replies import SnmpReplies, SnmpValue, as_number, as_text
from collectors.told import amount, no_known

COLDEST_CELSIUS = -55.0  # what electronics is built for at all; below it a sensor is not there
HOTTEST_CELSIUS = 200.0

Sensor = tuple[str, float | Gap, bool | None]
"""Its name, its reading in degrees Celsius, and whether it is content."""


@dataclass(frozen=True)
class PartTable:
    """Fans or power supplies: the column of states, the column of names where there is one, and how states read."""

    states: str
    conditions: Conditions
    names: str | None = None
    name: Callable[[str], str] = "part {}".format
    """Names a part by its index where it has no name of its own."""
    rows: Callable[[SnmpReplies], Container[str]] | None = None
    """The rows of this kind, where one table holds several."""

    @property
    def asks(self) -> tuple[str, ...]:
        """Return the columns to be read."""
        return (self.states,) if self.names is None else (self.states, self.names)


@dataclass(frozen=True)
class TemperatureTable:
    """Temperature sensors: the column of readings, their scale to degrees Celsius, names and states where told."""

    readings: str
    scale: float = 1
    names: str | None = None
    name: Callable[[str], str] = "sensor {}".format
    states: str | None = None
    good: Verdicts | None = None
    zero_is_absent: bool = True
    """Agents without a sensor answer 0."""
    rows: Callable[[SnmpReplies], Container[str]] | None = None
    """The rows that have a sensor, where others stand beside them."""

    @property
    def asks(self) -> tuple[str, ...]:
        """Return the columns to be read."""
        return tuple(oid for oid in (self.readings, self.names, self.states) if oid is not None)


def read_parts(replies: SnmpReplies, *tables: PartTable) -> Part:
    """Return the parts of the tables; a state without a meaning leaves a gap that quotes it.

    The list is whole when no column broke off. Raises NoReply when the states could not be read.
    """
    found: list[tuple[str, int | str, Condition | None]] = []
    for table in tables:
        states, names = replies.column(table.states), column(replies, table.names)
        wanted = states if table.rows is None else table.rows(replies)
        for row in ordered(states):
            if row in wanted and not cut_off(replies, table.names, row):
                code = code_of(states[row])
                found.append((as_text(names.get(row)) or table.name(row), code, table.conditions.get(code)))
    pieces, gaps = [], {}
    for name, (_, code, condition) in zip(numbered(name for name, _, _ in found), found, strict=True):
        present, ok = condition or (None, None)
        pieces.append(Piece(name=name, present=present, ok=ok))
        if condition is None:
            gaps[f"[{name}].ok"] = no_known(code, "state")
    return Part(tuple(pieces) or None, gaps, replies.complete(*(oid for table in tables for oid in table.asks)))


def code_of(value: SnmpValue) -> int | str:
    """Return a state as its number, else as its text in small letters."""
    number = value.raw if isinstance(value.raw, int) else None
    return number if number is not None else (as_text(value) or "").casefold()


def read_temperatures(replies: SnmpReplies, *tables: TemperatureTable) -> Part:
    """Return the sensors of the tables in degrees Celsius; one that is not there leaves a gap, never a number."""
    found: list[Sensor] = []
    for table in tables:
        readings = replies.column(table.readings)
        names, states = column(replies, table.names), column(replies, table.states)
        wanted = readings if table.rows is None else table.rows(replies)
        for index in ordered(readings):
            if index not in wanted or cut_off(replies, table.names, index):
                continue
            reading = celsius(as_number(readings[index]), table.scale, table.zero_is_absent)
            state = states.get(index)
            ok = None if state is None or table.good is None else table.good.get(code_of(state))
            if reading is not None:
                found.append((as_text(names.get(index)) or table.name(index), reading, ok))
    return sensors(found, replies.complete(*(oid for table in tables for oid in table.asks)))


def sensors(found: Sequence[Sensor], complete: bool) -> Part:
    """Return the section of the sensors found; a reading that cannot be leaves its gap."""
    temperatures, gaps = [], {}
    for name, (_, reading, ok) in zip(numbered(name for name, _, _ in found), found, strict=True):
        known = None if isinstance(reading, Gap) else reading
        temperatures.append(Temperature(name=name, reading_celsius=known, ok=ok))
        if isinstance(reading, Gap):
            gaps[f"[{name}].reading_celsius"] = reading
    return Part(tuple(temperatures) or None, gaps, complete)


def celsius(number: int | None, scale: float = 1, zero_is_absent: bool = True) -> float | Gap | None:
    """Return a temperature, None where there is no sensor, a gap where the number cannot be one."""
    if number is None or (number == 0 and zero_is_absent):
        return None
    return amount(number, scale, lowest=COLDEST_CELSIUS, highest=HOTTEST_CELSIUS)
