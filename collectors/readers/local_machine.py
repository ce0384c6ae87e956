"""What psutil tells of the agent's own machine on every system: volumes, memory, load, interfaces, name."""

from datetime import datetime
from typing import Literal

from collectors.driver import Part
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.network import Interface
from collectors.facts.sections.storage import Volume
from collectors.facts.sections.system import Hardware, Identity, Load
from collectors.readers.json_shapes import JsonObject, an_object, flag, moment, name_of, number, rows, text, whole
from collectors.replies import JsonReplies
from collectors.told import amount, told

ASKS = ("system", "os-release", "boot", "volumes", "memory", "cpu", "interfaces")
NEEDS = dict.fromkeys(("volumes", "os", "load", "interfaces"), "nothing beyond the agent's own account")

OPTICAL = {"iso9660", "udf", "cdfs"}
MEMORY = {"tmpfs", "ramfs", "devtmpfs", "squashfs"}
NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p"}
DUPLEX = {1: "half", 2: "full"}  # psutil: NIC_DUPLEX_HALF = 1, NIC_DUPLEX_FULL = 2, unknown = 0


def read_volumes(replies: JsonReplies) -> Part:
    """Return every mounted volume; one whose size cannot be read is kept, with a gap."""
    volumes, gaps = [], {}
    for row in rows(replies, "volumes"):
        name = name_of(row, "volumes", "mount_point")
        volumes.append(
            Volume(
                name=name.rstrip("\\") or name,
                kind=_kind(row),
                role=_role(name),
                file_system=text(row.get("file_system")),
                size_bytes=whole(row.get("size_bytes")) or None,
                free_bytes=whole(row.get("free_bytes")),
            )
        )
        error = text(row.get("error"))
        if error:
            gaps[f"[{volumes[-1].name}].size_bytes"] = Gap(
                reason=GapReason.UNSUPPORTED, text=f"cannot be read ({error})"
            )
    return Part(tuple(volumes), gaps)


def _kind(row: JsonObject) -> Literal["fixed", "removable", "optical", "network", "memory"] | None:
    """Return the kind of a volume; None where neither a file system nor an option tells it."""
    options = (text(row.get("options")) or "").split(",")
    file_system = (text(row.get("file_system")) or "").casefold()
    if "cdrom" in options or file_system in OPTICAL:
        return "optical"
    if "remote" in options or file_system in NETWORK:
        return "network"
    if file_system in MEMORY:
        return "memory"
    if "removable" in options:
        return "removable"
    return "fixed" if file_system or "fixed" in options else None


def _role(mount_point: str) -> Literal["system", "data", "boot"]:
    if mount_point == "/" or mount_point.upper().startswith("C:"):
        return "system"
    return "boot" if mount_point.startswith("/boot") else "data"


def booted_at(replies: JsonReplies) -> datetime | None:
    """Return the last start, to the minute."""
    at = moment(an_object(replies, "boot").get("booted_at"))
    return at.replace(second=0, microsecond=0) if at else None


def read_load(replies: JsonReplies) -> Part:
    """Return processor and memory use in percent."""
    memory, cpu = an_object(replies, "memory"), an_object(replies, "cpu")
    size, available = whole(memory.get("size_bytes")), whole(memory.get("available_bytes"))
    return told(
        Load,
        {
            "cpu_percent": lambda: number(cpu.get("percent"), highest=100),
            "memory_used_percent": lambda: number(memory.get("used_percent"), highest=100),
            "memory_available_percent": lambda: (
                amount(available, 100 / size, highest=100) if size and available is not None else None
            ),
        },
    )


def read_hardware(replies: JsonReplies) -> Part:
    """Return the size of the memory."""
    return told(Hardware, {"memory_bytes": lambda: whole(an_object(replies, "memory").get("size_bytes"))})


def read_interfaces(replies: JsonReplies) -> Part:
    """Return the network interfaces; a speed of 0 is psutil's word for not known."""
    interfaces = []
    for row in rows(replies, "interfaces"):
        name = name_of(row, "interfaces")
        up, duplex, speed = flag(row.get("up")), whole(row.get("duplex")), whole(row.get("speed_mbps"))
        interfaces.append(
            Interface.model_validate(
                {
                    "name": name,
                    "kind": "loopback" if name == "lo" or name.startswith("Loopback") else None,
                    "up": up,
                    "duplex": DUPLEX.get(duplex or 0),
                    "speed_bps": speed * 1_000_000 if speed else None,
                    "in_errors_count": whole(row.get("in_errors_count")),
                    "in_packets_count": whole(row.get("in_packets_count")),
                }
            )
        )
    return Part(tuple(interfaces))


def read_identity(replies: JsonReplies) -> Part:
    """Return the machine's name."""
    return told(Identity, {"name": lambda: text(an_object(replies, "system").get("node"))})
