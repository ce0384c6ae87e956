"""A snapshot arrives: worked out before any transaction begins, then written in one short one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import JsonValue

from collectors.facts.reading import Snapshot
from rules.kinds import DEVICE_KINDS
from server.clients.models import Device
from server.readings import feed, history, marks
from server.readings.current import NO_VALUES, Current, Merged, merged, packed, unpacked
from server.readings.models import CurrentReadings, FeedEntry

NOTHING: Final = Current()


@dataclass(frozen=True)
class Standing:
    """What stands of a device, and its revision: what two deliveries may not both change; None: nothing ever came."""

    current: Current = NOTHING
    revision: int | None = None


@dataclass(frozen=True)
class Arrival:
    """A snapshot that was worked out: what will stand, and all that is to be written."""

    standing: Standing
    made: Merged
    packed: bytes
    identity: marks.Identity
    kind: str
    read_at: datetime | None
    """When anything was last read with success; None when this snapshot read nothing."""


class Overtaken(Exception):
    """Another delivery changed the device meanwhile: work it out again over what stands now."""


def standing_of(device_ids: Collection[int]) -> dict[int, Standing]:
    """Return what stands of devices by primary key, and how often it changed, in one query."""
    rows = CurrentReadings.objects.filter(device_id__in=list(device_ids)).values_list("device_id", "packed", "revision")
    return {device_id: Standing(unpacked(told), revision) for device_id, told, revision in rows}


def arrived(
    device: Device,
    standing: Standing,
    snapshot: Snapshot,
    addresses: frozenset[str],
    told_as: Mapping[str, JsonValue] = NO_VALUES,
) -> Arrival:
    """Return what a snapshot changes; only reads. One by another device changes no fact, and leaves its gap.

    `told_as`: see `server.readings.current.merged`.
    """
    identity = marks.identify(device, snapshot, addresses)
    if identity.stranger is not None:
        told = snapshot.device.model_copy(update={"device_class": None})
        snapshot = Snapshot(observed_at=snapshot.observed_at, device=told, problem=identity.stranger)
    made = merged(standing.current, snapshot, told_as)
    read_at = max((reading.read_at for reading in made.read), default=None)
    return Arrival(standing, made, packed(made.current), identity, _kind(device, made.current, snapshot), read_at)


def _kind(device: Device, current: Current, snapshot: Snapshot) -> str:
    """Return the kind of device: a person's word, else the class that the best source told."""
    if device.kind_by_person or snapshot.device.device_class in {None, device.kind}:
        return device.kind
    kind = current.subject("device").kind
    return kind if kind in DEVICE_KINDS else device.kind


def write(device: Device, arrival: Arrival, at: datetime) -> Standing:
    """Write it; belongs into the transaction of the report. Return what stands now; raises Overtaken."""
    before = arrival.standing.revision
    if before is None:
        _row, new = CurrentReadings.objects.get_or_create(
            device=device, defaults={"packed": arrival.packed, "updated_at": at, "revision": 1}
        )
        if not new:
            raise Overtaken
    else:
        row = CurrentReadings.objects.filter(device=device, revision=before)
        if row.update(packed=arrival.packed, updated_at=at, revision=before + 1) != 1:
            raise Overtaken
    history.note(device, arrival.made.changes, arrival.made.read, at)
    if arrival.read_at is not None:
        FeedEntry.objects.bulk_create(feed.entries(device, arrival.made.current, arrival.made.changes, at))
    marks.note(device, arrival.identity, at)
    _update(device, arrival)
    return Standing(arrival.made.current, (before or 0) + 1)


def _update(device: Device, arrival: Arrival) -> None:
    changed: dict[str, object] = {}
    if arrival.read_at is not None and (device.read_at is None or arrival.read_at > device.read_at):
        changed["read_at"] = arrival.read_at
    if arrival.kind != device.kind:
        changed["kind"] = arrival.kind
    if changed:
        Device.objects.filter(pk=device.pk).update(**changed)
        for name, value in changed.items():
            setattr(device, name, value)
