"""A computer by the HOST-RESOURCES-MIB (RFC 2790): volumes, memory, processor load."""

import re
from collections.abc import Mapping

from collectors.driver import Part
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.storage import Datastore, Volume
from collectors.facts.sections.system import Hardware, Load
from collectors.readers.mibs.snmp_tables import column, cut_off, need, numbered, ordered
from collectors.replies import SnmpReplies, SnmpValue, as_number, as_text
from collectors.told import Teller, told

HOST = "1.3.6.1.2.1.25"
UP_TIME = f"{HOST}.1.1.0"  # hrSystemUptime
MEMORY_SIZE = f"{HOST}.2.2.0"  # KiB
STORAGE = f"{HOST}.2.3.1"
STORAGE_TYPE = f"{STORAGE}.2"
STORAGE_NAME = f"{STORAGE}.3"
STORAGE_UNIT = f"{STORAGE}.4"  # bytes
STORAGE_SIZE = f"{STORAGE}.5"  # in units; a 32-bit number with a sign
STORAGE_USED = f"{STORAGE}.6"
DEVICE_TYPE = f"{HOST}.3.2.1.2"
DEVICE_DESCR = f"{HOST}.3.2.1.3"
DEVICE_STATUS = f"{HOST}.3.2.1.5"
PROCESSOR_LOAD = f"{HOST}.3.3.1.2"  # percent, over the last minute, a row a processor

STORAGE_ASKS = (STORAGE_TYPE, STORAGE_NAME, STORAGE_UNIT, STORAGE_SIZE, STORAGE_USED)
ASKS = (MEMORY_SIZE, *STORAGE_ASKS, PROCESSOR_LOAD)

TYPE = f"{HOST}.2.1."
RAM = f"{TYPE}2"
PRINTER_TYPE = f"{HOST}.3.1.5"  # hrDevicePrinter
KINDS = {  # hrStorageTypes; 1 other, 2 memory and 3 virtual memory are no volumes
    f"{TYPE}4": "fixed",
    f"{TYPE}5": "removable",
    f"{TYPE}6": "removable",
    f"{TYPE}7": "optical",
    f"{TYPE}8": "memory",
    f"{TYPE}9": "removable",
    f"{TYPE}10": "network",
}
KIB = 1024
LARGEST_UNITS = 2**31 - 1  # Integer32: agents that cannot tell more stop here

# Linux agents list file systems in memory as fixed disks; these places are in memory on every Linux (FHS 3.0, hier(7)).
_IN_MEMORY = re.compile(r"/(?:dev|proc|run|sys)(?:/.*)?")
_DRIVE = re.compile(r"([A-Z]:)\\(?: .*)?", re.DOTALL)  # 'C:\ Label:Data  Serial Number 1a2b3c4d', in any language
_VMFS = "/vmfs/volumes/"
_STORES = {"fixed", "network", None}
_PHYSICAL = re.compile(r"physical memory|real memory|ram\b|random access memory", re.IGNORECASE)


def read_volumes(replies: SnmpReplies) -> Part:
    """Return the volumes by drive letter or mount point, with kind, size and free space in bytes.

    A size of 0 is an empty drive or a file system without blocks; a negative one has outgrown the object. Both are
    gaps. Raises NoReply when the storage types could not be read.
    """
    rows = _rows(replies)
    names = numbered(_name(row) for row in rows.values())
    volumes, gaps = [], {}
    for name, row in zip(names, rows.values(), strict=True):
        size, free = _size(row), _free(row)
        kind = KINDS.get(str(row["type"]))
        if kind is None:
            gaps[f"[{name}].kind"] = NOT_TOLD
        volumes.append(
            Volume.model_validate(
                {
                    "name": name,
                    "kind": "memory" if kind == "fixed" and _IN_MEMORY.fullmatch(name) else kind,
                    "role": "system" if name == "/" else None,
                    "size_bytes": size if isinstance(size, int) else None,
                    "free_bytes": free if isinstance(free, int) else None,
                }
            )
        )
        for field, value in (("size_bytes", size), ("free_bytes", free)):
            if isinstance(value, Gap):
                gaps[f"[{name}].{field}"] = value
    return Part(tuple(volumes) or None, gaps, replies.complete(*STORAGE_ASKS))


