"""TrueNAS (CORE, SCALE) and FreeNAS, by FREENAS-MIB or TRUENAS-MIB and the HOST-RESOURCES-MIB, over SNMP.

Both MIBs are enterprise 50536, and the later one gives the same columns another meaning: the third of the pool table
is the allocation unit in bytes (a number), later the health (a word); what follows are sizes, later counters.
"""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.errors import NoReply
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.storage import Raid, Volume
from collectors.facts.sections.system import Firmware, Os
from collectors.readers.mibs import (
    appliance_identity,
    appliance_mibs,
    host_resources,
    if_mib,
    kernel_build,
    part_tables,
    snmp_tables,
    system_group,
)
from collectors.readers.mibs.snmp_tables import need, numbered, ordered
from collectors.replies import SnmpReplies, SnmpValue, as_number, as_text
from collectors.told import NOT_AVAILABLE, no_known, told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "TrueNAS, over SNMP"
DEVICE_CLASS = "nas"

TRUENAS = "1.3.6.1.4.1.50536"
NET_SNMP = "1.3.6.1.4.1.8072.3.2"
POOL = f"{TRUENAS}.1.1.1.1"
POOL_NAME = f"{POOL}.2"
POOL_UNIT = f"{POOL}.3"  # FREENAS-MIB: bytes
POOL_WORD = POOL_UNIT  # TRUENAS-MIB: zpoolHealth, a word
POOL_SIZE = f"{POOL}.4"  # FREENAS-MIB: in units, as are the next two
POOL_USED = f"{POOL}.5"
POOL_FREE = f"{POOL}.6"
POOL_HEALTH = f"{POOL}.7"  # FREENAS-MIB: a number
# TRUENAS-MIB: name, used and available bytes; since 25.10 in the first place, before in the second, now of the zvols.
DATASETS = (f"{TRUENAS}.1.6.1.1", f"{TRUENAS}.1.2.1.1")
DISK_NAME = f"{TRUENAS}.3.1.2"
DISK_TEMPERATURE = f"{TRUENAS}.3.1.3"  # thousandths of a degree Celsius

TEMPERATURES = part_tables.TemperatureTable(DISK_TEMPERATURE, scale=0.001, names=DISK_NAME)
ASKS = (
    *system_group.ASKS, *host_resources.ASKS, *if_mib.ASKS,
    POOL_NAME, POOL_UNIT, POOL_SIZE, POOL_USED, POOL_FREE, POOL_HEALTH,
    *(f"{table}.{column}" for table in DATASETS for column in (2, 3, 4)), *TEMPERATURES.asks,
)  # fmt: skip
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "raid": "an SNMP view with 1.3.6.1.4.1.50536 (read only)",
    "volumes": "an SNMP view with 1.3.6.1.4.1.50536 (read only)",
    "temperatures": "an SNMP view with 1.3.6.1.4.1.50536 (read only)",
    "load": "an SNMP view with 1.3.6.1.2.1.25 (read only)",
}
GENTLE = Gentle(questions_per_s=20, repetitions_count=20)
MATCHES = Matches(
    sys_object_ids=(TRUENAS, f"{NET_SNMP}.8", f"{NET_SNMP}.10"),
    sys_descr=(r"^FreeNAS\b", r"^TrueNAS\b", r"\bSoftware: Linux \S+\+truenas\b"),
    probes=(POOL_NAME,),
)

WORDS = {
    "online": "optimal",
    "degraded": "degraded",
    "faulted": "failed",
    "offline": "failed",
    "unavail": "failed",
    "removed": "failed",
}
CODES = dict(enumerate(WORDS))  # ZPoolHealthType: online(0) to removed(5)
UNITS_BYTES = frozenset(2**power for power in range(9, 31))  # the agent doubles 4096 until all numbers fit 31 bits
ROUNDED_UNITS = 3  # size, used and free are each rounded down
LARGEST_BYTES = 2**63

