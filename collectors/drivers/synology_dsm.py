"""Synology NAS (DiskStation Manager), by Synology's MIBs and the HOST-RESOURCES-MIB, over SNMP."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.storage import Disk, Raid, Temperature
from collectors.facts.sections.storage import Part as Piece
from collectors.facts.sections.system import Firmware, Os
from collectors.readers.mibs import (
    appliance_identity,
    appliance_mibs,
    host_resources,
    if_mib,
    kernel_build,
    snmp_tables,
    system_group,
)
from collectors.readers.mibs.snmp_tables import need, numbered, ordered
from collectors.replies import SnmpReplies, as_number, as_text
from collectors.told import amount, told, whole

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Synology DSM, over SNMP"
DEVICE_CLASS = "nas"

SYNOLOGY = "1.3.6.1.4.1.6574"
TEMPERATURE = f"{SYNOLOGY}.1.2.0"  # degrees Celsius
POWER_STATUS = f"{SYNOLOGY}.1.3.0"
SYSTEM_FAN = f"{SYNOLOGY}.1.4.1.0"
CPU_FAN = f"{SYNOLOGY}.1.4.2.0"
MODEL = f"{SYNOLOGY}.1.5.1.0"
SERIAL = f"{SYNOLOGY}.1.5.2.0"
VERSION = f"{SYNOLOGY}.1.5.3.0"  # 'DSM 7.2-64570'
UPGRADE = f"{SYNOLOGY}.1.5.4.0"
DISK_NAME = f"{SYNOLOGY}.2.1.1.2"
DISK_STATUS = f"{SYNOLOGY}.2.1.1.5"
DISK_BAD_SECTORS = f"{SYNOLOGY}.2.1.1.9"
DISK_HEALTH = f"{SYNOLOGY}.2.1.1.13"
RAID_NAME = f"{SYNOLOGY}.3.1.1.2"
RAID_STATUS = f"{SYNOLOGY}.3.1.1.3"

ASKS = (
    *system_group.ASKS, *host_resources.ASKS, *if_mib.ASKS,
    TEMPERATURE, POWER_STATUS, SYSTEM_FAN, CPU_FAN, MODEL, SERIAL, VERSION, UPGRADE, DISK_NAME, DISK_STATUS,
    DISK_BAD_SECTORS, DISK_HEALTH, RAID_NAME, RAID_STATUS,
)  # fmt: skip
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "disks": "an SNMP view with 1.3.6.1.4.1.6574 (read only)",
    "raid": "an SNMP view with 1.3.6.1.4.1.6574 (read only)",
    "firmware": "an SNMP view with 1.3.6.1.4.1.6574 (read only)",
    "volumes": "an SNMP view with 1.3.6.1.2.1.25 (read only)",
}
GENTLE = Gentle(questions_per_s=20, repetitions_count=20)
MATCHES = Matches(sys_object_ids=(SYNOLOGY, "1.3.6.1.4.1.8072.3.2.10"), probes=(MODEL,))  # net-snmp's object id

GOOD = {1: True, 2: False}  # normal, failed
DISK_STATES = {1: "healthy", 2: "healthy", 3: "healthy", 4: "warning", 5: "failed"}  # 2, 3: not (yet) in a pool
DISK_PREDICTED = {1: False, 2: False, 3: True, 4: True}  # normal, warning, critical, failing
RAID_STATES = {  # the other words are work in progress, of which the MIB does not say whether a disk may fail now
    1: "optimal",
    2: "rebuilding",
    7: "rebuilding",
    8: "optimal",  # parity is checked
    11: "degraded",
    12: "failed",
    13: "optimal",  # data is scrubbed
}


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group, with model and serial number."""
    return appliance_identity.read_identity(replies, "Synology", replies.text(MODEL), replies.text(SERIAL))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version of DSM, the span that its kernel's build day begins, and whether an update is offered."""
    return told(
        Firmware,
        {
            "product": lambda: "Synology DSM",
            "version": lambda: (replies.text(VERSION) or "").removeprefix("DSM ").strip() or None,
            "released": lambda: kernel_build.released(replies.text(system_group.SYS_DESCR)),
            "update_available": lambda: _update(replies.number(UPGRADE)),
        },
    )


