"""Verdicts over one device: made by the library in force, kept in its row, each change an event."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from collectors.facts.subject import Subject
from rules.judge import completed, data_counts_until, judge_view
from rules.rollup import Judged
from rules.settings import ClientSettings
from rules.standard import Standard
from rules.verdict import Reason, Word
from rules.view import View, clock_at
from server.alignment.models import DeviceVerdicts, VerdictChange
from server.alignment.packed import Kept, kept_of, packed, unpacked
from server.clients.due import roll_up_later
from server.clients.models import Device
from server.standards.library import InForce
from server.standards.models import ClientSetting


def settings_of(client_id: int) -> ClientSettings:
    """Return a client's own settings; one query."""
    told: dict[str, dict[str, object]] = {}
    rows = ClientSetting.objects.filter(client_id=client_id).values_list("standard", "name", "value")
    for standard, name, value in rows:
        told.setdefault(standard, {})[name] = value
    return ClientSettings(told)


def judge_alone(
    subject: Subject, law: InForce, settings: ClientSettings, at: datetime, zone: ZoneInfo
) -> dict[str, Judged]:
    """Return the verdicts of the standards that read nothing but this device; pure."""
    return judge_subject(subject, law.alone, law, settings, at, zone)


def judge_subject(
    subject: Subject,
    standards: Sequence[Standard],
    law: InForce,
    settings: ClientSettings,
    at: datetime,
    zone: ZoneInfo,
) -> dict[str, Judged]:
    """Return the verdicts of those of the standards that are asked of this kind; pure."""
    clock = clock_at(at, zone)
    view = View(completed(subject, law.catalogue, clock.today), clock)
    until = data_counts_until(law.catalogue, clock)
    asked = [one for one in standards if subject.kind in one.kinds]
    return {one.id: judge_view(one, view, settings, until) for one in asked}


def keep(device: Device, verdicts: Mapping[str, Kept], law: InForce, at: datetime) -> int:
    """Keep what a device's own readings say of it and have the client rolled up; return how many verdicts changed.

    Verdicts of standards that read other subjects stand until the roll-up makes them anew.
    """
    with transaction.atomic(savepoint=False):
        before = _standing(device)
        beside = {name: kept for name, kept in before.items() if name in law.reaching}
        changed = _write(device, before, {**beside, **verdicts}, law, at)
        roll_up_later(device.client_id, at)
    return changed


def keep_beside(device: Device, verdicts: Mapping[str, Kept], law: InForce, at: datetime) -> dict[str, Kept]:
    """Keep what standards that read other subjects say of a device, beside its own; return all that stands of it."""
    with transaction.atomic():
        before = _standing(device)
        after = {**before, **verdicts}
        if after != before:
            _write(device, before, after, law, at)
    return after


def _standing(device: Device) -> dict[str, Kept]:
    """Return what stands of a device, which stays so until the transaction ends."""
    rows = DeviceVerdicts.objects.select_for_update().filter(pk=device.pk)
    return next((unpacked(stored) for stored in rows.values_list("packed", flat=True)), {})


def _write(device: Device, before: Mapping[str, Kept], after: Mapping[str, Kept], law: InForce, at: datetime) -> int:
    changed = _changes(device, before, after, at)
    if changed:
        VerdictChange.objects.bulk_create(changed)
    ends = [kept.valid_until for kept in after.values() if kept.valid_until is not None]
    words = [kept.word for kept in after.values()]
    told: dict[str, object] = {
        "packed": packed(after),
        "yes": words.count(Word.YES),
        "no": words.count(Word.NO),
        "unknown": words.count(Word.UNKNOWN),
        "not_applicable": words.count(Word.NOT_APPLICABLE),
        "library_sha256": law.sha256,
        "evaluated_at": at,
        "valid_until": min(ends, default=None),
    }
    if not DeviceVerdicts.objects.filter(pk=device.pk).update(**told):
        DeviceVerdicts.objects.update_or_create(pk=device.pk, defaults=told)
    return len(changed)


def _changes(
    device: Device, before: Mapping[str, Kept], after: Mapping[str, Kept], at: datetime
) -> list[VerdictChange]:
    """Return an event for each standard whose word changed; the first verdict of all is none."""
    return [
        VerdictChange(
            client_id=device.client_id,
            device=device,
            standard=name,
            at=at,
            before=before[name].word if name in before else "",
            after=kept.word,
            reason=_reason(kept.reason),
            text=(kept.evidence[0] if kept.evidence else "")[:500],
        )
        for name, kept in sorted(after.items())
        if name not in before or before[name].word != kept.word
        if before
    ]


def _reason(reason: Reason | None) -> str:
    return "" if reason is None else str(reason)


def kept_all(judged: Mapping[str, Judged]) -> dict[str, Kept]:
    """Return verdicts as they are kept, put into words."""
    return {name: kept_of(one) for name, one in judged.items()}
