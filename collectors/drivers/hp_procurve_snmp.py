"""HP ProCurve and Aruba switches with AOS-S (ProVision), and HPE OfficeConnect 1820 and 1920S, over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.sections.storage import Temperature
from collectors.readers.mibs import entity_sensors, switch_mibs, system_group
from collectors.readers.mibs.part_states import ABSENT, BAD, OPEN, WELL, Conditions
from collectors.readers.mibs.part_tables import PartTable, read_parts
from collectors.readers.mibs.snmp_tables import column, need, numbered, ordered, scalar, text
from collectors.replies import SnmpReplies, as_number, as_text

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "HP ProCurve and Aruba AOS-S, over SNMP"
DEVICE_CLASS = "switch"

HP = "1.3.6.1.4.1.11.2"
SERIAL = f"{HP}.36.1.1.2.9.0"  # hpHttpMgSerialNumber
OS_VERSION = f"{HP}.14.11.5.1.1.3.0"  # hpSwitchOsVersion
ROM_VERSION = f"{HP}.14.11.5.1.1.4.0"  # hpSwitchRomVersion
SENSOR_KIND = f"{HP}.14.11.1.2.6.1.2"  # hpicfSensorObjectId
SENSOR_STATUS = f"{HP}.14.11.1.2.6.1.4"  # hpicfSensorStatus (HP-ICF-CHASSIS)
SENSOR_NAME = f"{HP}.14.11.1.2.6.1.7"
FAN_STATE = f"{HP}.14.11.5.1.54.2.1.1.4"  # hpicfFanState (FAN-MIB)
SUPPLY_STATE = f"{HP}.14.11.5.1.55.1.1.1.2"  # hpicfPsState (POWERSUPPLY-MIB)

ASKS = switch_mibs.asks(
    SERIAL, OS_VERSION, ROM_VERSION, SENSOR_KIND, SENSOR_STATUS, SENSOR_NAME, FAN_STATE, SUPPLY_STATE
)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.4.1.11.2.36 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.11.2.14.11 (read only)",
}
GENTLE = Gentle(questions_per_s=15, repetitions_count=10)
MATCHES = Matches(
    sys_object_ids=(f"{HP}.3.7.11", f"{HP}.3.7.8"), sys_descr=(r"^(?:HP|HPE|Aruba|ProCurve)\b.*, revision ",)
)

SUPPLY_KIND, FAN_KIND, TEMPERATURE_KIND = (f"{HP}.3.7.8.3.{number}" for number in (1, 2, 3))
SENSOR_STATES: Conditions = {1: OPEN, 2: BAD, 3: BAD, 4: WELL, 5: ABSENT}  # unknown, bad, warning, good, notPresent
# HpicfDcFanState: failed, removed, off, underspeed, overspeed, ok
FAN_STATES: Conditions = {
    0: BAD,
    1: ABSENT,
    2: OPEN,
    3: BAD,
    4: BAD,
    5: WELL,
}
# HpicfDcPsState: notPresent, notPlugged, powered, failed, permFailure
SUPPLY_STATES: Conditions = {
    1: ABSENT,
    2: BAD,
    3: WELL,
    4: BAD,
    5: BAD,
}

_PROVISION = re.compile(
    r"^(?:HP |HPE |Aruba |ProCurve |Hewlett[- ]Packard(?: Company)? )*(?P<model>.+?)(?: Switch)?(?: Stack)?, "
    r"revision (?P<version>[A-Z]{1,2}\.[\d.]+\w*)(?:, ROM (?P<rom>\S+?))?(?= |$|,|\()",
    re.ASCII,
)
_OFFICE_CONNECT = re.compile(
    r"^(?:HP |HPE |Aruba )*(?P<model>.+?), (?P<version>[A-Z]{2}\.\d{2}\.\d{2}(?:\.\d+)?)(?=,|$)", re.ASCII
)


def _of_kind(kind: str) -> PartTable:
    return PartTable(
        SENSOR_STATUS,
        SENSOR_STATES,
        SENSOR_NAME,
        "sensor {}".format,
        rows=lambda replies: {row for row, value in column(replies, SENSOR_KIND).items() if as_text(value) == kind},
    )


def _described(replies: SnmpReplies) -> re.Match[str] | None:
    words = switch_mibs.description(replies)
    return _PROVISION.match(words) or _OFFICE_CONNECT.match(words)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number; the members of a stack have serial numbers of their own."""
    described = _described(replies)
    return switch_mibs.identity(
        replies, "HPE Aruba", model=described["model"] if described else None, serial=_serial(replies)
    )


def _serial(replies: SnmpReplies) -> str | None:
    return text(scalar(replies, SERIAL))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version; the image's day is told at the command line only. A day behind U-Boot is the loader's."""
    described = _described(replies)
    return switch_mibs.firmware(
        replies, "aos-s", (described["version"] if described else None) or text(scalar(replies, OS_VERSION))
    )


def read_components(replies: SnmpReplies) -> Part:
    """Return the parts with the boot ROM."""
    described = _described(replies)
    told_rom = described.groupdict().get("rom") if described else None
    return switch_mibs.components(replies, {"boot ROM": told_rom or text(scalar(replies, ROM_VERSION))})


def read_temperatures(replies: SnmpReplies) -> Part:
    """Return the sensors of ENTITY-SENSOR-MIB, else whether the over-temperature sensors are content."""
    need(replies, SENSOR_NAME)
    part = entity_sensors.read_temperatures(replies)
    if part.value:
        return part
    kinds, states, names = (column(replies, oid) for oid in (SENSOR_KIND, SENSOR_STATUS, SENSOR_NAME))
    rows = [row for row in ordered(kinds) if as_text(kinds[row]) == TEMPERATURE_KIND]
    oks = [SENSOR_STATES.get(as_number(states.get(row)) or 0, OPEN)[1] for row in rows]
    keys = numbered(as_text(names.get(row)) or f"sensor {row}" for row in rows)
    return Part(tuple(Temperature(name=key, ok=ok) for key, ok in zip(keys, oks, strict=True)) or None)


def read_fans(replies: SnmpReplies) -> Part:
    """Return the fans one by one, else as the chassis sums them up."""
    if column(replies, FAN_STATE):
        return read_parts(replies, PartTable(FAN_STATE, FAN_STATES, name="fan {}".format))
    return read_parts(replies, _of_kind(FAN_KIND))


def read_power_supplies(replies: SnmpReplies) -> Part:
    """Return the power supplies by bay, else as the chassis tells them."""
    if column(replies, SUPPLY_STATE):
        return read_parts(replies, PartTable(SUPPLY_STATE, SUPPLY_STATES, name="power supply {}".format))
    return read_parts(replies, _of_kind(SUPPLY_KIND))


SECTIONS: Sections[SnmpReplies] = {
    "components": read_components,
    "temperatures": read_temperatures,
    "fans": read_fans,
    "power_supplies": read_power_supplies,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a ProCurve or AOS-S switch."""
    return switch_mibs.facts(replies, read_identity, read_firmware, SECTIONS, serial=_serial)
