"""QNAP NAS (QTS), by the NAS-MIB, the ENTITY-MIB and the HOST-RESOURCES-MIB, over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, Gap
from collectors.facts.sections.storage import Disk, Raid
from collectors.facts.sections.storage import Part as Piece
from collectors.facts.sections.system import Component, Firmware
from collectors.readers.mibs import (
    appliance_identity,
    appliance_mibs,
    entity_mib,
    host_resources,
    if_mib,
    part_tables,
    snmp_tables,
    system_group,
)
from collectors.readers.mibs.snmp_tables import need, numbered, ordered
from collectors.replies import SnmpReplies, as_number, as_text
from collectors.told import no_known, told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "QNAP QTS, over SNMP"
DEVICE_CLASS = "nas"

QNAP = "1.3.6.1.4.1.24681"
MODEL = f"{QNAP}.1.2.12.0"
OLD_DISK_NAME = f"{QNAP}.1.2.11.1.2"
OLD_DISK_STATUS = f"{QNAP}.1.2.11.1.4"
OLD_DISK_SMART = f"{QNAP}.1.2.11.1.7"  # text
VOLUME_NAME = f"{QNAP}.1.2.17.1.2"
VOLUME_STATUS = f"{QNAP}.1.2.17.1.6"  # text
NEW = f"{QNAP}.1.4.1.1.1"
ENCLOSURE_NAME = f"{NEW}.1.1.2.1.3"
ENCLOSURE_SERIAL = f"{NEW}.1.1.2.1.4"
ENCLOSURE_TEMPERATURE = f"{NEW}.1.1.2.1.7"
FAN_STATUS = f"{NEW}.1.2.2.1.4"
SUPPLY_STATUS = f"{NEW}.1.3.2.1.4"
DISK_NUMBER = f"{NEW}.1.5.2.1.2"
DISK_ENCLOSURE = f"{NEW}.1.5.2.1.3"
DISK_SUMMARY = f"{NEW}.1.5.2.1.4"  # text
DISK_SMART = f"{NEW}.1.5.2.1.5"
RAID_STATUS = f"{NEW}.2.1.2.1.5"  # text

TEMPERATURES = part_tables.TemperatureTable(ENCLOSURE_TEMPERATURE, names=ENCLOSURE_NAME)
ASKS = (
    *system_group.ASKS, *host_resources.ASKS, *if_mib.ASKS, *entity_mib.ASKS,
    MODEL, OLD_DISK_NAME, OLD_DISK_STATUS, OLD_DISK_SMART, VOLUME_NAME, VOLUME_STATUS, ENCLOSURE_NAME,
    ENCLOSURE_SERIAL, ENCLOSURE_TEMPERATURE, FAN_STATUS, SUPPLY_STATUS, DISK_NUMBER, DISK_ENCLOSURE, DISK_SUMMARY,
    DISK_SMART, RAID_STATUS,
)  # fmt: skip
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "disks": "an SNMP view with 1.3.6.1.4.1.24681 (read only)",
    "raid": "an SNMP view with 1.3.6.1.4.1.24681 (read only)",
    "firmware": "an SNMP view with 1.3.6.1.2.1.47 (read only)",
    "volumes": "an SNMP view with 1.3.6.1.2.1.25 (read only)",
}
GENTLE = Gentle(questions_per_s=20, repetitions_count=20)
MATCHES = Matches(sys_object_ids=(QNAP, "1.3.6.1.4.1.55062", "1.3.6.1.4.1.8072.3.2.10"), probes=(MODEL, DISK_SUMMARY))

GOOD = {0: True, -1: False}
DISK_SUMMARIES = {"good": "healthy", "normal": "healthy", "warning": "warning", "abnormal": "failed", "error": "failed"}
OLD_DISK_STATES = {0: "healthy", -6: "failed", -9: "failed"}  # ready, invalid, read or write error
EMPTY_BAY = -5
SMART_PREDICTED = {0: False, 1: False, 2: True, -1: True}  # good, warning, abnormal, error
SMART_WORDS = {"good": False, "normal": False, "warning": False, "abnormal": True, "error": True}
# The texts differ between releases; the words in them do not.
RAID_WORDS = (("degrad", "degraded"), ("rebuild", "rebuilding"), ("recover", "rebuilding"), ("ready", "optimal"))
FAILED_WORDS = ("fail", "not active", "inactive", "crash")
_VERSION = re.compile(r"\d+(?:\.\d+)+(?:[ .]?\w+)*")


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group, with model, serial number and hardware revision of the chassis."""
    chassis = entity_mib.only_chassis(replies)
    model = (chassis.model if chassis else None) or replies.text(MODEL) or _enclosure(replies, ENCLOSURE_NAME)
    revision = chassis.hardware_revision if chassis else None
    return appliance_identity.read_identity(replies, "QNAP", model, _serial(replies, chassis), revision)


def _serial(replies: SnmpReplies, chassis: Component | None) -> str | None:
    return (chassis.serial if chassis else None) or _enclosure(replies, ENCLOSURE_SERIAL)


