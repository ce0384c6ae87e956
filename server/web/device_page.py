"""A device: its facts by section with source and age, its gaps, its verdicts with evidence, and what changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from collectors.facts.vocabulary import KINDS
from rules.loader import Library
from rules.settings import ClientSettings
from rules.standard import Standard
from server.accounts.actor import Actor
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.alignment.judging import settings_of
from server.alignment.models import VerdictChange
from server.alignment.packed import Kept, unpacked
from server.clients.models import Client, Device
from server.readings.feed import beside_device
from server.readings.models import FeedEntry
from server.readings.subject import subjects_of_devices
from server.standards.library import in_force
from server.web.counts import ORDER, Counts, count, shown_as
from server.web.facts_shown import gaps_shown, sections_shown

CHANGES_COUNT: Final = 12
NEED: Final = ("no", "unknown", "stale", "waived", "yes", "not applicable")
"""Worst first: what a person has to look at stands on top."""
PRIORITIES: Final = ("critical", "high", "medium", "low")


@dataclass(frozen=True)
class VerdictRow:
    """One standard's verdict over the device."""

    standard: Standard
    question: str
    shown: str
    reason: str
    evidence: tuple[str, ...]
    changed_at: datetime | None
    leaning: str


def device_seen(actor: Actor, uid: str) -> Device:
    """Return a device of a client in the actor's scope; raises Http404."""
    rows = Device.objects.filter(client__in=Client.objects.seen_by(actor))
    joined = rows.select_related("client", "site", "place", "group", "verdicts")
    return get_object_or_404(joined, uid=uid)


def device(request: SignedIn, uid: str) -> HttpResponse:
    """Return the page; the number of queries does not depend on how much the device told."""
    one = device_seen(request.actor, uid)
    now, zone = timezone.now(), ZoneInfo(one.site.time_zone)
    subject = subjects_of_devices([one])[one.pk]
    personal = request.actor.may(Right.SEE_PERSONAL)
    verdicts = verdicts_of(one, in_force().library, settings_of(one.client_id), personal=personal)
    sections = sections_shown(subject, now, zone, personal=personal)
    feed = FeedEntry.objects.filter(device=one).order_by("-at")
    context = {
        "title": one.name,
        "device": one,
        "accesses": list(one.accesses.select_related("credential").order_by("transport", "address")),
        "sections": sections,
        "facts_count": sum(len(part.facts) + part.items_count for part in sections),
        "stale_count": sum(part.stale for part in sections),
        "gaps": gaps_shown(subject.gaps),
        "verdicts": verdicts,
        "counts": counts_of(verdicts),
        "changes": [
            (one.at, beside_device(one)) for one in (feed if personal else feed.filter(personal=False))[:CHANGES_COUNT]
        ],
        "last_job": one.jobs.filter(ended_at__isnull=False).order_by("-ended_at").first(),
        "open_job": one.jobs.filter(state__in=["queued", "leased"]).order_by("-made_at").first(),
    }
    return render(request, "web/device.html", context)


def verdicts_of(one: Device, library: Library, settings: ClientSettings, *, personal: bool) -> list[VerdictRow]:
    """Return the verdicts over a device, those that need somebody first; one query for when they changed."""
    row = getattr(one, "verdicts", None)
    kept = unpacked(row.packed) if row is not None else {}
    changed = _changed(one)
    rows = [
        _row(library.by_id[name], verdict, settings, changed, personal=personal)
        for name, verdict in kept.items()
        if name in library.by_id
    ]
    return sorted(
        rows, key=lambda one: (NEED.index(one.shown), PRIORITIES.index(one.standard.priority), one.standard.id)
    )


def counts_of(rows: list[VerdictRow]) -> Counts:
    """Return how many verdicts came out how."""
    return count((row.shown if row.shown in ORDER else "unknown", "") for row in rows)


def _row(
    standard: Standard, kept: Kept, settings: ClientSettings, changed: Mapping[str, datetime], *, personal: bool
) -> VerdictRow:
    hidden = not personal and any(KINDS[section].personal for section in standard.sections if section in KINDS)
    return VerdictRow(
        standard=standard,
        question=standard.question_for(settings.values(standard)),
        shown=shown_as(kept.word, kept.reason or ""),
        reason=kept.reason or "",
        evidence=() if hidden else kept.evidence,
        changed_at=changed.get(standard.id),
        leaning=kept.leaning or "",
    )


def _changed(one: Device) -> dict[str, datetime]:
    """Return when each standard's verdict changed last: the index alone answers, however long the history."""
    rows = VerdictChange.objects.filter(device=one).values_list("standard").annotate(at=Max("at")).order_by()
    return dict(rows)
