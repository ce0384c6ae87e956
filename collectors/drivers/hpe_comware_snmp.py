"""HPE and H3C switches with Comware (19xx, 51xx, 55xx, 59xx), over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.readers.mibs import entity_mib, entity_sensors, switch_mibs, system_group
from collectors.readers.mibs.part_states import ABSENT, BAD, OPEN, WELL, Conditions
from collectors.readers.mibs.part_tables import PartTable, TemperatureTable, read_parts, read_temperatures
from collectors.readers.mibs.snmp_tables import column
from collectors.replies import SnmpReplies, as_number

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "HPE and H3C Comware, over SNMP"
DEVICE_CLASS = "switch"

H3C = "1.3.6.1.4.1.25506"
ERROR_STATUS = f"{H3C}.2.6.1.1.1.1.19"  # hh3cEntityExtErrorStatus, by entPhysicalIndex
TEMPERATURE = f"{H3C}.2.6.1.1.1.1.12"  # hh3cEntityExtTemperature: degrees Celsius, 65535 without a sensor
FAN_STATUS = f"{H3C}.8.35.9.1.1.1.2"  # hh3cdevMFanStatus (HH3C-LSW-DEV-ADM-MIB)
SUPPLY_STATUS = f"{H3C}.8.35.9.1.2.1.2"  # hh3cdevMPowerStatus

ASKS = switch_mibs.asks(ERROR_STATUS, TEMPERATURE, FAN_STATUS, SUPPLY_STATUS)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.25506 (read only)",
    "temperatures": "an SNMP view with 1.3.6.1.4.1.25506 (read only)",
}
GENTLE = Gentle(questions_per_s=15, repetitions_count=10)
MATCHES = Matches(
    sys_object_ids=(f"{H3C}.1", f"{H3C}.11", "1.3.6.1.4.1.43.1.16", "1.3.6.1.4.1.2011.10"),
    sys_descr=(r"\bComware\b", r"^(?:HPE?|H3C|3Com)\b.* Software Version "),
)

DEVICE_STATES: Conditions = {1: WELL, 2: BAD, 3: ABSENT, 4: OPEN}  # active, deactive, not-install, unsupport
ERROR_STATES: Conditions = {
    2: WELL,
    4: ABSENT,
    41: BAD,
    51: BAD,
    61: BAD,
    91: BAD,
}  # normal, absent, fan, psu, rps, hardware
NOT_SUPPORTED = 1
NO_SENSOR = 65535
SENSOR_CLASS, MODULE_CLASS = 8, 9  # PhysicalClass of IANA-ENTITY-MIB

_VERSION = re.compile(
    r"\bVersion (?P<version>\d\.\d{1,2}(?:\.\d{1,3})?)"
    r"(?:,? (?:Release|Feature|ESS|Ess|Test|Alpha|Beta) (?P<release>\w+))?",
    re.ASCII,
)
_MODEL_BEFORE = re.compile(r"^(?P<model>.+?) (?:Switch )?Software Version ", re.ASCII)


def _words(replies: SnmpReplies) -> list[str]:
    return [line.strip() for line in (switch_mibs.description(replies)).splitlines() if line.strip()]


def _model(replies: SnmpReplies) -> str | None:
    """Return the model: the second line of sysDescr, else what stands before the version instead of the platform."""
    lines = _words(replies)
    if not lines:
        return None
    if "Comware" not in lines[0]:
        before = _MODEL_BEFORE.match(lines[0])
        return before["model"] if before else None
    return re.split(r" Switch\b", lines[1])[0] if len(lines) > 1 and "Copyright" not in lines[1] else None


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number."""
    maker = "H3C" if (switch_mibs.description(replies)).startswith("H3C") else "HPE Comware"
    return switch_mibs.identity(replies, maker, model=_model(replies))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return version and release together: the release counts on, the version names the generation. No day is told."""
    found = _VERSION.search(" ".join(_words(replies)))
    version = None
    if found:
        version = f"{found['version']}, Release {found['release']}" if found["release"] else found["version"]
    return switch_mibs.firmware(replies, "comware", version)


def _of_class(physical_class: int, name: str) -> PartTable:
    def rows(replies: SnmpReplies) -> set[str]:
        states, of_class = column(replies, ERROR_STATUS), entity_sensors.of_class(replies, physical_class)
        return {row for row in of_class if as_number(states.get(row)) not in {NOT_SUPPORTED, None}}

    return PartTable(ERROR_STATUS, ERROR_STATES, entity_mib.NAME, f"{name} {{}}".format, rows)


def read_fans(replies: SnmpReplies) -> Part:
    """Return the fans by the device's own table, else by the states of its parts."""
    if column(replies, FAN_STATUS):
        return read_parts(replies, PartTable(FAN_STATUS, DEVICE_STATES, name="fan {}".format))
    return read_parts(replies, _of_class(entity_sensors.FAN_CLASS, "fan"))


def read_power_supplies(replies: SnmpReplies) -> Part:
    """Return the power supplies, as the fans."""
    if column(replies, SUPPLY_STATUS):
        return read_parts(replies, PartTable(SUPPLY_STATUS, DEVICE_STATES, name="power supply {}".format))
    return read_parts(replies, _of_class(entity_mib.POWER_SUPPLY_CLASS, "power supply"))


def read_sensors(replies: SnmpReplies) -> Part:
    """Return the temperatures of the parts that have a sensor."""
    return read_temperatures(
        replies,
        TemperatureTable(
            TEMPERATURE,
            names=entity_mib.NAME,
            name="part {}".format,
            rows=_with_sensor,
        ),
    )


def _with_sensor(replies: SnmpReplies) -> set[str]:
    """Return the sensors that tell a temperature, else the modules: Comware 5 repeats the board's at every port."""
    told = {row for row, value in column(replies, TEMPERATURE).items() if as_number(value) != NO_SENSOR}
    return told & entity_sensors.of_class(replies, SENSOR_CLASS) or told & entity_sensors.of_class(
        replies, MODULE_CLASS
    )


SECTIONS: Sections[SnmpReplies] = {
    "temperatures": read_sensors,
    "fans": read_fans,
    "power_supplies": read_power_supplies,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Comware switch."""
    return switch_mibs.facts(replies, read_identity, read_firmware, SECTIONS)
