"""Extreme Networks switches with EXOS (Switch Engine), over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap
from collectors.facts.sections.network import Vlan
from collectors.facts.sections.storage import Temperature
from collectors.readers.mibs import q_bridge, switch_mibs, system_group
from collectors.readers.mibs.part_states import ABSENT, BAD, OPEN, WELL
from collectors.readers.mibs.part_tables import PartTable, celsius, read_parts
from collectors.readers.mibs.snmp_tables import column, scalar, text
from collectors.replies import SnmpReplies, as_number, as_text

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Extreme EXOS, over SNMP"
DEVICE_CLASS = "switch"

EXTREME = "1.3.6.1.4.1.1916.1"
TOO_HOT = f"{EXTREME}.1.1.7.0"  # extremeOverTemperatureAlarm: TruthValue (EXTREME-SYSTEM-MIB)
TEMPERATURE = f"{EXTREME}.1.1.8.0"  # extremeCurrentTemperature: degrees Celsius
SYSTEM_ID = f"{EXTREME}.1.1.16.0"  # extremeSystemID: part number and serial number
BOOT_VERSION = f"{EXTREME}.1.1.25.0"
VLAN_NAME = f"{EXTREME}.2.1.2.1.2"  # extremeVlanIfDescr (EXTREME-VLAN-MIB), by ifIndex
VLAN_ID = f"{EXTREME}.2.1.2.1.10"  # extremeVlanIfVlanId
FANS = PartTable(f"{EXTREME}.1.1.9.1.2", {1: WELL, 2: BAD}, name="fan {}".format)  # extremeFanOperational: TruthValue
SUPPLIES = PartTable(
    f"{EXTREME}.1.1.27.1.2", {1: ABSENT, 2: WELL, 3: BAD, 4: OPEN}, name="power supply {}".format
)  # extremePowerSupplyStatus: notPresent, presentOK, presentNotOK, presentPowerOff

ASKS = switch_mibs.asks(TOO_HOT, TEMPERATURE, SYSTEM_ID, BOOT_VERSION, VLAN_NAME, VLAN_ID, *FANS.asks, *SUPPLIES.asks)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.1916.1.1 (read only)",
    "vlans": "an SNMP view with 1.3.6.1.4.1.1916.1.2 (read only)",
}
GENTLE = Gentle(questions_per_s=15, repetitions_count=10)
MATCHES = Matches(
    sys_object_ids=("1.3.6.1.4.1.1916.2",), sys_descr=(r"^ExtremeXOS \(", r"^Extreme Networks Switch Engine")
)

# 'ExtremeXOS (X690-48x-2q-4c) version 22.6.1.4 22.6.1.4 by release-manager on Thu Sep 6 12:57:06 EDT 2018'
_DESCRIBED = re.compile(r"^Extreme[^(]*\((?P<model>[^)]+)\) version v?(?P<version>\d+(?:\.\d+){2,3}\S*)", re.ASCII)


def _described(replies: SnmpReplies) -> re.Match[str] | None:
    return _DESCRIBED.match(switch_mibs.description(replies))


def _serial(replies: SnmpReplies) -> str | None:
    """Return the last word of the system's number; the first one is the part number."""
    number = (text(scalar(replies, SYSTEM_ID)) or "").split()
    return number[-1] if len(number) == 2 else None


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number; a stack's model is not told."""
    described = _described(replies)
    model = described["model"] if described and described["model"].casefold() != "stack" else None
    return switch_mibs.identity(replies, "Extreme", model=model, serial=_serial(replies))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the running image's version and build day; the other image's version is none."""
    described = _described(replies)
    released = switch_mibs.built_in(switch_mibs.description(replies), " on ")
    return switch_mibs.firmware(replies, "exos", described["version"] if described else None, released)


def read_components(replies: SnmpReplies) -> Part:
    """Return the parts with the boot ROM."""
    return switch_mibs.components(replies, {"boot ROM": text(scalar(replies, BOOT_VERSION))})


def read_vlans(replies: SnmpReplies) -> Part:
    """Return the VLANs by their numbers; EXOS keeps them in its own table."""
    numbers, names = column(replies, VLAN_ID), column(replies, VLAN_NAME)
    found = {number: as_text(names.get(row)) for row, value in numbers.items() if (number := as_number(value))}
    if not found:
        return q_bridge.read_vlans(replies)
    vlans = tuple(Vlan(number=number, name=found[number]) for number in sorted(found))
    return Part(vlans, complete=replies.complete(VLAN_ID, VLAN_NAME))


def read_temperatures(replies: SnmpReplies) -> Part:
    """Return the sensors of the ENTITY-SENSOR-MIB after the one of the whole switch, which has an alarm of its own."""
    part = switch_mibs.READERS["temperatures"](replies)
    sensors = part if isinstance(part, Part) else Part(None)
    reading = celsius(as_number(scalar(replies, TEMPERATURE)))
    if reading is None or isinstance(reading, Gap):
        return sensors
    alarm = as_number(scalar(replies, TOO_HOT))
    system = Temperature(name="system", reading_celsius=reading, ok={1: False, 2: True}.get(alarm or 0))
    others = [one for one in sensors.value or () if isinstance(one, Temperature)]
    return Part((system, *others), sensors.gaps, sensors.complete)


SECTIONS: Sections[SnmpReplies] = {
    "components": read_components,
    "vlans": read_vlans,
    "temperatures": read_temperatures,
    "fans": lambda told: read_parts(told, FANS),
    "power_supplies": lambda told: read_parts(told, SUPPLIES),
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of an EXOS switch."""
    return switch_mibs.facts(replies, read_identity, read_firmware, SECTIONS, serial=_serial)
