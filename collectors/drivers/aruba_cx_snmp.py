"""Aruba switches with AOS-CX, over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.sections.network import StackMember
from collectors.readers.mibs import entity_mib, entity_sensors, switch_mibs, system_group
from collectors.readers.mibs.part_states import ABSENT, BAD, OPEN, WELL, Conditions
from collectors.readers.mibs.part_tables import PartTable, TemperatureTable, read_parts, read_temperatures
from collectors.readers.mibs.snmp_tables import column, need
from collectors.replies import SnmpReplies, as_text

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Aruba AOS-CX, over SNMP"
DEVICE_CLASS = "switch"

ARUBA = "1.3.6.1.4.1.47196.4.1.1.3"
SUPPLY_NAME = f"{ARUBA}.11.2.1.1.3"  # arubaWiredPSUName (ARUBAWIRED-POWERSUPPLY-MIB)
SUPPLY_STATE = f"{ARUBA}.11.2.1.1.4"  # as text
SUPPLY_STATE_NUMBER = f"{ARUBA}.11.2.1.1.11"  # newer releases
FAN_NAME = f"{ARUBA}.11.5.1.1.4"  # arubaWiredFanName (ARUBAWIRED-FAN-MIB)
FAN_STATE = f"{ARUBA}.11.5.1.1.5"
FAN_STATE_NUMBER = f"{ARUBA}.11.5.1.1.10"
TEMPERATURES = TemperatureTable(
    f"{ARUBA}.11.3.1.1.7",  # arubaWiredTempSensorTemperature: thousandths of a degree
    scale=0.001,
    names=f"{ARUBA}.11.3.1.1.5",
    states=f"{ARUBA}.11.3.1.1.6",
    good={"normal": True, "critical": False, "low_critical": False, "emergency": False, "fault": False},
)
MEMBER_STATUS = f"{ARUBA}.15.1.2.1.3"  # arubaWiredVsfv2MemberStatus, by member

ASKS = switch_mibs.asks(
    SUPPLY_NAME, SUPPLY_STATE, SUPPLY_STATE_NUMBER, FAN_NAME, FAN_STATE, FAN_STATE_NUMBER, *TEMPERATURES.asks,
    MEMBER_STATUS,
)  # fmt: skip
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.47196 (read only)",
    "stack": "an SNMP view with 1.3.6.1.4.1.47196 (read only)",
}
GENTLE = Gentle(questions_per_s=20, repetitions_count=15)
MATCHES = Matches(sys_object_ids=("1.3.6.1.4.1.47196.4.1.1.1",))

_SUPPLY_FAULTS = "input output poe no_recov norecov airflow redundancy mixed_input mixedinput".split()
SUPPLY_STATES: Conditions = {
    1: WELL, 2: ABSENT, **dict.fromkeys((3, 4, 5, 6, 7, 9, 10, 13, 14, 15, 16, 17), BAD), 8: OPEN, 11: OPEN, 12: ABSENT,
    "ok": WELL, "empty": ABSENT, "absent": ABSENT, "fault_absent": ABSENT, "faultabsent": ABSENT,
    "unknown": OPEN, "init": OPEN,
    **dict.fromkeys(("alert", "unsupported", "warning", "overvoltage", "undervoltage"), BAD),
    **{f"fault{dash}{fault}": BAD for fault in _SUPPLY_FAULTS for dash in ("", "_")},
}  # fmt: skip
FAN_STATES: Conditions = {
    1: OPEN, 2: ABSENT, 3: OPEN, 4: WELL, 5: BAD,
    "unknown": OPEN, "empty": ABSENT, "uninitialized": OPEN, "ok": WELL, "fault": BAD,
}  # fmt: skip

_DESCRIBED = re.compile(
    r"^(?:HPE |Aruba |ANW |Networking )*(?P<model>.+?) (?P<version>[A-Z]{2}\.\d{2}\.\d{2}\.\w+)", re.ASCII
)


def _described(replies: SnmpReplies) -> re.Match[str] | None:
    return _DESCRIBED.match(switch_mibs.description(replies))


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with the model of sysDescr and the serial number of the only chassis."""
    need(replies, entity_mib.SERIAL)
    described = _described(replies)
    return switch_mibs.identity(replies, "HPE Aruba", model=described["model"] if described else None)


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version with its platform's letters; no day is told."""
    described, chassis = _described(replies), switch_mibs.only_chassis(replies)
    version = described["version"] if described else chassis.version if chassis else None
    return switch_mibs.firmware(replies, "aos-cx", version)


def read_power_supplies(replies: SnmpReplies) -> Part:
    """Return the power supplies; the number of the state where there is one, else its word."""
    states = SUPPLY_STATE_NUMBER if column(replies, SUPPLY_STATE_NUMBER) else SUPPLY_STATE
    return read_parts(replies, PartTable(states, SUPPLY_STATES, SUPPLY_NAME, "power supply {}".format))


def read_fans(replies: SnmpReplies) -> Part:
    """Return the fans, as the power supplies."""
    states = FAN_STATE_NUMBER if column(replies, FAN_STATE_NUMBER) else FAN_STATE
    return read_parts(replies, PartTable(states, FAN_STATES, FAN_NAME, "fan {}".format))


def read_sensors(replies: SnmpReplies) -> Part:
    """Return the temperatures with their state; without Aruba's table by the ENTITY-SENSOR-MIB."""
    part = read_temperatures(replies, TEMPERATURES)
    return part if part.value else entity_sensors.read_temperatures(replies)


def read_stack(replies: SnmpReplies) -> Part:
    """Return the members of a VSF stack; one alone is none."""
    statuses = replies.column(MEMBER_STATUS)
    members = tuple(
        StackMember(name=number, state="ready" if (as_text(status) or "").casefold() == "ready" else "other")
        for number, status in statuses.items()
    )
    return Part(members if len(members) > 1 else None, complete=replies.complete(MEMBER_STATUS))


SECTIONS: Sections[SnmpReplies] = {
    "temperatures": read_sensors,
    "fans": read_fans,
    "power_supplies": read_power_supplies,
    "stack": read_stack,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of an AOS-CX switch."""
    return switch_mibs.facts(replies, read_identity, read_firmware, SECTIONS)
