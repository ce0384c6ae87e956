"""Dell switches with OS9 (FTOS): S, Z, C and M series, over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.sections.network import StackMember
from collectors.readers.mibs import switch_mibs, system_group
from collectors.readers.mibs.part_states import ABSENT, BAD, WELL, Conditions
from collectors.readers.mibs.part_tables import PartTable, TemperatureTable, read_parts, read_temperatures
from collectors.readers.mibs.snmp_tables import column, need, ordered
from collectors.readers.small_switches import radlan
from collectors.replies import SnmpReplies, as_number

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Dell OS9 (FTOS), over SNMP"
DEVICE_CLASS = "switch"

CHASSIS = "1.3.6.1.4.1.6027.3.26.1"  # DELL-NETWORKING-CHASSIS-MIB
UNIT_STATUS = f"{CHASSIS}.3.4.1.8"  # dellNetStackUnitStatus: 1 ok, 6 not present
UNIT_SERIAL = f"{CHASSIS}.3.4.1.11"  # dellNetStackUnitSerialNumber
UNIT_TEMPERATURE = f"{CHASSIS}.3.4.1.13"  # dellNetStackUnitTemp: degrees Celsius
UNIT_TAG = f"{CHASSIS}.3.4.1.23"  # dellNetStackUnitServiceTag
SUPPLY_STATUS = f"{CHASSIS}.4.6.1.4"  # dellNetPowerSupplyOperStatus
FAN_STATUS = f"{CHASSIS}.4.7.1.4"  # dellNetFanTrayOperStatus

ASKS = switch_mibs.asks(UNIT_STATUS, UNIT_SERIAL, UNIT_TEMPERATURE, UNIT_TAG, SUPPLY_STATUS, FAN_STATUS)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.4.1.6027.3.26 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.6027.3.26 (read only)",
}
GENTLE = Gentle(questions_per_s=15, repetitions_count=10)
MATCHES = Matches(sys_object_ids=("1.3.6.1.4.1.6027.1",), sys_descr=(r"(?:Dell|Force10) .*Operating System Software",))

STATES: Conditions = {1: WELL, 2: BAD, 3: ABSENT}  # up, down, absent
READY, NOT_PRESENT = 1, 6

_VERSION = re.compile(
    r"\b(?:Application Software Version: ?|Operating System Version: ?|Software Version: ?)"
    r"(?P<version>\d{1,2}\.\d{1,2}\(\d+\.\d+\w*\)|\d{1,2}\.\d{1,2}\.\d{1,2}\.\d{1,2}\w*)",
    re.ASCII,
)
_SERIES = re.compile(r"\bSeries: ?(?P<model>[\w-]+)", re.ASCII)


def _units(replies: SnmpReplies) -> list[str]:
    """Return the units that are there; slots of a stack without a unit are not."""
    statuses = column(replies, UNIT_STATUS)
    return [row for row in ordered(statuses) if as_number(statuses[row]) != NOT_PRESENT]


def _serial(replies: SnmpReplies) -> str | None:
    if len(_units(replies)) > 1:
        return None
    return radlan.first_text(replies, UNIT_TAG) or radlan.first_text(replies, UNIT_SERIAL)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and service tag of a single unit."""
    need(replies, UNIT_TAG)
    series = _SERIES.search(switch_mibs.description(replies))
    return switch_mibs.identity(replies, "Dell", model=series["model"] if series else None, serial=_serial(replies))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version of the application software, and the day behind 'Build Time'."""
    words = switch_mibs.description(replies)
    version = _VERSION.findall(words)
    exact = [one for one in version if "(" in one]
    return switch_mibs.firmware(
        replies, "dell-os9", (exact or version or [None])[-1], switch_mibs.built_in(words, "Build Time:")
    )


def read_stack(replies: SnmpReplies) -> Part:
    """Return the units of a stack."""
    statuses = replies.column(UNIT_STATUS)
    members = tuple(
        StackMember(name=row, state="ready" if as_number(statuses[row]) == READY else "other")
        for row in _units(replies)
    )
    return Part(members if len(members) > 1 else None, complete=replies.complete(UNIT_STATUS))


SECTIONS: Sections[SnmpReplies] = {
    "stack": read_stack,
    "fans": lambda told: read_parts(told, PartTable(FAN_STATUS, STATES, name="fan tray {}".format)),
    "power_supplies": lambda told: read_parts(told, PartTable(SUPPLY_STATUS, STATES, name="power supply {}".format)),
    "temperatures": lambda told: read_temperatures(told, TemperatureTable(UNIT_TEMPERATURE, name="unit {}".format)),
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of an OS9 switch."""
    return switch_mibs.facts(replies, read_identity, read_firmware, SECTIONS, serial=_serial)
