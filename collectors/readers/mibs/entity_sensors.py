"""Temperatures by the ENTITY-SENSOR-MIB (RFC 3433); fans and power supplies by the ENTITY-STATE-MIB (RFC 4268)."""

from collections.abc import Callable
from dataclasses import dataclass

from collectors.driver import Part
from collectors.facts.sections.storage import Part as Piece
from collectors.readers.mibs import entity_mib
from collectors.readers.mibs.part_tables import Sensor, celsius, sensors
from collectors.readers.mibs.snmp_tables import column, need, numbered, ordered
from collectors.replies import SnmpReplies, SnmpValue, as_number, as_text


@dataclass(frozen=True)
class SensorTable:
    """The sensors below one branch: Cisco's own table has the same columns as the standard one."""

    branch: str

    @property
    def asks(self) -> tuple[str, ...]:
        """Return type, scale (9 units, 8 milli, 10 kilo), decimal places, value, and whether the agent can read it."""
        return tuple(f"{self.branch}.{number}" for number in range(1, 6))


STANDARD = SensorTable("1.3.6.1.2.1.99.1.1.1")
CISCO = SensorTable("1.3.6.1.4.1.9.9.91.1.1.1.1")  # CISCO-ENTITY-SENSOR-MIB
CISCO_CROSSED = "1.3.6.1.4.1.9.9.91.1.2.1.1.5"  # entSensorThresholdEvaluation, by part and threshold: 1 crossed
STATE = "1.3.6.1.2.1.131.1.1.1"
STATE_OPERATIONAL = f"{STATE}.3"  # entStateOper: 1 unknown, 2 disabled, 3 enabled, 4 testing
STATE_ALARM = f"{STATE}.5"  # entStateAlarm, BITS: 2 critical, 3 major, 4 minor, 5 warning

ASKS = STANDARD.asks
STATE_ASKS = (STATE_OPERATIONAL, STATE_ALARM)

CELSIUS, TRUTH = 8, 12  # EntitySensorDataType
UNITS = 9
READABLE = 1
SERIOUS = 0x30  # critical and major: the third and fourth bit of the first octet
FAN_CLASS, POWER_SUPPLY_CLASS = 7, entity_mib.POWER_SUPPLY_CLASS  # PhysicalClass of IANA-ENTITY-MIB


def read_temperatures(replies: SnmpReplies) -> Part:
    """Return the sensors of degrees Celsius that can be read; whether a reading is too high the MIB does not tell."""
    return _read_temperatures(replies, STANDARD, lambda _: None)


def read_cisco_temperatures(replies: SnmpReplies) -> Part:
    """Return the sensors of Cisco's own table, good while no threshold of theirs is crossed; else the standard ones."""
    if not column(replies, CISCO.asks[0]):
        return read_temperatures(replies)
    crossed = column(replies, CISCO_CROSSED)
    judged = {row.partition(".")[0] for row in crossed}
    bad = {row.partition(".")[0] for row, value in crossed.items() if as_number(value) == 1}
    whole = replies.complete(CISCO_CROSSED)
    return _read_temperatures(
        replies, CISCO, lambda index: False if index in bad else True if whole and index in judged else None
    )


def _read_temperatures(replies: SnmpReplies, table: SensorTable, is_good: Callable[[str], bool | None]) -> Part:
    need(replies, *table.asks, entity_mib.NAME, entity_mib.DESCR)
    types = replies.column(table.asks[0])
    scales, precisions, values, statuses = (column(replies, oid) for oid in table.asks[1:])
    named = part_names(replies)
    # FortiSwitch gives decimals to all its sensors and means none: a truth value cannot have any
    meant = not any(as_number(types[row]) == TRUTH and as_number(precisions.get(row)) for row in types)
    found: list[Sensor] = []
    for index in ordered(types):
        if as_number(types[index]) != CELSIUS or as_number(statuses.get(index)) not in {READABLE, None}:
            continue
        scale = _factor(as_number(scales.get(index)), as_number(precisions.get(index)) if meant else None)
        reading = celsius(as_number(values.get(index)), scale)
        if reading is not None:
            found.append((named.get(index, f"part {index}"), reading, is_good(index)))
    return sensors(found, replies.complete(*table.asks))


def read_fans(replies: SnmpReplies) -> Part:
    """Return the fans with their state; None where the agent has no ENTITY-STATE-MIB."""
    return _read_parts(replies, FAN_CLASS)


def read_power_supplies(replies: SnmpReplies) -> Part:
    """Return the power supplies with their state; None where the agent has no ENTITY-STATE-MIB."""
    return _read_parts(replies, POWER_SUPPLY_CLASS)


def of_class(replies: SnmpReplies, physical_class: int) -> frozenset[str]:
    """Return the numbers of the physical parts of one class."""
    classes = column(replies, entity_mib.CLASS)
    return frozenset(index for index, value in classes.items() if as_number(value) == physical_class)


def part_names(replies: SnmpReplies) -> dict[str, str]:
    """Return the names of the physical parts, else their descriptions, by number."""
    told: dict[str, str] = {}
    for oid in (entity_mib.DESCR, entity_mib.NAME):
        told |= {index: name for index, value in column(replies, oid).items() if (name := as_text(value))}
    return told


def _read_parts(replies: SnmpReplies, physical_class: int) -> Part:
    need(replies, *STATE_ASKS, entity_mib.CLASS, entity_mib.NAME, entity_mib.DESCR)
    states, alarms = replies.column(STATE_OPERATIONAL), column(replies, STATE_ALARM)
    wanted = of_class(replies, physical_class)
    indexes = [index for index in ordered(states) if index in wanted]
    named = part_names(replies)
    names = numbered(named.get(index, f"part {index}") for index in indexes)
    pieces = tuple(
        Piece(name=name, present=True, ok=_is_well(as_number(states[index]), alarms.get(index)))
        for name, index in zip(names, indexes, strict=True)
    )
    return Part(pieces or None, complete=replies.complete(*STATE_ASKS, entity_mib.CLASS))


def _is_well(state: int | None, alarm: SnmpValue | None) -> bool | None:
    octets = alarm.raw if alarm is not None and isinstance(alarm.raw, bytes) else b""
    if octets and octets[0] & SERIOUS:
        return False
    return {2: False, 3: True}.get(state or 0)


def _factor(scale: int | None, precision: int | None) -> float:
    powers = 0 if scale is None or not 1 <= scale <= 17 else 3 * (scale - UNITS)
    places = 0 if precision is None or not -8 <= precision <= 9 else precision
    return float(10.0 ** (powers - places))
