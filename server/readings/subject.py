"""A device as rules see it: all that stands of it, with what the server knows beside the readings."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from collectors.facts.merge import UNKNOWN_KIND
from collectors.facts.reading import Reading
from collectors.facts.subject import Subject
from server.clients.models import Device, DeviceState
from server.readings.current import Current, unpacked
from server.readings.history import Earlier, earlier_readings
from server.readings.models import CurrentReadings

NOTHING = Current()


def current_of(device_ids: Collection[int]) -> dict[int, Current]:
    """Return what stands of devices by their primary keys, in one query; a device never read is left out."""
    rows = CurrentReadings.objects.filter(device_id__in=list(device_ids)).values_list("device_id", "packed")
    return {device_id: unpacked(packed) for device_id, packed in rows}


def subject_of_device(device: Device, current: Current | None, earlier: Earlier | None = None) -> Subject:
    """Return a device as rules see it: readings, gaps, what was not re-read, roles, group, whether it still counts.

    Give the device with its group selected; `earlier` comes from `server.readings.history.earlier_readings`. Its site
    and client are for whoever judges to add (`Subject.parents`).
    """
    stands = current or NOTHING
    # What the device tells now counts: at its first reading its row does not know its kind yet.
    subject = stands.subject(device.name, device.kind if device.kind_by_person else None)
    return replace(
        subject,
        kind=device.kind if subject.kind == UNKNOWN_KIND else subject.kind,
        earlier=_together(subject.earlier, earlier or {}),
        roles=tuple(str(role) for role in device.roles),
        group=device.group.name if device.group is not None else None,
        retired=device.state != DeviceState.IN_USE,
    )


def subjects_of_devices(
    devices: Iterable[Device], looks_back: Collection[str] = (), since: datetime | None = None
) -> dict[int, Subject]:
    """Return devices as rules see them, by primary key; the number of queries does not depend on how many they are.

    `looks_back` names the sections of which rules read the past, `since` how far back.
    """
    by_id = {device.pk: device for device in devices}
    currents = current_of(by_id)
    past = earlier_readings(by_id, looks_back, since) if looks_back and since is not None else {}
    return {
        device_id: subject_of_device(device, currents.get(device_id), past.get(device_id))
        for device_id, device in by_id.items()
    }


def _together(one: Mapping[str, tuple[Reading, ...]], other: Earlier) -> Mapping[str, tuple[Reading, ...]]:
    if not other:
        return one
    made = dict(one)
    for section, readings in other.items():
        known = {(each.read_at, each.source.transport, each.source.driver) for each in made.get(section, ())}
        more = [each for each in readings if (each.read_at, each.source.transport, each.source.driver) not in known]
        made[section] = tuple(sorted((*made.get(section, ()), *more), key=lambda each: each.read_at, reverse=True))
    return made
