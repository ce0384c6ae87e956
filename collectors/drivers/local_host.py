"""The agent's own machine, Windows or Linux, as psutil tells it."""

from datetime import datetime
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, gather
from collectors.errors import UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.scalars import Instant
from collectors.facts.sections.network import Interface
from collectors.facts.sections.storage import Volume
from collectors.facts.sections.system import Hardware, Identity, Load, Os
from collectors.replies import JsonReplies, JsonValue
from collectors.told import amount, told

TRANSPORT: Final[Literal["local"]] = "local"
TITLE = "The agent's own machine"
DEVICE_CLASS = None

ASKS = ("system", "os-release", "boot", "volumes", "memory", "cpu", "interfaces")
PREPARES: tuple[str, ...] = ()
NEEDS = {section: "nothing beyond the agent's own account" for section in ("volumes", "os", "load", "interfaces")}
GENTLE = Gentle()
MATCHES = Matches(ident=("^(Windows|Linux|Darwin)$",))

FAMILIES = {"Windows": "windows", "Linux": "linux", "Darwin": "macos"}
OPTICAL = {"iso9660", "udf", "cdfs"}
MEMORY = {"tmpfs", "ramfs", "devtmpfs", "squashfs"}
NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p"}
DUPLEX = {1: "half", 2: "full"}  # psutil: NIC_DUPLEX_HALF = 1, NIC_DUPLEX_FULL = 2, unknown = 0


def _object(replies: JsonReplies, question: str) -> dict[str, JsonValue]:
    reply = replies[question]
    if not isinstance(reply, dict):
        raise UnexpectedReply(f"to {question!r} is no object")
    return reply


def _rows(replies: JsonReplies, question: str) -> list[dict[str, JsonValue]]:
    reply = replies[question]
    if not isinstance(reply, list) or not all(isinstance(row, dict) for row in reply):
        raise UnexpectedReply(f"to {question!r} is no list of objects")
    return [row for row in reply if isinstance(row, dict)]


def _whole(value: JsonValue) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) and value else None


def read_volumes(replies: JsonReplies) -> Part:
    """Return every mounted volume; one whose size cannot be read is kept, with a gap."""
    volumes, gaps = [], {}
    for row in _rows(replies, "volumes"):
        name = _text(row.get("mount_point"))
        if name is None:
            raise UnexpectedReply("to 'volumes' holds a volume without a mount point")
        volumes.append(
            Volume(
                name=name.rstrip("\\") or name,
                kind=_kind(row),
                role=_role(name),
                file_system=_text(row.get("file_system")),
                size_bytes=_whole(row.get("size_bytes")) or None,
                free_bytes=_whole(row.get("free_bytes")),
            )
        )
        error = _text(row.get("error"))
        if error:
            gaps[f"[{volumes[-1].name}].size_bytes"] = Gap(
                reason=GapReason.UNSUPPORTED, text=f"cannot be read ({error})"
            )
    return Part(tuple(volumes), gaps)


def _kind(row: dict[str, JsonValue]) -> Literal["fixed", "removable", "optical", "network", "memory"]:
    options = (_text(row.get("options")) or "").split(",")
    file_system = (_text(row.get("file_system")) or "").casefold()
    if "cdrom" in options or file_system in OPTICAL:
        return "optical"
    if "remote" in options or file_system in NETWORK:
        return "network"
    if file_system in MEMORY:
        return "memory"
    return "removable" if "removable" in options else "fixed"


def _role(mount_point: str) -> Literal["system", "data", "boot"]:
    if mount_point == "/" or mount_point.upper().startswith("C:"):
        return "system"
    return "boot" if mount_point.startswith("/boot") else "data"


def read_os(replies: JsonReplies) -> Part:
    """Return family, product, kernel and when it started."""
    system = _object(replies, "system")
    return told(
        Os,
        {
            "family": lambda: FAMILIES.get(str(system.get("system")), "other"),
            "product": lambda: _text(_object(replies, "os-release").get("ID")),
            "version": lambda: _text(_object(replies, "os-release").get("VERSION_ID")),
            "kernel": lambda: _text(system.get("release")),
            "booted_at": lambda: _moment(_object(replies, "boot").get("booted_at")),
        },
    )


def _moment(value: JsonValue) -> Instant | None:
    text = _text(value)
    return datetime.fromisoformat(text).replace(second=0, microsecond=0) if text else None


def read_load(replies: JsonReplies) -> Part:
    """Return processor and memory use in percent."""
    memory, cpu = _object(replies, "memory"), _object(replies, "cpu")
    size, available = _whole(memory.get("size_bytes")), _whole(memory.get("available_bytes"))
    return told(
        Load,
        {
            "cpu_percent": lambda: cpu.get("percent"),
            "memory_used_percent": lambda: memory.get("used_percent"),
            "memory_available_percent": lambda: (
                amount(available, 100 / size, highest=100) if size and available is not None else None
            ),
        },
    )


def read_hardware(replies: JsonReplies) -> Part:
    """Return the size of the memory."""
    return told(Hardware, {"memory_bytes": lambda: _whole(_object(replies, "memory").get("size_bytes"))})


def read_interfaces(replies: JsonReplies) -> Part:
    """Return the network interfaces; a speed of 0 is psutil's word for not known."""
    interfaces = []
    for row in _rows(replies, "interfaces"):
        name = _text(row.get("name"))
        if name is None:
            raise UnexpectedReply("to 'interfaces' holds an interface without a name")
        up, duplex, speed = row.get("up"), _whole(row.get("duplex")), _whole(row.get("speed_mbps"))
        interfaces.append(
            Interface.model_validate(
                {
                    "name": name,
                    "kind": "loopback" if name == "lo" or name.startswith("Loopback") else None,
                    "up": up if isinstance(up, bool) else None,
                    "duplex": DUPLEX.get(duplex or 0),
                    "speed_bps": speed * 1_000_000 if speed else None,
                    "in_errors_count": _whole(row.get("in_errors_count")),
                    "in_packets_count": _whole(row.get("in_packets_count")),
                }
            )
        )
    return Part(tuple(interfaces))


def read_identity(replies: JsonReplies) -> Part:
    """Return the machine's name."""
    return told(Identity, {"name": lambda: _text(_object(replies, "system").get("node"))})


def _device_class(replies: JsonReplies) -> str | None:
    """Return the class: psutil cannot tell a Windows server from a workstation, so a Windows machine stays open."""
    return "linux server" if _object(replies, "system").get("system") == "Linux" else None


def read(replies: JsonReplies) -> Facts:
    """Return the facts of the agent's own machine."""
    return gather(
        replies,
        {
            "identity": read_identity,
            "os": read_os,
            "hardware": read_hardware,
            "load": read_load,
            "volumes": read_volumes,
            "interfaces": read_interfaces,
        },
        device_class=_device_class,
    )