_VERSION = re.compile(
    r"(?:(?P<free>Free|True)NAS(?:-[A-Za-z]+)*[- ]?v?)?(?P<version>\d{1,2}\.\d{1,2}(?:[.-]\w+)*)(?: \(\w+\))?(?:\. |$)",
    re.ASCII,
)
_SOFTWARE = re.compile(r"\bSoftware: (?P<base>Linux|FreeBSD) (?P<kernel>\d\S*)", re.ASCII)
_LINES = {"Linux": "TrueNAS SCALE", "FreeBSD": "TrueNAS CORE"}
_NO_POOLS = Gap(reason=GapReason.NOT_TOLD, text="is not told: the agent shows no pools (is the subtree in its view?)")
_NOT_CERTAIN = Gap(reason=GapReason.UNEXPECTED_REPLY, text="is not certain: unit, size, used and free do not agree")
_OWN_DATA = Gap(
    reason=GapReason.NOT_TOLD, text="is not certain: of ZFS the agent tells a file system's own data, not the pool's"
)

Bytes = int | Gap


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group; the machine is of any make, and tells neither model nor serial number."""
    return appliance_identity.read_identity(replies, vendor="iXsystems")


def read_os(replies: SnmpReplies) -> Part:
    """Return family and kernel of the base system, and the last start."""

    def software(group: str) -> str | None:
        found = _SOFTWARE.search(replies.text(system_group.SYS_DESCR) or "")
        return found[group] if found else None

    return told(
        Os,
        {
            "family": lambda: {"Linux": "linux", "FreeBSD": "other"}.get(software("base") or ""),
            "kernel": lambda: software("kernel"),
            "booted_at": lambda: system_group.booted_at(replies),
        },
    )


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the line (by its base system), the version, and the span that a Linux kernel's build day begins."""

    def product() -> str | None:
        descr = replies.text(system_group.SYS_DESCR) or ""
        found = _SOFTWARE.search(descr)
        return "FreeNAS" if descr.startswith("FreeNAS") else _LINES[found["base"]] if found else None

    def version() -> str | None:
        found = _VERSION.match(replies.text(system_group.SYS_DESCR) or "")
        return found["version"] if found else None

    return told(
        Firmware,
        {
            "product": product,
            "version": version,
            "released": lambda: kernel_build.released(replies.text(system_group.SYS_DESCR)),
        },
    )


def _pools(replies: SnmpReplies) -> dict[str, str]:
    """Return the pools' names by row; raises NoReply when a name or the column that tells the MIB was not read."""
    need(replies, POOL_NAME, POOL_UNIT)
    names, units = replies.column(POOL_NAME), replies.column(POOL_UNIT)
    rows = ordered({**names, **units})
    return dict(zip(rows, numbered(as_text(names.get(row)) or f"pool {row}" for row in rows), strict=True))


def read_raid(replies: SnmpReplies) -> Part:
    """Return the pools with their health; raises NoReply when there are none, as no TrueNAS runs without one."""
    pools = _pools(replies)
    if not pools:
        raise NoReply(_NO_POOLS)
    words, codes = replies.column(POOL_WORD), snmp_tables.column(replies, POOL_HEALTH)
    sets, gaps = [], {}
    for row, name in pools.items():
        state = _state(words.get(row), codes.get(row))
        sets.append(Raid.model_validate({"name": name, "state": None if isinstance(state, Gap) else state}))
        if isinstance(state, Gap):
            gaps[f"[{name}].state"] = state
    return Part(tuple(sets), gaps)


def _state(third: SnmpValue | None, seventh: SnmpValue | None) -> str | Gap:
    unit = as_number(third)
    if unit is None:
        said = as_text(third)
    elif unit in UNITS_BYTES:
        code = as_number(seventh)
        said = None if code is None else CODES.get(code, str(code))
    else:
        said = str(unit)
    if said is None:
        return NOT_TOLD
    return WORDS.get(said.casefold()) or no_known(said, "state")


