"""Ruckus, Brocade and Foundry switches with FastIron (ICX, FCX, FWS), over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.readers.mibs import switch_mibs, system_group
from collectors.readers.mibs.part_states import BAD, OPEN, WELL, Conditions
from collectors.readers.mibs.part_tables import PartTable, TemperatureTable, read_parts, read_temperatures
from collectors.readers.mibs.snmp_tables import column, scalar, text
from collectors.readers.small_switches import radlan
from collectors.replies import SnmpReplies

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Ruckus and Brocade FastIron (ICX), over SNMP"
DEVICE_CLASS = "switch"

FOUNDRY = "1.3.6.1.4.1.1991.1.1"
SERIAL = f"{FOUNDRY}.1.1.2.0"  # snChasSerNum (FOUNDRY-SN-AGENT-MIB)
UNIT_SERIAL = f"{FOUNDRY}.1.4.1.1.2"  # snChasUnitSerNum, by unit
VERSION = f"{FOUNDRY}.2.1.11.0"  # snAgImgVer

STATES: Conditions = {1: OPEN, 2: WELL, 3: BAD}  # other, normal, failure
SUPPLIES = PartTable(f"{FOUNDRY}.1.2.1.1.3", STATES, f"{FOUNDRY}.1.2.1.1.2", "power supply {}".format)
UNIT_SUPPLIES = PartTable(f"{FOUNDRY}.1.2.2.1.4", STATES, f"{FOUNDRY}.1.2.2.1.3", "power supply {}".format)
FANS = PartTable(f"{FOUNDRY}.1.3.1.1.3", STATES, f"{FOUNDRY}.1.3.1.1.2", "fan {}".format)
UNIT_FANS = PartTable(f"{FOUNDRY}.1.3.2.1.4", STATES, f"{FOUNDRY}.1.3.2.1.3", "fan {}".format)
TEMPERATURES = TemperatureTable(
    f"{FOUNDRY}.2.13.1.1.4",  # snAgentTempValue: half degrees Celsius
    scale=0.5,
    names=f"{FOUNDRY}.2.13.1.1.3",
)

ASKS = switch_mibs.asks(
    SERIAL, UNIT_SERIAL, VERSION, *SUPPLIES.asks, *UNIT_SUPPLIES.asks, *FANS.asks, *UNIT_FANS.asks, *TEMPERATURES.asks
)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.4.1.1991.1.1.1 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.1991.1.1.1 (read only)",
}
GENTLE = Gentle(questions_per_s=15, repetitions_count=10)
MATCHES = Matches(sys_object_ids=("1.3.6.1.4.1.1991.1",), sys_descr=(r"\bIronWare Version ",))

_MODEL = re.compile(
    r"(?:Inc\. |^)(?:Stacking System )?(?P<model>[A-Z]+[\w-]*\d[\w-]*)(?: Router| Switch)?, IronWare", re.ASCII
)
_VERSION = re.compile(r"\bIronWare Version V?(?P<version>\d+(?:\.\d+)+\w*)", re.ASCII)


def _serial(replies: SnmpReplies) -> str | None:
    """Return the serial number of a single unit; a stack has none of its own."""
    if len(column(replies, UNIT_SERIAL)) > 1:
        return None
    return text(scalar(replies, SERIAL)) or radlan.only_text(replies, UNIT_SERIAL)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number; the maker is the one that sysDescr names."""
    words = switch_mibs.description(replies)
    maker = next((name for name in ("Ruckus", "Brocade", "CommScope", "Foundry") if name in words), None)
    model = _MODEL.search(words)
    return switch_mibs.identity(replies, maker, model=model["model"] if model else None, serial=_serial(replies))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version and the compile day of sysDescr."""
    words = switch_mibs.description(replies)
    version = _VERSION.search(words)
    known = version["version"] if version else text(scalar(replies, VERSION))
    return switch_mibs.firmware(replies, "fastiron", known, switch_mibs.built_in(words, "Compiled on"))


def read_power_supplies(replies: SnmpReplies) -> Part:
    """Return the power supplies by unit, else those of the chassis: an agent tells the same ones in both tables."""
    return read_parts(replies, UNIT_SUPPLIES if column(replies, UNIT_SUPPLIES.states) else SUPPLIES)


def read_fans(replies: SnmpReplies) -> Part:
    """Return the fans, as the power supplies."""
    return read_parts(replies, UNIT_FANS if column(replies, UNIT_FANS.states) else FANS)


SECTIONS: Sections[SnmpReplies] = {
    "stack": lambda told: radlan.members(told, UNIT_SERIAL),
    "fans": read_fans,
    "power_supplies": read_power_supplies,
    "temperatures": lambda told: read_temperatures(told, TEMPERATURES),
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a FastIron switch."""
    return switch_mibs.facts(replies, read_identity, read_firmware, SECTIONS, serial=_serial)
