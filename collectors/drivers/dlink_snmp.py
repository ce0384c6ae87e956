"""D-Link switches (DGS, DXS, DES), over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.sections.network import StackMember
from collectors.readers.mibs import switch_mibs, system_group
from collectors.readers.mibs.part_states import ABSENT, BAD, WELL
from collectors.readers.mibs.part_tables import PartTable, TemperatureTable, read_parts, read_temperatures
from collectors.readers.mibs.snmp_tables import column, ordered, scalar, text, unread
from collectors.readers.small_switches import radlan
from collectors.replies import SnmpReplies, as_number

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "D-Link switches, over SNMP"
DEVICE_CLASS = "switch"

DLINK = "1.3.6.1.4.1.171"
PARTS = f"{DLINK}.14.5.1"  # DLINKSW-ENTITY-EXT-MIB
UNIT_STATUS = f"{PARTS}.3.1.2"  # dEntityExtUnitStatus: 1 ok, 2 failed, 3 empty
BOOT_VERSION = f"{PARTS}.8.1.2"  # dEntityExtVersionBootloader, by unit
VERSION = f"{PARTS}.8.1.3"  # dEntityExtVersionRuntime
OLD_SERIAL = f"{DLINK}.12.1.1.12.0"  # agentSerialNumber (AGENT-GENERAL-MIB)
PROBE_SOFTWARE = "1.3.6.1.2.1.16.19.2.0"  # probeSoftwareRev (RMON2-MIB): 'Build 2.50.017' on older models
TEMPERATURES = TemperatureTable(
    f"{PARTS}.1.1.1.4", names=f"{PARTS}.1.1.1.3", states=f"{PARTS}.1.1.1.7", good={1: True, 2: False}
)  # dEntityExtEnvTempCurrent: degrees Celsius; ok, abnormal
FANS = PartTable(f"{PARTS}.1.2.1.4", {1: WELL, 2: BAD}, f"{PARTS}.1.2.1.3", "fan {}".format)  # ok, fault
SUPPLIES = PartTable(
    f"{PARTS}.1.3.1.6", {1: WELL, 2: BAD, 3: ABSENT}, f"{PARTS}.1.3.1.3", "power {}".format
)  # dEntityExtEnvPowerStatus: inOperation, failed, empty

ASKS = switch_mibs.asks(
    UNIT_STATUS, BOOT_VERSION, VERSION, OLD_SERIAL, PROBE_SOFTWARE, *TEMPERATURES.asks, *FANS.asks, *SUPPLIES.asks
)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.4.1.171.14.5 and 1.3.6.1.2.1.16.19 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.171.14.5 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=10)
MATCHES = Matches(sys_object_ids=(f"{DLINK}.10",), sys_descr=(r"^(?:D-Link )?(?:DGS|DXS|DES|DMS|DQS)-\d",))

_MODEL = re.compile(r"\b(?P<model>D[A-Z]{2}-\d{4}[\w/-]*)", re.ASCII)
READY, EMPTY = 1, 3


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with the model of sysDescr and the serial number."""
    model = _MODEL.search(switch_mibs.description(replies))
    return switch_mibs.identity(replies, "D-Link", model=model["model"] if model else None, serial=_serial(replies))


def _serial(replies: SnmpReplies) -> str | None:
    chassis = switch_mibs.only_chassis(replies)
    return (chassis.serial if chassis else None) or text(scalar(replies, OLD_SERIAL))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the runtime's version of the first unit, else the probe's; no day is told."""
    probe = (text(scalar(replies, PROBE_SOFTWARE)) or "").removeprefix("Build ")
    return switch_mibs.firmware(
        replies, "d-link", radlan.first_text(replies, VERSION) or probe or unread(replies, VERSION)
    )


def read_components(replies: SnmpReplies) -> Part:
    """Return the parts, with the boot loader of each unit."""
    boots = column(replies, BOOT_VERSION)
    return switch_mibs.components(replies, {f"unit {row} boot": text(boots[row]) for row in ordered(boots)})


def read_stack(replies: SnmpReplies) -> Part:
    """Return the units of a stack; an empty place is none."""
    told = replies.column(UNIT_STATUS)
    there = [row for row in ordered(told) if as_number(told[row]) != EMPTY]
    members = tuple(StackMember(name=row, state="ready" if as_number(told[row]) == READY else "other") for row in there)
    return Part(members if len(members) > 1 else None, complete=replies.complete(UNIT_STATUS))


SECTIONS: Sections[SnmpReplies] = {
    "components": read_components,
    "stack": read_stack,
    "fans": lambda told: read_parts(told, FANS),
    "power_supplies": lambda told: read_parts(told, SUPPLIES),
    "temperatures": lambda told: read_temperatures(told, TEMPERATURES),
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a D-Link switch."""
    return switch_mibs.facts(replies, read_identity, read_firmware, SECTIONS, serial=_serial)
