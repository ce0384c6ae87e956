"""Disks and storage pools as Windows sees them; what a RAID card holds back is not seen here."""

from collectors.driver import Part
from collectors.facts.gaps import NOT_TOLD, Gap
from collectors.facts.sections.storage import Disk, Raid
from collectors.readers.json_shapes import flag, name_of, rows, whole
from collectors.readers.windows.asked import unique
from collectors.replies import JsonReplies
from collectors.told import word

HEALTH = {0: "healthy", 1: "warning", 2: "failed"}  # MSFT_PhysicalDisk.HealthStatus; 5 is unknown
MEDIA = {3: "hdd", 4: "ssd"}  # MSFT_PhysicalDisk.MediaType; 0 is unspecified
VIRTUAL_NAMES = ("virtual disk", "vmware", "qemu", "virtio", "vbox", "xensrc")
POOL_HEALTH = {0: "optimal", 1: "degraded", 2: "failed"}  # MSFT_VirtualDisk.HealthStatus
IN_SERVICE = 11  # MSFT_VirtualDisk.OperationalStatus: being repaired


def read_disks(replies: JsonReplies) -> Part:
    """Return the disks by number and name."""
    disks: list[Disk] = []
    gaps: dict[str, Gap] = {}
    for row in rows(replies, "disks"):
        label = name_of(row, "disks")
        name = f"{name_of(row, 'disks', 'id')}: {label}"
        state = word(whole(row.get("health")), HEALTH, "health of a disk")
        media = (
            "virtual"
            if any(word in label.casefold() for word in VIRTUAL_NAMES)
            else MEDIA.get(whole(row.get("media")) or 0)
        )
        disks.append(
            Disk.model_validate(
                {
                    "name": name,
                    "state": state if isinstance(state, str) else None,
                    "failure_predicted": flag(row.get("predicted")),
                    "media": media,
                }
            )
        )
        if not isinstance(state, str):
            gaps[f"[{name}].state"] = state or NOT_TOLD
    return Part(tuple(disks), gaps)


def read_raid(replies: JsonReplies) -> Part | None:
    """Return the virtual disks of storage pools; none of them says nothing of a RAID card."""
    sets: list[Raid] = []
    gaps: dict[str, Gap] = {}
    for row in rows(replies, "virtual-disks"):
        name = unique(name_of(row, "virtual-disks"), [one.name for one in sets])
        states = row.get("states")
        state = word(whole(row.get("health")), POOL_HEALTH, "health of a storage pool")
        if state == "degraded" and isinstance(states, list) and IN_SERVICE in states:
            state = "rebuilding"
        sets.append(Raid.model_validate({"name": name, "state": state if isinstance(state, str) else None}))
        if not isinstance(state, str):
            gaps[f"[{name}].state"] = state or NOT_TOLD
    return Part(tuple(sets), gaps) if sets else None
