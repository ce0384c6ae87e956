"""What a Linux machine is: its name, make, system, memory, load and volumes."""

import re
from datetime import datetime
from typing import Literal

from collectors.driver import Part
from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.marks import Marks, is_junk
from collectors.facts.sections.storage import Volume
from collectors.facts.sections.system import Hardware, Identity, Load, Os
from collectors.readers import dates
from collectors.readers.linux import questions as ask
from collectors.readers.linux.lines import lines_of
from collectors.replies import TextReplies
from collectors.told import amount, told

# SMBIOS specification, System Enclosure or Chassis Types.
CHASSIS = {
    **dict.fromkeys((3, 4, 5, 6, 7, 13, 15, 16, 24, 35), "desktop"),
    **dict.fromkeys((8, 9, 10, 14, 30, 31, 32), "laptop"),
    **dict.fromkeys((17, 22, 23, 28, 29), "server"),
}
OPTICAL = {"iso9660", "udf"}
MEMORY = {"tmpfs", "ramfs", "devtmpfs", "squashfs", "efivarfs"}
NETWORK = {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "ceph", "fuse.glusterfs"}
VIEWS = {"overlay", "aufs", "fuse.lxcfs", "fuse.snapfuse", "fuse.portal"}  # of a volume that is listed by itself

_VARIABLE = re.compile(r"(?P<name>\w+)=(?P<value>.*)")
_ROW = re.compile(r"\S.*? +(?P<type>\S+) +(?P<size>\d{1,20}) +-?\d{1,20} +(?P<free>-?\d{1,20}) +\S+ +(?P<mount>/.*)")
_INODES = re.compile(r"\S.*? +(?P<all>\d{1,20}|-) +(?:\d{1,20}|-) +(?P<free>\d{1,20}|-) +\S+ +(?P<mount>/.*)")
_MEMORY_LINE = re.compile(r"^(?P<name>\w+): +(?P<kib>\d{1,15}) kB$", re.MULTILINE)
_NO_INODES = Gap(reason=GapReason.NOT_TOLD, text="is not told: the file system has no fixed number of them")


def variables_of(text: str) -> dict[str, str]:
    """Return the lines NAME=value of a text, without quotation marks."""
    found = (_VARIABLE.match(line) for line in lines_of(text))
    return {match["name"]: match["value"].strip().strip("\"'") for match in found if match}


def read_os(replies: TextReplies) -> Part:
    """Return family, product (the id of os-release), version, kernel and the last start."""
    return told(
        Os,
        {
            "family": lambda: "linux",
            "product": lambda: variables_of(replies[ask.OS_RELEASE]).get("ID"),
            "version": lambda: variables_of(replies[ask.OS_RELEASE]).get("VERSION_ID"),
            "kernel": lambda: kernel_of(replies),
            "booted_at": lambda: _booted_at(replies),
        },
    )


def kernel_of(replies: TextReplies) -> str | None:
    """Return the release of the running kernel."""
    words = replies[ask.KERNEL].split()
    return words[1] if len(words) == 2 else None


def _booted_at(replies: TextReplies) -> datetime:
    found = re.match(r"(\d{1,12}\.\d+) ", replies[ask.UPTIME])
    if not found:
        raise UnexpectedReply(f"is told as {replies[ask.UPTIME]!r:.40}, which is no uptime")
    return dates.ago(float(found[1]), replies.observed_at)


def read_identity(replies: TextReplies) -> Part:
    """Return name, make, model and serial number of the machine, and whether it is a virtual one."""
    return told(
        Identity,
        {
            "name": lambda: replies[ask.KERNEL].partition(" ")[0].strip() or None,
            "vendor": lambda: _machine(replies, "sys_vendor"),
            "model": lambda: _machine(replies, "product_name"),
            "serial": lambda: _machine(replies, "product_serial"),
            "form": lambda: _form(replies),
        },
    )


def _machine(replies: TextReplies, name: str) -> str | None:
    """Return what the firmware's tables say; serial number and UUID are told to root alone."""
    for line in replies[ask.MACHINE].splitlines():
        place, _, value = line.partition(":")
        if place.endswith(f"/{name}"):
            return None if is_junk(value) else value.strip()
    return None