def read_datastores(replies: SnmpReplies) -> Part:
    """Return the datastores of an ESXi server: its volumes below /vmfs/volumes, without those it starts from."""
    volumes = read_volumes(replies)
    found, gaps = [], {}
    for volume in volumes.value if isinstance(volumes.value, tuple) else ():
        if not isinstance(volume, Volume) or not volume.name.startswith(_VMFS) or volume.kind not in _STORES:
            continue
        name = volume.name.removeprefix(_VMFS)
        certain = volume.kind is not None  # without its kind it may be one of those that the server starts from
        size, free = (volume.size_bytes, volume.free_bytes) if certain else (None, None)
        found.append(Datastore(name=name, size_bytes=size, free_bytes=free))
        for field, value in (("size_bytes", size), ("free_bytes", free)):
            if value is None:
                gaps[f"[{name}].{field}"] = volumes.gaps.get(f"[{volume.name}].{field}", NOT_TOLD)
    return Part(tuple(found) or None, gaps, volumes.complete)


_Row = Mapping[str, int | str | None]


def _rows(replies: SnmpReplies) -> dict[str, _Row]:
    """Return the rows that are volumes, by index."""
    types, names = replies.column(STORAGE_TYPE), column(replies, STORAGE_NAME)
    numbers = {
        field: column(replies, oid)
        for field, oid in (("unit", STORAGE_UNIT), ("size", STORAGE_SIZE), ("used", STORAGE_USED))
    }
    return {
        index: {
            "type": as_text(types.get(index)),
            "name": as_text(names.get(index)) or f"volume {index}",
            **{field: as_number(rows.get(index)) for field, rows in numbers.items()},
        }
        for index in ordered({**names, **types})
        if (index not in types and STORAGE_TYPE not in replies.gaps) or as_text(types.get(index)) in KINDS
        if not cut_off(replies, STORAGE_NAME, index)
    }


def _name(row: _Row) -> str:
    name = str(row["name"])
    drive = _DRIVE.fullmatch(name)
    return drive[1] if drive else name


def _size(row: _Row) -> int | Gap:
    size, unit = row["size"], row["unit"]
    if not isinstance(size, int) or not isinstance(unit, int):
        return NOT_TOLD
    if size < 0 or unit < 0 or size >= LARGEST_UNITS or unit > LARGEST_UNITS:
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {size}: the volume has outgrown this object")
    if size == 0 or unit == 0:
        return Gap(reason=GapReason.NOT_TOLD, text="is told as 0: nothing is in the drive, or it has no blocks")
    return size * unit


def _free(row: _Row) -> int | Gap:
    size, used, unit = _size(row), row["used"], row["unit"]
    if isinstance(size, Gap) or not isinstance(used, int) or not isinstance(unit, int):
        return size if isinstance(size, Gap) else NOT_TOLD
    if not 0 <= used * unit <= size:
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is not certain: {used} units are used of {row['size']}")
    return size - used * unit


def read_hardware(replies: SnmpReplies) -> Part:
    """Return the size of the memory."""
    return told(Hardware, {"memory_bytes": lambda: _memory_bytes(replies)})


def _memory_bytes(replies: SnmpReplies) -> int | None:
    kib = replies.number(MEMORY_SIZE)
    if kib is not None and kib > 0:
        return kib * KIB
    row = _memory_row(replies)
    return None if row is None else row[0]


def _memory_row(replies: SnmpReplies) -> tuple[int, int] | None:
    """Return size and used bytes of the memory; None unless it is told in one row."""
    types, names = replies.column(STORAGE_TYPE), column(replies, STORAGE_NAME)
    sizes, used = column(replies, STORAGE_SIZE), column(replies, STORAGE_USED)
    units = column(replies, STORAGE_UNIT)
    found = []
    for index, kind in types.items():
        if as_text(kind) == RAM and _PHYSICAL.search(as_text(names.get(index)) or ""):
            size, taken, unit = (as_number(rows.get(index)) for rows in (sizes, used, units))
            if size and unit and taken is not None and 0 <= taken <= size:
                found.append((size * unit, taken * unit))
    return found[0] if len(found) == 1 else None


def read_load(replies: SnmpReplies, memory: bool = False) -> Part:
    """Return the processors' mean load; `memory` where the agent's used memory is no cache that can be given back.

    Linux agents count buffers and cache as used, which says nothing on how much is left.
    """

    def cpu_percent() -> float | None:
        need(replies, PROCESSOR_LOAD)  # a mean of some processors is not the machine's
        return _cpu_percent(replies.column(PROCESSOR_LOAD))

    tellers: dict[str, Teller] = {"cpu_percent": cpu_percent}
    if memory:
        tellers["memory_used_percent"] = lambda: _memory_percent(_memory_row(replies))
    return told(Load, tellers)


def _cpu_percent(rows: Mapping[str, SnmpValue]) -> float | None:
    loads = [load for value in rows.values() if (load := as_number(value)) is not None and 0 <= load <= 100]
    return round(sum(loads) / len(loads), 1) if loads and len(loads) == len(rows) else None


def _memory_percent(row: tuple[int, int] | None) -> float | None:
    return None if row is None else round(100 * row[1] / row[0], 6)
