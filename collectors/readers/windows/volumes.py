"""Windows volumes: kind by DriveType, role by letter and flags; a volume without size is kept, with a gap."""

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, Gap
from collectors.facts.sections.storage import Volume
from collectors.readers.json_shapes import JsonObject, flag, rows, text, whole
from collectors.replies import JsonReplies

KINDS = {2: "removable", 3: "fixed", 4: "network", 5: "optical", 6: "memory"}  # Win32_Volume.DriveType
RECOVERY_MAX_BYTES = 2 * 1024**3
"""A fixed volume without letter and mount point up to this size is a recovery or boot volume."""


def read_volumes(replies: JsonReplies) -> Part:
    """Return all volumes by letter, else by mount point or label."""
    volumes: list[Volume] = []
    gaps: dict[str, Gap] = {}
    for row in rows(replies, "volumes"):
        name = _name(row, volumes)
        size, free = whole(row.get("size_bytes")), whole(row.get("free_bytes"))
        volumes.append(
            Volume.model_validate(
                {
                    "name": name,
                    "kind": KINDS.get(whole(row.get("drive_type")) or 0),
                    "role": _role(row, size),
                    "file_system": text(row.get("file_system")),
                    "size_bytes": size,
                    "free_bytes": free,
                    "dirty": flag(row.get("dirty")),
                }
            )
        )
        for field, value in (("size_bytes", size), ("free_bytes", free)):
            if value is None:
                gaps[f"[{name}].{field}"] = NOT_TOLD
    return Part(tuple(volumes), gaps)


def _name(row: JsonObject, earlier: list[Volume]) -> str:
    letter, mounted, label = (text(row.get(key)) for key in ("letter", "name", "label"))
    path = mounted if mounted and not mounted.startswith("\\\\?\\") else None
    name = letter or (path.rstrip("\\") if path else None) or label or "volume without letter"
    if not name:
        raise UnexpectedReply("holds a volume without any name")
    same = sum(volume.name.partition("#")[0] == name for volume in earlier)
    return f"{name}#{same + 1}" if same else name


def _role(row: JsonObject, size_bytes: int | None) -> str | None:
    system = flag(row.get("is_system_drive"))
    if system is not False:
        return "system" if system else None
    if text(row.get("letter")):
        return "data"
    if flag(row.get("system_volume")):  # Windows calls the volume that the machine starts from the system volume
        return "boot"
    mounted = text(row.get("name")) or ""
    if not mounted.startswith("\\\\?\\"):
        return "data"
    return "recovery" if size_bytes is not None and size_bytes <= RECOVERY_MAX_BYTES else None
