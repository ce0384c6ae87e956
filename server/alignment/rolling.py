"""Rolls a client up: what each standard says of it over all its devices, with what changed since (decision 9)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from collectors.facts.subject import Subject
from rules.rollup import Judged, RolledUp, Statement, roll_up
from rules.settings import ClientSettings
from rules.standard import Standard
from rules.verdict import Reason, Word
from server.alignment.judging import judge_subject, keep_beside, kept_all, settings_of
from server.alignment.models import (
    ClientStandard,
    DeviceVerdicts,
    OtherVerdicts,
    VerdictChange,
    WeeklySummary,
)
from server.alignment.packed import Kept, packed, unpacked
from server.alignment.subjects import ClientSubjects, subjects_of
from server.clients.models import Client, ClientState, RollUpDue
from server.standards.library import InForce, in_force

TEXT_LENGTH = 500
COUNTED = ("yes", "no", "unknown", "not_applicable", "waived")
_VALUES = ("verdict", "reason", "text", "valid_until", *COUNTED)


def roll_up_due(at: datetime, at_most_count: int = 50) -> int:
    """Roll up the clients that wait for it, the longest waiting first; return how many."""
    waiting = list(RollUpDue.objects.order_by("since").values_list("pk", "revision")[:at_most_count])
    for client_id, revision in waiting:
        roll_up_client(Client.objects.get(pk=client_id), at)
        RollUpDue.objects.filter(pk=client_id, revision=revision).delete()
    return len(waiting)


def roll_up_client(client: Client, at: datetime, law: InForce | None = None) -> int:
    """Return how many standards say something else of the client than before. A client that left stays as it was."""
    if client.state == ClientState.LEFT:
        return 0
    law = law or in_force()
    everyone = subjects_of(client, law, at)
    judged, others = _judged(client, everyone, law, at)
    statements = [
        Statement(one.kind, one.by, one.until) for one in client.statements.filter(withdrawn_at=None).order_by("pk")
    ]
    zone = ZoneInfo(client.time_zone)
    told = {one.id: roll_up(one, judged[one.id], at, statements, (), zone) for one in law.library.standards}
    with transaction.atomic():
        _keep_others(client, others, at)
        changed = _keep(client, told, at)
        _keep_week(client, told, at.astimezone(zone).date())
    return changed


def _judged(
    client: Client, everyone: ClientSubjects, law: InForce, at: datetime
) -> tuple[dict[str, list[Judged]], dict[tuple[str, str], dict[str, Kept]]]:
    """Return by standard what it says of every subject, and by subject that is no device what is kept of it."""
    settings = settings_of(client.pk)
    reaching = [one for one in law.library.standards if one.needs_others]
    rows = {row.pk: unpacked(row.packed) for row in DeviceVerdicts.objects.filter(device__client=client)}
    judged: dict[str, list[Judged]] = {one.id: [] for one in law.library.standards}
    others: dict[tuple[str, str], dict[str, Kept]] = {}
    for device, subject in everyone.devices:
        kept = dict(rows.get(device.pk, {}))
        own = _over(subject, reaching, law, ZoneInfo(device.site.time_zone), at, settings)
        if own:
            kept |= keep_beside(device, kept_all(own), law, at)
        for name, one in kept.items():
            if name in judged and subject.kind in law.library.by_id[name].kinds:
                judged[name].append(one.judged(subject))
    for subject in everyone.others:
        own = _over(subject, reaching, law, ZoneInfo(client.time_zone), at, settings)
        others[subject.kind, subject.name] = kept_all(own)
        for name, told in own.items():
            judged[name].append(told)
    return judged, others


def _over(
    subject: Subject,
    standards: Sequence[Standard],
    law: InForce,
    zone: ZoneInfo,
    at: datetime,
    settings: ClientSettings,
) -> dict[str, Judged]:
    asked = [one for one in standards if subject.kind in one.kinds]
    return judge_subject(subject, asked, law, settings, at, zone) if asked else {}


def _keep_others(client: Client, others: Mapping[tuple[str, str], dict[str, Kept]], at: datetime) -> None:
    """Keep the verdicts over the client, its sites and domains; what is no longer there goes."""
    standing = {(row.kind, row.name): row for row in OtherVerdicts.objects.filter(client=client)}
    for (kind, name), kept in others.items():
        row = standing.pop((kind, name), None)
        content = packed(kept)
        if row is None:
            OtherVerdicts.objects.create(client=client, kind=kind, name=name, packed=content, evaluated_at=at)
        elif bytes(row.packed) != content:
            OtherVerdicts.objects.filter(pk=row.pk).update(packed=content, evaluated_at=at)
    OtherVerdicts.objects.filter(pk__in=[row.pk for row in standing.values()]).delete()


def _keep(client: Client, told: Mapping[str, RolledUp], at: datetime) -> int:
    """Write the rows that say something else than before, and an event for each verdict that changed."""
    standing = {row.standard: row for row in ClientStandard.objects.filter(client=client)}
    new, other, events = [], [], []
    for standard, result in told.items():
        row = standing.pop(standard, None)
        values = _values(result)
        if row is None:
            new.append(ClientStandard(client=client, standard=standard, since=at, evaluated_at=at, **values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            if row.verdict != values["verdict"]:
                events.append(_event(client, row, values, at))
                row.since = at
            for name, value in values.items():
                setattr(row, name, value)
            row.evaluated_at = at
            other.append(row)
    ClientStandard.objects.bulk_create(new)
    ClientStandard.objects.bulk_update(other, ["since", "evaluated_at", *_VALUES], batch_size=200)
    ClientStandard.objects.filter(pk__in=[row.pk for row in standing.values()]).delete()
    VerdictChange.objects.bulk_create(events)
    return len(events)


def _values(result: RolledUp) -> dict[str, object]:
    counts = result.counts
    return {
        "verdict": str(result.word),
        "reason": "" if result.reason is None else str(result.reason),
        "text": result.text[:TEXT_LENGTH],
        "valid_until": result.valid_until,
        **{name: getattr(counts, name) for name in COUNTED},
    }


def _event(client: Client, row: ClientStandard, values: Mapping[str, object], at: datetime) -> VerdictChange:
    return VerdictChange(
        client=client,
        standard=row.standard,
        at=at,
        before=row.verdict,
        after=str(values["verdict"]),
        reason=str(values["reason"]),
        text=str(values["text"]),
    )


def _keep_week(client: Client, told: Mapping[str, RolledUp], today: date) -> None:
    """Bring the running week's counts of standards up to date; a week that is over stays."""
    words = [result.word for result in told.values()]
    counts = {
        "yes": words.count(Word.YES),
        "no": words.count(Word.NO),
        "unknown": words.count(Word.UNKNOWN),
        "stale": sum(result.word == Word.UNKNOWN and result.reason == Reason.STALE for result in told.values()),
        "not_applicable": words.count(Word.NOT_APPLICABLE),
    }
    monday = today - timedelta(days=today.weekday())
    WeeklySummary.objects.update_or_create(client=client, week_on=monday, defaults=counts)
