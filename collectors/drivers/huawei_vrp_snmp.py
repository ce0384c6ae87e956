"""Huawei switches with VRP (S and CE series), over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.sections.management import Config
from collectors.readers.mibs import cisco_state, entity_mib, switch_mibs, system_group
from collectors.readers.mibs.part_states import ABSENT, BAD, OPEN, WELL, Conditions
from collectors.readers.mibs.part_tables import PartTable, TemperatureTable, read_parts, read_temperatures
from collectors.readers.mibs.snmp_tables import column, need
from collectors.replies import SnmpReplies, as_number
from collectors.told import NOT_AVAILABLE, told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Huawei VRP switches, over SNMP"
DEVICE_CLASS = "switch"

HUAWEI = "1.3.6.1.4.1.2011"
RUNNING_CHANGED = f"{HUAWEI}.6.10.1.1.1.0"  # hwCfgRunModifiedLast: sysUpTime at that moment (HUAWEI-CONFIG-MAN-MIB)
RUNNING_SAVED = f"{HUAWEI}.6.10.1.1.2.0"  # hwCfgRunSavedLast
TEMPERATURE = f"{HUAWEI}.5.25.31.1.1.1.1.11"  # hwEntityTemperature, by entPhysicalIndex; 2147483647 without a sensor
FAN_PRESENT = f"{HUAWEI}.5.25.31.1.1.10.1.6"  # hwEntityFanPresent: 1 present, 2 absent
FAN_STATE = f"{HUAWEI}.5.25.31.1.1.10.1.7"  # hwEntityFanState (HUAWEI-ENTITY-EXTENT-MIB)
SUPPLY_PRESENT = f"{HUAWEI}.5.25.31.1.1.18.1.5"  # hwEntityPwrPresent
SUPPLY_STATE = f"{HUAWEI}.5.25.31.1.1.18.1.6"  # hwEntityPwrState

ASKS = switch_mibs.asks(
    RUNNING_CHANGED, RUNNING_SAVED, TEMPERATURE, FAN_PRESENT, FAN_STATE, SUPPLY_PRESENT, SUPPLY_STATE
)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "config": "an SNMP view with 1.3.6.1.4.1.2011.6.10 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.2011.5.25.31 (read only)",
}
GENTLE = Gentle(questions_per_s=15, repetitions_count=10)
MATCHES = Matches(
    sys_object_ids=(f"{HUAWEI}.2.23", f"{HUAWEI}.2.239"), sys_descr=(r"\bVRP \(R\) [Ss]oftware.*\((?:S|CE)\d",)
)

FAN_STATES: Conditions = {1: WELL, 2: BAD}  # normal, abnormal
SUPPLY_STATES: Conditions = {1: WELL, 2: BAD, 3: OPEN, 4: OPEN}  # supply, notSupply, sleep, unknown
PRESENT = 1

# 'VRP (R) software, Version 5.170 (S5720 V200R011C10SPC600)'
_VERSION = re.compile(r"\bVersion \d+\.\d+\s*\((?P<model>\S+) (?P<version>V\d{3}R\d{3}\w*)\)", re.ASCII)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number of the only chassis, else the series of sysDescr."""
    need(replies, entity_mib.MODEL, entity_mib.CLASS)
    chassis, found = switch_mibs.only_chassis(replies), _VERSION.search(switch_mibs.description(replies))
    model = (chassis.model if chassis else None) or (found["model"] if found else None)
    return switch_mibs.identity(replies, "Huawei", model=model)


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the release (V200R...); VRP's own version names the generation. No day is told."""
    found = _VERSION.search(switch_mibs.description(replies))
    return switch_mibs.firmware(replies, "huawei-vrp", found["version"] if found else None)


def read_config(replies: SnmpReplies) -> Part:
    """Return whether the running configuration was saved after its last change."""
    return told(Config, {"saved": lambda: cisco_state.is_saved(replies, RUNNING_CHANGED, RUNNING_SAVED)})


def _parts(replies: SnmpReplies, states: str, present: str, words: Conditions, name: str) -> Part:
    """Return the parts; a place without a part has a state all the same, which says nothing."""
    there = column(replies, present)
    empty = {row for row, value in there.items() if as_number(value) not in {PRESENT, None}}
    filled = PartTable(states, words, name=f"{name} {{}}".format, rows=lambda r: column(r, states).keys() - empty)
    absent = PartTable(present, dict.fromkeys((0, 2), ABSENT), name=f"{name} {{}}".format, rows=lambda _: empty)
    return read_parts(replies, filled, absent)


def read_fans(replies: SnmpReplies) -> Part:
    """Return the fans by slot and number."""
    return _parts(replies, FAN_STATE, FAN_PRESENT, FAN_STATES, "fan")


def read_power_supplies(replies: SnmpReplies) -> Part:
    """Return the power supplies by slot and number."""
    need(replies, SUPPLY_PRESENT)
    return _parts(replies, SUPPLY_STATE, SUPPLY_PRESENT, SUPPLY_STATES, "power supply")


def read_sensors(replies: SnmpReplies) -> Part:
    """Return the temperatures of the parts that have a sensor."""
    return read_temperatures(
        replies,
        TemperatureTable(
            TEMPERATURE,
            names=entity_mib.NAME,
            name="part {}".format,
            rows=lambda r: {row for row, v in column(r, TEMPERATURE).items() if as_number(v) not in NOT_AVAILABLE},
        ),
    )


SECTIONS: Sections[SnmpReplies] = {
    "config": read_config,
    "fans": read_fans,
    "power_supplies": read_power_supplies,
    "temperatures": read_sensors,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Huawei switch."""
    return switch_mibs.facts(replies, read_identity, read_firmware, SECTIONS)
