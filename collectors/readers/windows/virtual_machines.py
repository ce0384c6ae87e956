"""Virtual machines of Hyper-V: states as numbers, services by their identifiers, never by translated names."""

import re

from collectors.driver import Part
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.virtualization import Checkpoint, Integration, VirtualDisk, Vm
from collectors.readers.json_shapes import JsonObject, flag, moment, name_of, rows, text, whole
from collectors.readers.windows.asked import absent, objects, unique
from collectors.readers.windows.backup import ever
from collectors.replies import JsonReplies

RUNNING, AT_REST = 2, (3, 6, 9)  # Microsoft.HyperV.PowerShell.VMState: off, saved, paused; others are on their way
AUTOSTART = {2: "nothing", 3: "start-if-running", 4: "start"}  # StartAction
AUTOSTOP = {2: "turn-off", 3: "save", 4: "shut-down"}  # StopAction
REPLICA = {0: "none", 1: "normal", 2: "warning", 3: "critical"}  # VMReplicationHealthState
FORMATS = {2: "vhd", 3: "vhdx"}  # VhdFormat; a shared set (4) and others are 'other'
OK_STATUS = 2  # VMIntegrationComponentOperationalStatus.Ok
SERVICES = {
    "84eaae65-2f2e-45f5-9bb5-0e857dc8eb47": "heartbeat",
    "9f8233ac-be49-4c79-8ee3-e7e1985b2077": "shutdown",
    "5ced1297-4598-4915-a5fc-bb21bb4d02a4": "backup",
    "2497f4de-e9fa-4204-80e4-4b75c46419c0": "time",
    "2a34b1c2-fd73-4043-8a5b-dd2159bc743f": "data exchange",
    "6c09bb55-d683-4da0-8931-c9bf705f6480": "guest services",
}
"""The end of an integration service's Id; the same on every Hyper-V."""
DIFFERENCES = (".avhdx", ".avhd")
"""What Hyper-V calls the disk that it goes on with after a checkpoint was taken, until that is merged."""
NOT_ALL_NAMED = Gap(
    reason=GapReason.UNEXPECTED_REPLY,
    text="are not known: none is named, and the machine runs on a disk that a checkpoint began",
)
_GUID = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$", re.IGNORECASE)


def read_vms(replies: JsonReplies) -> Part | None:
    """Return the virtual machines; a machine without the hypervisor has none to tell of."""
    if absent(replies, "vms"):
        return None
    vms: list[Vm] = []
    gaps: dict[str, Gap] = {}
    for row in rows(replies, "vms"):
        name = unique(name_of(row, "vms"), [vm.name for vm in vms])
        state = whole(row.get("state"))
        running = state == RUNNING if state in {RUNNING, *AT_REST} else None
        disks, checkpoints = _disks(row), _checkpoints(row)
        hidden = not checkpoints and any(disk.name.casefold().endswith(DIFFERENCES) for disk in disks)
        vms.append(
            Vm.model_validate(
                {
                    "name": name,
                    "running": running,
                    "checkpoints": None if hidden else checkpoints,
                    "integration": _services(row, running),
                    "replica": _replica(row),
                    "replicated_at": ever(row.get("replicated_at")),
                    "autostart": AUTOSTART.get(whole(row.get("autostart")) or 0),
                    "autostop": AUTOSTOP.get(whole(row.get("autostop")) or 0),
                    "disks": disks,
                }
            )
        )
        gaps |= {f"[{name}].checkpoints": NOT_ALL_NAMED} if hidden else {}
        gaps |= {f"[{name}].disks[{disk.name}].format": NOT_TOLD for disk in disks if disk.format is None}
    return Part(tuple(vms), gaps)


def _replica(row: JsonObject) -> str | None:
    """Return the health of a replicated machine, 'none' for one that is not; None when that is not told."""
    replicated, health = flag(row.get("replicated")), whole(row.get("replica"))
    if replicated is None:
        return None
    return (None if health is None else REPLICA.get(health)) if replicated else "none"


def _checkpoints(row: JsonObject) -> tuple[Checkpoint, ...]:
    found: list[Checkpoint] = []
    for entry in objects(row.get("checkpoints"), "checkpoints"):
        name = unique(name_of(entry, "vms"), [one.name for one in found])
        found.append(Checkpoint(name=name, taken_at=moment(entry.get("taken_at"))))
    return tuple(found)


def _services(row: JsonObject, running: bool | None) -> tuple[Integration, ...]:
    """Return the services that we know; one that is switched off is not ok, one of a machine at rest has no state."""
    found = []
    for entry in objects(row.get("integration"), "services"):
        guid = _GUID.search(text(entry.get("id")) or "")
        name = SERVICES.get(guid[1].casefold()) if guid else None
        if name is None:
            continue
        status, enabled = whole(entry.get("status")), flag(entry.get("enabled"))
        if enabled is False:
            ok: bool | None = False
        else:
            ok = status == OK_STATUS if enabled and running and status is not None else None
        found.append(Integration(name=name, ok=ok))
    return tuple(sorted(found, key=lambda service: service.name))


def _disks(row: JsonObject) -> tuple[VirtualDisk, ...]:
    """Return the disks by path; one that is a whole disk of the machine has no file and no format."""
    found: list[VirtualDisk] = []
    for entry in objects(row.get("disks"), "disks"):
        code, parent = whole(entry.get("format")), entry.get("parent")
        found.append(
            VirtualDisk.model_validate(
                {
                    "name": unique(name_of(entry, "vms", "path"), [disk.name for disk in found]),
                    "format": None if code is None else FORMATS.get(code, "other"),
                    "has_parent": None if parent is None else bool(text(parent)),
                }
            )
        )
    return tuple(found)
