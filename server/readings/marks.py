"""Which device answered: a report's marks held against what is known, strangers kept out, proposals for a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from collectors.facts.gaps import Gap
from collectors.facts.identity import NAMES, KnownDevice, Proposal, not_counted, propose, quarantined
from collectors.facts.marks import Marks
from collectors.facts.reading import Snapshot
from server.clients.models import Device, DeviceProposal, DeviceState
from server.readings.models import DeviceMark

VALUE_LENGTH: Final = 200
ALIKE_COUNT: Final = 50
"""Devices looked at that share a mark: more of them share a maker's filler."""
ANOTHER: Final = "another device"


@dataclass(frozen=True)
class Identity:
    """What a report's marks say of the device that was asked."""

    stranger: Gap | None = None
    """The gap that stands in the report's place when another device answered."""
    marks: Mapping[str, str] | None = None
    """The device's marks after the report, where they changed."""
    proposals: tuple[Proposal, ...] = ()
    """`device` and `other` are primary keys as text."""
    again: bool = False
    """The device that stood in quarantine answers itself."""


def identify(device: Device, snapshot: Snapshot, addresses: frozenset[str] = frozenset()) -> Identity:
    """Return what the marks say; no query while a device shows the marks that it always showed."""
    told = {name: mark[:VALUE_LENGTH] for name, mark in snapshot.marks.strong().items()}
    known = {str(name): str(mark) for name, mark in device.marks.items()}
    if all(known.get(name) == mark for name, mark in told.items()):
        return Identity(again=device.quarantined_at is not None and bool(told))
    devices = _alike(device, told, addresses)
    asked = devices[str(device.pk)]
    shared = not_counted({pk: one.marks for pk, one in devices.items()})
    taken = snapshot.model_copy(update={"marks": Marks.model_validate(told)})
    stranger = quarantined(asked.marks, taken, asked.members, shared)
    proposals = propose(devices, taken, str(device.pk), _told_apart(device))
    if stranger is not None:
        return Identity(stranger, None, proposals)
    return Identity(None, {**known, **told}, proposals, device.quarantined_at is not None)


def _alike(device: Device, told: Mapping[str, str], addresses: frozenset[str]) -> dict[str, KnownDevice]:
    """Return the device itself and those of its client that showed one of these marks, by primary key."""
    rows = DeviceMark.objects.filter(client_id=device.client_id, value__in=list(told.values())).exclude(device=device)
    ids = {row.device_id for row in rows[:ALIKE_COUNT] if told.get(row.name) == row.value}
    others = Device.objects.filter(pk__in=ids).exclude(state=DeviceState.RETIRED).prefetch_related("accesses")
    made = {str(one.pk): _known(one) for one in others}
    members: tuple[Marks, ...] = ()
    if device.group_id is not None:
        members = tuple(_marks(one) for one in Device.objects.filter(group_id=device.group_id).exclude(pk=device.pk))
    own = KnownDevice(_marks(device), addresses, members)
    return {**made, str(device.pk): own}


def _known(device: Device) -> KnownDevice:
    accesses = list(device.accesses.all())
    pinned = any(one.host_key or one.certificate for one in accesses)
    return KnownDevice(_marks(device), frozenset(one.address for one in accesses), pinned=pinned)


def _marks(device: Device) -> Marks:
    return Marks.model_validate({name: mark for name, mark in device.marks.items() if name in NAMES})


def _told_apart(device: Device) -> set[frozenset[str]]:
    """Return the pairs that a person has decided about already."""
    decided = DeviceProposal.objects.filter(client_id=device.client_id, kind="merge").exclude(decided_at=None)
    pairs = decided.exclude(other=None).values_list("device_id", "other_id")
    return {frozenset({str(one), str(other)}) for one, other in pairs}


def note(device: Device, identity: Identity, at: datetime) -> None:
    """Write what the marks say: marks, quarantine, proposals; belongs into the transaction of the report."""
    if identity.marks is not None:
        Device.objects.filter(pk=device.pk).update(marks=dict(identity.marks))
        device.marks = dict(identity.marks)
        DeviceMark.objects.bulk_create(
            [
                DeviceMark(client_id=device.client_id, device=device, name=name, value=mark)
                for name, mark in identity.marks.items()
            ],
            update_conflicts=True,
            unique_fields=["device", "name"],
            update_fields=["value"],
        )
    if identity.stranger is not None:
        if device.quarantined_at is None:
            Device.objects.filter(pk=device.pk, quarantined_at=None).update(quarantined_at=at)
        _propose(device, None, ANOTHER, "", identity.stranger.text, at)
    elif identity.again:
        Device.objects.filter(pk=device.pk).update(quarantined_at=None)
        open_ = DeviceProposal.objects.filter(device=device, kind=ANOTHER, decided_at=None)
        open_.update(decided_at=at, decision="answers again")
    for one in identity.proposals:
        _note_proposal(device, one, at)


def _note_proposal(device: Device, proposal: Proposal, at: datetime) -> None:
    mark = ", ".join(NAMES[name] for name in proposal.marks)
    if proposal.kind == "merge":
        found = Device.objects.filter(pk=int(proposal.device)).first()
        if found is not None:
            _propose(device, found, "merge", mark, f"{found.name} shows the same {mark}", at)
    else:
        moved = Device.objects.filter(pk=int(proposal.device)).first()
        if moved is not None:
            _propose(moved, device, "move", mark, f"answers at {proposal.address} now", at)


def _propose(device: Device, other: Device | None, kind: str, mark: str, text: str, at: datetime) -> None:
    if DeviceProposal.objects.filter(device=device, other=other, kind=kind, decided_at=None).exists():
        return
    DeviceProposal.objects.create(
        client_id=device.client_id, device=device, other=other, kind=kind, mark=mark[:200], text=text[:300], made_at=at
    )
