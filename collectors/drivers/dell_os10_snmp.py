"""Dell switches with SmartFabric OS10, over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.readers.mibs import switch_mibs, system_group
from collectors.readers.mibs.part_states import ABSENT, BAD, WELL, Conditions
from collectors.readers.mibs.part_tables import PartTable, TemperatureTable, read_parts, read_temperatures
from collectors.replies import SnmpReplies

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Dell SmartFabric OS10, over SNMP"
DEVICE_CLASS = "switch"

OS10 = "1.3.6.1.4.1.674.11000.5000.100.4.1"  # DELLEMC-OS10-CHASSIS-MIB
CHASSIS_TEMPERATURE = f"{OS10}.1.3.1.11"  # os10ChassisTemp: degrees Celsius
CARD_TEMPERATURE = f"{OS10}.1.4.1.5"  # os10CardTemp
CARD_DESCR = f"{OS10}.1.4.1.3"
SUPPLY_STATUS = f"{OS10}.2.1.1.4"  # os10PowerSupplyOperStatus
FAN_TRAY_STATUS = f"{OS10}.2.2.1.4"  # os10FanTrayOperStatus
FAN_STATUS = f"{OS10}.2.3.1.7"  # os10FanOperStatus: fans of trays and of power supplies

STATES: Conditions = {1: WELL, 2: BAD, 3: ABSENT}  # Os10CmnOperStatus: up, down, absent
SUPPLIES = PartTable(SUPPLY_STATUS, STATES, name="power supply {}".format)
FAN_TRAYS = PartTable(FAN_TRAY_STATUS, STATES, name="fan tray {}".format)
FANS = PartTable(FAN_STATUS, STATES, name="fan {}".format)
TEMPERATURES = (
    TemperatureTable(CHASSIS_TEMPERATURE, name="chassis {}".format),
    TemperatureTable(CARD_TEMPERATURE, names=CARD_DESCR, name="card {}".format),
)

ASKS = switch_mibs.asks(
    *SUPPLIES.asks, *FAN_TRAYS.asks, *FANS.asks, *(oid for table in TEMPERATURES for oid in table.asks)
)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.674.11000.5000.100 (read only)",
}
GENTLE = Gentle(questions_per_s=20, repetitions_count=15)
MATCHES = Matches(sys_object_ids=("1.3.6.1.4.1.674.11000.5000.100",), sys_descr=(r"\bOS10\b",))

_VERSION = re.compile(r"\bOS Version: ?(?P<version>\d+(?:\.\d+){2,3})", re.ASCII)
_TYPE = re.compile(r"\bSystem Type: ?(?P<model>[\w-]+)", re.ASCII)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number."""
    model = _TYPE.search(switch_mibs.description(replies))
    return switch_mibs.identity(replies, "Dell", model=model["model"] if model else None)


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version where sysDescr tells it; the hardware's revision (A03) is none."""
    version = _VERSION.search(switch_mibs.description(replies))
    return switch_mibs.firmware(replies, "dell-os10", version["version"] if version else None)


SECTIONS: Sections[SnmpReplies] = {
    "fans": lambda told: read_parts(told, FAN_TRAYS, FANS),
    "power_supplies": lambda told: read_parts(told, SUPPLIES),
    "temperatures": lambda told: read_temperatures(told, *TEMPERATURES),
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of an OS10 switch."""
    return switch_mibs.facts(replies, read_identity, read_firmware, SECTIONS)
