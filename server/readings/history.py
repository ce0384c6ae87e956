"""History: changed sections by their content, the numbers of each day, and earlier readings made of both."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import zstandard
from pydantic import JsonValue, ValidationError

from collectors.facts.entries import value_from_json
from collectors.facts.facts import Facts
from collectors.facts.model import Item
from collectors.facts.reading import Reading, Source
from collectors.facts.vocabulary import KINDS
from server.clients.models import Device
from server.readings import daily
from server.readings.current import Change
from server.readings.models import DailySummary, SectionChange, SectionValue

LEVEL: Final = 3
_UNPACKED_BYTES: Final = 16 * 1024 * 1024


def note(device: Device, changes: Sequence[Change], read: Iterable[Reading], at: datetime) -> None:
    """Write what changed, and the numbers of the day; belongs into the transaction of the report."""
    _note_changes(device, changes, at)
    days = daily.days_of(read)
    if not days:
        return
    known = DailySummary.objects.filter(device=device, day__in=days)
    rows = {day: (pk, packed) for pk, day, packed in known.values_list("pk", "day", "packed")}
    for day, told in days.items():
        if day not in rows:
            DailySummary.objects.create(device=device, day=day, packed=daily.packed(told))
            continue
        pk, before = rows[day]
        made = daily.packed(daily.together(daily.unpacked(before), told))
        DailySummary.objects.filter(pk=pk).update(packed=made)


def _note_changes(device: Device, changes: Sequence[Change], at: datetime) -> None:
    if not changes:
        return
    by_hash = {change.sha256: change for change in changes}
    known = _values(device.client_id, by_hash)
    new = SectionValue.objects.bulk_create(
        [
            SectionValue(
                client_id=device.client_id,
                sha256=sha256,
                packed=zstandard.ZstdCompressor(level=LEVEL).compress(by_hash[sha256].text.encode()),
                personal=KINDS[by_hash[sha256].section].personal,
                first_seen_at=at,
            )
            for sha256 in sorted(by_hash.keys() - known.keys())  # in one order, so that no two deliveries deadlock
        ],
        update_conflicts=True,  # with the same hash: only so does a database tell the key of a row that came meanwhile
        unique_fields=["client", "sha256"],
        update_fields=["sha256"],
    )
    known |= {value.sha256: value.pk for value in new}
    SectionChange.objects.bulk_create(
        [
            SectionChange(
                device=device,
                section=change.section,
                source=change.source,
                value_id=known[change.sha256],
                read_at=change.read_at,
            )
            for change in changes
            if not (change.late and _stood(device, change))
        ],
        ignore_conflicts=True,
    )


def _values(client_id: int, hashes: Collection[str]) -> dict[str, int]:
    found = SectionValue.objects.filter(client_id=client_id, sha256__in=list(hashes))
    return dict(found.values_list("sha256", "pk"))


def _stood(device: Device, change: Change) -> bool:
    """Return whether what a late report told is what stood then already."""
    before = SectionChange.objects.filter(
        device=device, section=change.section, source=change.source, read_at__lte=change.read_at
    ).order_by("-read_at")
    return before.values_list("value__sha256", flat=True).first() == change.sha256


def value_text(value: SectionValue) -> str:
    """Return what lasts of a section's value as canonical JSON."""
    return zstandard.ZstdDecompressor().decompress(bytes(value.packed), max_output_size=_UNPACKED_BYTES).decode()


Earlier = dict[str, tuple[Reading, ...]]


def earlier_readings(devices: Collection[int], sections: Collection[str], since: datetime) -> dict[int, Earlier]:
    """Return by device (primary key) and section the readings of past days, newest first: for `rise` and `usually`.

    A day gives one reading: what lasted then, with the last of each number that changes by itself. Three queries.
    """
    changes = _changes(devices, sections)
    made: dict[int, dict[str, list[Reading]]] = {}
    rows = DailySummary.objects.filter(device_id__in=list(devices), day__gte=(since - timedelta(days=1)).date())
    for row in rows.order_by("-day"):
        for (section, source), told in daily.unpacked(row.packed).items():
            if section not in sections or told.last_at < since:
                continue
            lasted = next(
                (text for at, text in changes.get((row.device_id, section, source), ()) if at <= told.last_at), None
            )
            reading = _reading(section, source, told, None if lasted is None else json.loads(lasted))
            if reading is not None:
                made.setdefault(row.device_id, {}).setdefault(section, []).append(reading)
    return {device: {section: tuple(all_) for section, all_ in told.items()} for device, told in made.items()}


def _changes(
    devices: Collection[int], sections: Collection[str]
) -> dict[tuple[int, str, str], list[tuple[datetime, str]]]:
    found: dict[tuple[int, str, str], list[tuple[datetime, str]]] = {}
    rows = SectionChange.objects.filter(device_id__in=list(devices), section__in=list(sections))
    for row in rows.select_related("value").order_by("-read_at"):
        key = (row.device_id, row.section, row.source)
        found.setdefault(key, []).append((row.read_at, value_text(row.value)))
    return found


def _reading(section: str, source: str, told: daily.Told, lasted: JsonValue) -> Reading | None:
    """Return one reading of the past; None when it can no longer be one by today's vocabulary."""
    transport, _, driver = source.partition("|")
    try:
        return Reading(
            section=section,
            read_at=told.last_at.astimezone(UTC),
            source=Source.model_validate({"transport": transport, "driver": driver}),
            value=value_from_json(section, _with_numbers(section, lasted, told.numbers)),
        )
    except ValidationError:
        return None


def _with_numbers(section: str, lasted: JsonValue, numbers: Mapping[str, daily.Spread]) -> JsonValue:
    key = _key_of(section)
    if key is None:
        own: dict[str, JsonValue] = dict(lasted) if isinstance(lasted, dict) else {}
        return {**own, **{path: one.last for path, one in numbers.items()}}
    items: dict[str, dict[str, JsonValue]] = {}
    for item in lasted if isinstance(lasted, list) else ():
        if isinstance(item, dict):
            items[str(item.get(key))] = dict(item)
    for path, one in numbers.items():
        name, _, inner = path[1:].rpartition("].")
        if lasted is None or name in items:
            items.setdefault(name, {key: name})[inner] = one.last
    return list(items.values())


def _key_of(section: str) -> str | None:
    """Return the name of the key of a list's objects, None for what is no such list."""
    annotation = Facts.model_fields[section].annotation
    for part in _parts(annotation):
        if isinstance(part, type) and issubclass(part, Item):
            return part.KEY
    return None


def _parts(annotation: object) -> Iterable[object]:
    inner = getattr(annotation, "__args__", ())
    yield annotation
    for part in inner:
        yield from _parts(part)