def _form(replies: TextReplies) -> str | None:
    words = replies[ask.VIRTUAL].split()
    if len(words) != 1:
        raise UnexpectedReply(f"is told as {replies[ask.VIRTUAL]!r:.40}, which is no kind of machine")
    if words[0] != "none":
        return "virtual"
    chassis = _machine(replies, "chassis_type") or ""
    return CHASSIS.get(int(chassis)) if chassis.isdecimal() and len(chassis) < 4 else None


def marks(replies: TextReplies) -> Marks:
    """Return the machine's own marks."""
    machine_id = _machine(replies, "machine-id")
    return Marks(
        serial=_machine(replies, "product_serial"),
        smbios_uuid=_machine(replies, "product_uuid"),
        machine_id=machine_id if machine_id and re.fullmatch(r"[0-9a-f]{32}", machine_id) else None,
    )


def _memory(replies: TextReplies, name: str) -> int | None:
    lines = {found["name"]: int(found["kib"]) * 1024 for found in _MEMORY_LINE.finditer(replies[ask.MEMORY])}
    return lines.get(name)


def read_hardware(replies: TextReplies) -> Part:
    """Return the size of the memory that the kernel has."""
    return told(Hardware, {"memory_bytes": lambda: _memory(replies, "MemTotal")})


def read_load(replies: TextReplies) -> Part:
    """Return processor use over a second, and memory that programs can still get."""

    def share(name: str) -> float | None:
        size, part = _memory(replies, "MemTotal"), _memory(replies, name)
        return 100 * part / size if size and part is not None and part <= size else None

    available = share("MemAvailable")
    return told(
        Load,
        {
            "cpu_percent": lambda: _processor(replies),
            "memory_used_percent": lambda: None if available is None else round(100 - available, 6),
            "memory_available_percent": lambda: None if available is None else round(available, 6),
        },
    )


def _processor(replies: TextReplies) -> float | Gap | None:
    """Return the share of time that was neither idle nor waiting, between two looks at the counters (proc(5))."""
    looks = [line.split()[1:] for line in replies[ask.PROCESSOR].splitlines() if line.startswith("cpu ")]
    if len(looks) != 2 or any(len(look) < 5 or not all(word.isdecimal() for word in look) for look in looks):
        return None
    before, after = ([int(word[:20]) for word in look[:8]] for look in looks)
    spent = sum(after) - sum(before)
    idle = after[3] + after[4] - before[3] - before[4]
    return amount(spent - idle, 100 / spent, highest=100) if spent > 0 else None


def read_volumes(replies: TextReplies) -> Part:
    """Return the local file systems with what an ordinary account may still use, and their inodes."""
    inodes, inodes_gap = _inodes(replies)
    volumes: dict[str, Volume] = {}
    gaps: dict[str, Gap] = {}
    listed = replies[ask.VOLUMES].splitlines()[1:]
    rows = [row for line in lines_of("\n".join(listed)) if (row := _ROW.match(line))]
    if not rows:
        raise UnexpectedReply("are not told by df")
    for row in rows:
        name, kind = row["mount"], row["type"]
        if kind in VIEWS and name != "/":
            continue
        size, free = int(row["size"]), int(row["free"])
        volumes[name] = Volume(
            name=name,
            kind=_kind(kind),
            role="system" if name == "/" else "boot" if re.match(r"/boot(/|$)", name) else "data",
            file_system=kind,
            size_bytes=size or None,
            free_bytes=max(free, 0) if size else None,
            inode_free_percent=inodes.get(name),
        )
        if name not in inodes:
            gaps[f"[{name}].inode_free_percent"] = inodes_gap or _NO_INODES
    return Part(tuple(volumes.values()), gaps, complete=len(rows) == len(listed))


def _inodes(replies: TextReplies) -> tuple[dict[str, float], Gap | None]:
    try:
        text = replies[ask.INODES]
    except CollectError as error:
        return {}, error.gap
    shares = {}
    for row in (row for line in lines_of(text) if (row := _INODES.match(line))):
        if row["all"].isdecimal() and row["free"].isdecimal() and 0 < int(row["all"]) >= int(row["free"]):
            shares[row["mount"]] = round(100 * int(row["free"]) / int(row["all"]), 6)
    return shares, None if shares else NOT_TOLD


def _kind(file_system: str) -> Literal["fixed", "optical", "network", "memory"]:
    if file_system in OPTICAL:
        return "optical"
    if file_system in NETWORK:
        return "network"
    return "memory" if file_system in MEMORY else "fixed"