def _enclosure(replies: SnmpReplies, column: str) -> str | None:
    """Return what the first enclosure, the NAS itself, says; the others are expansion units."""
    rows = snmp_tables.column(replies, column)
    return snmp_tables.text(rows[ordered(rows)[0]]) if rows else None


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version of QTS; some releases write a backslash or a quote before it."""
    chassis = entity_mib.only_chassis(replies)
    found = _VERSION.search(chassis.version or "") if chassis else None
    return told(Firmware, {"product": lambda: "QNAP QTS", "version": lambda: found[0] if found else None})


def read_components(replies: SnmpReplies) -> Part:
    """Return the parts of the ENTITY-MIB, with bare versions."""
    part = entity_mib.read_components(replies)
    bare: list[Component] = []
    for item in part.value if isinstance(part.value, tuple) else ():
        if isinstance(item, Component):
            found = _VERSION.search(item.version or "")
            bare.append(item.model_copy(update={"version": found[0]}) if found else item)
    return Part(tuple(bare) or None, part.gaps, part.complete)


def read_disks(replies: SnmpReplies) -> Part:
    """Return the disks of all enclosures, else those of the older table, with their state."""
    need(replies, OLD_DISK_NAME, OLD_DISK_STATUS, DISK_NUMBER, DISK_ENCLOSURE)
    summaries = replies.column(DISK_SUMMARY)
    if not summaries:
        return _old_disks(replies)
    numbers, enclosures = (snmp_tables.column(replies, oid) for oid in (DISK_NUMBER, DISK_ENCLOSURE))
    smart = snmp_tables.column(replies, DISK_SMART)
    disks, gaps = [], {}
    for row in ordered({**numbers, **smart, **summaries}):
        enclosure, number = as_number(enclosures.get(row)), as_number(numbers.get(row))
        name = f"disk {number if number is not None else row}" + (f", enclosure {enclosure}" if enclosure else "")
        said = as_text(summaries.get(row))
        state = DISK_SUMMARIES.get((said or "").casefold())
        predicted = SMART_PREDICTED.get(as_number(smart.get(row)) or 0) if row in smart else None
        disks.append(Disk.model_validate({"name": name, "state": state, "failure_predicted": predicted}))
        if state is None:
            gaps[f"[{name}].state"] = _unknown(said)
    return Part(tuple(disks), gaps, replies.complete(DISK_SUMMARY, DISK_NUMBER))


def _old_disks(replies: SnmpReplies) -> Part:
    states, names = replies.column(OLD_DISK_STATUS), snmp_tables.column(replies, OLD_DISK_NAME)
    smart = snmp_tables.column(replies, OLD_DISK_SMART)
    rows = [row for row in ordered({**names, **states}) if as_number(states.get(row)) != EMPTY_BAY]
    disks, gaps = [], {}
    for name, row in zip(numbered(as_text(names.get(row)) or f"disk {row}" for row in rows), rows, strict=True):
        code = as_number(states.get(row))
        state = OLD_DISK_STATES.get(code) if code is not None else None
        predicted = SMART_WORDS.get((as_text(smart.get(row)) or "").casefold())
        disks.append(Disk.model_validate({"name": name, "state": state, "failure_predicted": predicted}))
        if state is None:
            gaps[f"[{name}].state"] = _unknown(None if code is None else str(code))
    return Part(tuple(disks) or None, gaps, replies.complete(OLD_DISK_STATUS, OLD_DISK_NAME))


def read_raid(replies: SnmpReplies) -> Part:
    """Return the RAID groups, else the volumes of the older table, with their state."""
    need(replies, VOLUME_NAME)
    states, names = replies.column(RAID_STATUS), {}
    if not states:
        states, names = replies.column(VOLUME_STATUS), snmp_tables.column(replies, VOLUME_NAME)
    rows = ordered({**names, **states})
    sets, gaps = [], {}
    for name, row in zip(numbered(as_text(names.get(row)) or f"raid {row}" for row in rows), rows, strict=True):
        said = as_text(states.get(row))
        state = _raid_state((said or "").casefold())
        sets.append(Raid.model_validate({"name": name, "state": state}))
        if state is None:
            gaps[f"[{name}].state"] = _unknown(said)
    return Part(tuple(sets) or None, gaps, replies.complete(RAID_STATUS, VOLUME_STATUS))


def _raid_state(said: str) -> str | None:
    if any(part in said for part in FAILED_WORDS):
        return "failed"
    return next((state for part, state in RAID_WORDS if part in said), None)


def _unknown(said: str | None) -> Gap:
    return NOT_TOLD if said is None else no_known(said, "state")


def _pieces(replies: SnmpReplies, column: str, kind: str) -> Part:
    rows = replies.column(column)
    pieces = [
        Piece(name=f"{kind} {row}", present=True, ok=GOOD.get(state))
        for row in ordered(rows)
        if (state := as_number(rows[row])) is not None
    ]
    return Part(tuple(pieces) or None, complete=replies.complete(column))


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "components": read_components,
    "hardware": host_resources.read_hardware,
    "load": host_resources.read_load,
    "volumes": host_resources.read_volumes,
    "disks": read_disks,
    "raid": read_raid,
    "fans": lambda replies: _pieces(replies, FAN_STATUS, "fan"),
    "power_supplies": lambda replies: _pieces(replies, SUPPLY_STATUS, "power supply"),
    "temperatures": lambda replies: part_tables.read_temperatures(replies, TEMPERATURES),
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a QNAP NAS."""
    return appliance_mibs.facts(
        replies,
        read_identity,
        SECTIONS,
        serial=lambda told_by: _serial(told_by, entity_mib.only_chassis(told_by)),
        device_class=DEVICE_CLASS,
    )