def _update(state: int | None) -> bool | Gap | None:
    if state is None or state in {1, 2}:
        return None if state is None else state == 1
    return Gap(reason=GapReason.NOT_TOLD, text="is not known: the NAS could not ask Synology for updates")


def read_os(replies: SnmpReplies) -> Part:
    """Return the kernel and the last start."""
    return told(
        Os,
        {
            "family": lambda: "linux",
            "kernel": lambda: kernel_build.kernel(replies.text(system_group.SYS_DESCR)),
            "booted_at": lambda: system_group.booted_at(replies),
        },
    )


def read_disks(replies: SnmpReplies) -> Part:
    """Return the disks with state and bad sectors; a failure is predicted where DSM calls the health critical."""
    need(replies, DISK_HEALTH, DISK_NAME)
    states = replies.column(DISK_STATUS)
    names, health = snmp_tables.column(replies, DISK_NAME), snmp_tables.column(replies, DISK_HEALTH)
    sectors = snmp_tables.column(replies, DISK_BAD_SECTORS)
    rows = ordered({**names, **states})
    disks, gaps = [], {}
    for name, row in zip(numbered(as_text(names.get(row)) or f"disk {row}" for row in rows), rows, strict=True):
        state = as_number(states.get(row))
        condition = as_number(health.get(row))
        bad = whole(as_number(sectors.get(row)))
        ours = DISK_STATES.get(state or 0)
        if ours == "healthy" and condition in {2, 3, 4}:
            ours = "warning"
        disk = Disk.model_validate(
            {
                "name": name,
                "state": ours,
                "failure_predicted": DISK_PREDICTED.get(condition or 0),
                "bad_sectors_count": bad if isinstance(bad, int) else None,
            }
        )
        disks.append(disk)
        if ours is None:
            gaps[f"[{name}].state"] = _unknown(state)
    return Part(tuple(disks) or None, gaps, replies.complete(DISK_STATUS, DISK_NAME))


def read_raid(replies: SnmpReplies) -> Part:
    """Return the volumes and pools with their state; work such as a migration leaves it open."""
    need(replies, RAID_NAME)
    states, names = replies.column(RAID_STATUS), snmp_tables.column(replies, RAID_NAME)
    rows = ordered({**names, **states})
    sets, gaps = [], {}
    for name, row in zip(numbered(as_text(names.get(row)) or f"raid {row}" for row in rows), rows, strict=True):
        state = as_number(states.get(row))
        sets.append(Raid.model_validate({"name": name, "state": RAID_STATES.get(state or 0)}))
        if state not in RAID_STATES:
            gaps[f"[{name}].state"] = _unknown(state)
    return Part(tuple(sets) or None, gaps, replies.complete(RAID_STATUS, RAID_NAME))


def _unknown(state: int | None) -> Gap:
    if state is None:
        return NOT_TOLD
    return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {state}, neither good nor bad")


def read_fans(replies: SnmpReplies) -> Part:
    """Return the system's and the processor's fans, each as one."""
    states = {"system fan": replies.number(SYSTEM_FAN), "processor fan": replies.number(CPU_FAN)}
    fans = [Piece(name=name, present=True, ok=GOOD.get(state)) for name, state in states.items() if state is not None]
    return Part(tuple(fans) or None)


def read_power(replies: SnmpReplies) -> Part:
    """Return the power supplies, of which the MIB tells one state for all."""
    state = replies.number(POWER_STATUS)
    return Part(None if state is None else (Piece(name="power", present=True, ok=GOOD.get(state)),))


def read_temperatures(replies: SnmpReplies) -> Part:
    """Return the temperature of the system."""
    reading = amount(replies.number(TEMPERATURE) or None, lowest=-40, highest=150)
    return Part((Temperature(name="system", reading_celsius=reading),) if isinstance(reading, float) else None)


SECTIONS: Sections[SnmpReplies] = {
    "os": read_os,
    "firmware": read_firmware,
    "hardware": host_resources.read_hardware,
    "load": host_resources.read_load,
    "volumes": host_resources.read_volumes,
    "disks": read_disks,
    "raid": read_raid,
    "fans": read_fans,
    "power_supplies": read_power,
    "temperatures": read_temperatures,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Synology NAS."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, serial=SERIAL, device_class=DEVICE_CLASS)