def read_volumes(replies: SnmpReplies) -> Part:
    """Return the pools with size and free space in bytes; without any, the file systems, whose sizes are gaps.

    FREENAS-MIB counts a pool as `zpool list` does, RAIDZ with its parity; TRUENAS-MIB tells a pool's root dataset,
    which holds what is used below it and what is available. The file systems of the HOST-RESOURCES-MIB are its
    datasets: each repeats the free space of the pool, so they are no volumes beside it.
    """
    pools = _pools(replies)
    if not pools:
        return _file_systems(replies)
    units, roots = replies.column(POOL_UNIT), _roots(replies)
    volumes, gaps = [], {}
    for row, name in pools.items():
        third = units.get(row)
        numeric = as_number(third) is not None
        size, free = _counted(replies, row) if numeric else roots.get(name, (NOT_TOLD, NOT_TOLD))
        told_bytes = {"size_bytes": size, "free_bytes": free}
        known = {field: value for field, value in told_bytes.items() if isinstance(value, int)}
        volumes.append(Volume.model_validate({"name": name, "kind": "fixed", **known}))
        for field, value in told_bytes.items():
            if isinstance(value, Gap):
                gaps[f"[{name}].{field}"] = value
    return Part(tuple(volumes), gaps)


def _counted(replies: SnmpReplies, row: str) -> tuple[Bytes, Bytes]:
    """Return size and free bytes of a pool in FREENAS-MIB; older agents counted otherwise, so the sum is proven."""
    unit, size, used, free = (
        as_number(snmp_tables.column(replies, oid).get(row)) for oid in (POOL_UNIT, POOL_SIZE, POOL_USED, POOL_FREE)
    )
    if unit is None or size is None or used is None or free is None:
        return NOT_TOLD, NOT_TOLD
    agree = size > 0 and used >= 0 and free >= 0 and abs(size - used - free) <= ROUNDED_UNITS
    if unit not in UNITS_BYTES or size >= host_resources.LARGEST_UNITS or not agree:
        return _NOT_CERTAIN, _NOT_CERTAIN
    return size * unit, free * unit


def _roots(replies: SnmpReplies) -> dict[str, tuple[Bytes, Bytes]]:
    """Return size and free bytes by root dataset, which has its pool's name; zvols and others have a slash."""
    roots: dict[str, tuple[Bytes, Bytes]] = {}
    for table in DATASETS:
        names, used, free = (snmp_tables.column(replies, f"{table}.{number}") for number in (2, 3, 4))
        for row in ordered(names):
            name = as_text(names[row]) or ""
            if name and "/" not in name:
                roots.setdefault(name, _root(as_number(used.get(row)), as_number(free.get(row))))
    return roots


def _root(used: int | None, free: int | None) -> tuple[Bytes, Bytes]:
    if used is None or free is None:
        return NOT_TOLD, NOT_TOLD
    if {used, free} & NOT_AVAILABLE or not (0 < used < LARGEST_BYTES and 0 <= free < LARGEST_BYTES):
        return _NOT_CERTAIN, _NOT_CERTAIN
    return used + free, free


def _file_systems(replies: SnmpReplies) -> Part:
    part = host_resources.read_volumes(replies)
    volumes, gaps = [], dict(part.gaps)
    for volume in part.value if isinstance(part.value, tuple) else ():
        if isinstance(volume, Volume) and volume.kind in {"fixed", None}:
            gaps[f"[{volume.name}].size_bytes"] = _OWN_DATA
            volumes.append(volume.model_copy(update={"size_bytes": None, "role": None}))
        elif isinstance(volume, Volume):
            volumes.append(volume)
    return Part(tuple(volumes) or None, gaps, part.complete)


SECTIONS: Sections[SnmpReplies] = {
    "os": read_os,
    "firmware": read_firmware,
    "hardware": host_resources.read_hardware,
    "load": host_resources.read_load,
    "volumes": read_volumes,
    "raid": read_raid,
    "temperatures": lambda replies: part_tables.read_temperatures(replies, TEMPERATURES),
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a TrueNAS."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, device_class=DEVICE_CLASS)
