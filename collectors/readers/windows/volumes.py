"""Windows volumes: kind by DriveType, role by letter and flags; a volume without size is kept, with a gap."""

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.storage import Volume
from collectors.readers.json_shapes import JsonObject, flag, moment, rows, text, texts, whole
from collectors.readers.windows.asked import extra_rows, gap_of
from collectors.replies import JsonReplies
from collectors.told import word

KINDS = {2: "removable", 3: "fixed", 4: "network", 5: "optical", 6: "memory"}  # Win32_Volume.DriveType
PROTECTION = {0: "off", 1: "on"}  # Win32_EncryptableVolume.ProtectionStatus; 2 is unknown
RECOVERY_MAX_BYTES = 2 * 1024**3
"""A fixed volume without letter and mount point up to this size is a recovery or boot volume."""


def read_volumes(replies: JsonReplies, *, with_copies: bool = True) -> Part:
    """Return all volumes by letter, else by mount point or label."""
    volumes: list[Volume] = []
    gaps: dict[str, Gap] = {}
    extras = _Extras(replies, with_copies=with_copies)
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
        if volumes[-1].kind == "fixed":
            values, missing = extras.of(row)
            volumes[-1] = volumes[-1].model_copy(update=values)
            gaps |= {f"[{name}].{field}": gap for field, gap in missing.items()}
    return Part(tuple(volumes), gaps)


class _Extras:
    """What other blocks tell of the volumes: encryption, and earlier states that users can reach."""

    def __init__(self, replies: JsonReplies, *, with_copies: bool) -> None:
        self._encryption, self._encryption_gap = extra_rows(replies, "encryption")
        copies, self._copies_gap = extra_rows(replies, "shadow-copies")
        self._copies = [row for row in copies if row.get("for_users") is not False]
        self._with_copies = with_copies
        self._cannot_encrypt = bool(
            self._encryption_gap
            and self._encryption_gap.reason is GapReason.UNSUPPORTED
            and gap_of(replies, "features") is None
            and "BitLocker" not in (texts(replies["features"]) or ("BitLocker",))
        )

    def of(self, row: JsonObject) -> tuple[dict[str, object], dict[str, Gap]]:
        """Return values and gaps of one fixed volume."""
        values: dict[str, object] = {}
        gaps: dict[str, Gap] = {}
        encrypted = self._encrypted(row)
        if isinstance(encrypted, Gap):
            gaps["encrypted"] = encrypted
        else:
            values["encrypted"] = encrypted
        device = text(row.get("device"))
        if not self._with_copies:
            return values, gaps
        if self._copies_gap or device is None:
            gaps["shadow_copies_count"] = self._copies_gap or NOT_TOLD
        else:
            copies = [copy for copy in self._copies if (text(copy.get("volume")) or device) == device]
            taken = [at for copy in copies if copy.get("for_users") and (at := moment(copy.get("taken_at")))]
            if len(taken) == len(copies) and all(text(copy.get("volume")) for copy in copies):
                values |= {"shadow_copies_count": len(taken), "newest_shadow_copy_at": max(taken, default="never")}
            else:
                gaps |= dict.fromkeys(("shadow_copies_count", "newest_shadow_copy_at"), NOT_TOLD)
        return values, gaps

    def _encrypted(self, row: JsonObject) -> bool | Gap:
        """Return the protection by BitLocker; a server without that feature encrypts nothing with it."""
        if self._encryption_gap:
            return False if self._cannot_encrypt else self._encryption_gap
        keys = [key for key in ("device", "letter") if row.get(key)]
        found = next((one for one in self._encryption if any(one.get(key) == row.get(key) for key in keys)), None)
        state = word(whole(found.get("protection")), PROTECTION, "state of encryption") if found else None
        return state == "on" if isinstance(state, str) else state or NOT_TOLD


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
