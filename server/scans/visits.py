"""The scans before a visit: everything of the site 18 hours before it begins, what failed again in the morning."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, TypedDict

from django.db import transaction
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django_stubs_ext import WithAnnotations

from collectors.link.hours import Hours, NoSpan, hours_of
from server.access.models import Access
from server.accounts.actor import Actor
from server.agents.models import Agent, AgentState
from server.clients.models import Client, ClientState, Site
from server.scans.models import JobState, ScanJob, Slot, SlotState, Visit
from server.scans.opening import accesses_to_read, blackout_at
from server.scans.plans import zone_of
from server.scans.recurrence import instant

logger = logging.getLogger(__name__)
BEFORE: Final = timedelta(hours=18)
"""users.md, section 5: the night lies between, and time to mend."""
AGAIN: Final = time(6)
EARLY: Final = timedelta(hours=2)
"""What failed is read again at least so long before a visit that begins early."""
AROUND: Final = timedelta(days=3)
LATE: Final = timedelta(hours=12)
"""So long after its beginning people are still told what was not read."""
FIRST, SECOND = "first", "again"


class Last(TypedDict):
    """How an access was read last before a visit: '' where it was not."""

    last_state: str
    last_reason: str
    last_text: str


@dataclass(frozen=True)
class Times:
    """When a visit begins, and when its two scans do."""

    begins_at: datetime
    first_at: datetime
    again_at: datetime


def times_of(visit: Visit) -> Times:
    """Return the instants of a visit by the clock of its site; give it with its site selected."""
    zone = zone_of(visit.site)
    begins_at = instant(datetime.combine(visit.day, visit.begins), zone)
    morning = instant(datetime.combine(visit.day, AGAIN), zone)
    return Times(begins_at, begins_at - BEFORE, min(morning, begins_at - EARLY))


def open_visits(now: datetime) -> int:
    """Open the scans before visits that are due; return how many. Of several schedulers one opens each."""
    return sum(_open(visit, now) for visit in _around(now) if now < times_of(visit).begins_at + LATE)


def _around(now: datetime) -> Iterable[Visit]:
    """Return the visits about now of which it was not yet judged how their scan went."""
    near = Visit.objects.filter(day__gte=(now - AROUND).date(), day__lte=(now + AROUND).date(), cancelled_at=None)
    served = near.filter(site__retired_at=None, site__client__state=ClientState.ACTIVE)
    joined = served.select_related("site__client").prefetch_related("slots").order_by("day", "pk")
    return [visit for visit in joined if visit.judged_day != visit.day]


def _open(visit: Visit, now: datetime) -> int:
    times = times_of(visit)
    slots = steps_of(visit)
    first = slots.get(FIRST)
    if now < times.first_at:
        return 0
    if first is None:
        return _step(visit, FIRST, times, now)
    if SECOND not in slots and first.opened_at < times.again_at <= now < times.begins_at:
        return _step(visit, SECOND, times, now)
    return 0


def steps_of(visit: Visit) -> dict[str, Slot]:
    """Return what was opened for the day of a visit, by step; give it with its slots prefetched."""
    return {slot.step: slot for slot in visit.slots.all() if slot.visit_day == visit.day}


def _step(visit: Visit, step: str, times: Times, now: datetime) -> int:
    """Open one of the two scans, wait for a blackout or the agent's own hours to be over, or note why there is none."""
    why = _("the server was not running until the visit began") if now >= times.begins_at else ""
    blackout = blackout_at(visit.site, now)
    agents = list(Agent.objects.filter(site=visit.site, state=AgentState.APPROVED))
    if not why and blackout is not None:
        if blackout.ends_at < times.begins_at:
            return 0
        why = _("blackout: %(why)s") % {"why": blackout.why}
    if not why and _waits_for_hours(agents, now, times.begins_at):
        return 0
    due_at = times.first_at if step == FIRST else times.again_at
    not_after = times.again_at if step == FIRST and now < times.again_at else times.begins_at
    with transaction.atomic():
        told = {"site": visit.site, "due_at": due_at, "opened_at": now}
        slot, new = Slot.objects.get_or_create(visit=visit, visit_day=visit.day, step=step, defaults=told)
        if not new:
            return 0
        state = SlotState.SKIPPED
        if not why and not agents:
            why = _("no agent is approved at the site")
        if not why:
            state, why = _queue(visit, slot, times, now, not_after)
        Slot.objects.filter(pk=slot.pk).update(state=state, why=why[:200])
    logger.info("a scan before a visit was opened", extra={"visit": visit.uid, "step": step, "state": state})
    return 1


def _waits_for_hours(agents: Sequence[Agent], now: datetime, until: datetime) -> bool:
    """Return whether no agent may scan now by its own policy, and one may before the visit begins."""
    found = [_hours(agent) for agent in agents]
    if not found or any(hours.allow(now) for hours in found):
        return False
    return any(next_at is not None and next_at < until for next_at in (hours.next_at(now) for hours in found))


def _hours(agent: Agent) -> Hours:
    try:
        return hours_of(str(agent.policy.get("hours", "")))
    except NoSpan:
        return hours_of("")


def _queue(visit: Visit, slot: Slot, times: Times, now: datetime, not_after: datetime) -> tuple[SlotState, str]:
    """Queue what a step reads; what waits in the queue already is taken over, what is being read is left alone."""
    site = visit.site
    wanted = list(accesses_to_read().filter(device__site=site) if slot.step == FIRST else missed(site, times, now))
    jobs = [
        ScanJob(
            site=site, slot=slot, device_id=one.device_id, access=one, made_at=now, not_before=now, not_after=not_after
        )
        for one in wanted
    ]  # fmt: skip
    waiting = ScanJob.objects.filter(access__in=wanted, kind="scan", state=JobState.QUEUED, not_after__lt=not_after)
    waiting.filter(run="").update(slot=slot, not_after=not_after)
    ScanJob.objects.bulk_create(jobs, ignore_conflicts=True, batch_size=500)
    if jobs:
        return SlotState.OPEN, ""
    return (SlotState.SKIPPED, _("the site has no access to read")) if slot.step == FIRST else (SlotState.DONE, "")


def missed(site: Site, times: Times, now: datetime) -> "QuerySet[WithAnnotations[Access, Last]]":
    """Return the accesses of a site whose last scan since the first one was due did not read them, or that had none."""
    ended = ScanJob.objects.filter(
        access=OuterRef("pk"),
        kind="scan",
        state__in=[JobState.DONE, JobState.FAILED, JobState.EXPIRED],
        ended_at__gte=times.first_at,
        ended_at__lte=now,
    ).order_by("-ended_at", "-pk")
    reached = accesses_to_read().filter(device__site=site)
    told = reached.annotate(
        last_state=_of(ended, "state"), last_reason=_of(ended, "reason"), last_text=_of(ended, "text")
    )
    return told.exclude(last_state=JobState.DONE).select_related("device")


def _of(jobs: QuerySet[ScanJob], name: str) -> Coalesce:
    return Coalesce(Subquery(jobs.values(name)[:1]), Value(""), output_field=CharField())


def to_be_judged(now: datetime) -> list[tuple[Visit, Times]]:
    """Return the visits whose scans are over, or that have begun, of which nobody was told yet what was not read."""
    found = [(visit, times_of(visit)) for visit in _around(now)]
    return [(visit, times) for visit, times in found if _is_over(visit, times, now)]


def _is_over(visit: Visit, times: Times, now: datetime) -> bool:
    slots = steps_of(visit)
    if not slots or now >= times.begins_at + LATE:
        return False
    first, again = slots.get(FIRST), slots.get(SECOND)
    ended = again is not None and again.state != SlotState.OPEN
    late = first is not None and first.opened_at >= times.again_at and first.state != SlotState.OPEN
    return ended or late or now >= times.begins_at


def judge(visit: Visit, now: datetime) -> bool:
    """Note that a visit was judged for its day, in the transaction of what is told; return whether nobody had."""
    standing = Visit.objects.filter(pk=visit.pk, day=visit.day, cancelled_at=None).exclude(judged_day=visit.day)
    return standing.update(judged_day=visit.day, judged_at=now) == 1


def visits_seen(actor: Actor, show: str, now: datetime) -> QuerySet[Visit]:
    """Return the visits of clients in scope: coming (by day), past, cancelled (the last first), or with '' all."""
    seen = Visit.objects.filter(site__client__in=Client.objects.seen_by(actor)).select_related("site__client")
    yesterday = (now - timedelta(days=1)).date()  # today, wherever on earth the site is
    match show:
        case "coming":
            return seen.filter(cancelled_at=None, day__gte=yesterday).order_by("day", "begins", "pk")
        case "past":
            return seen.filter(cancelled_at=None, day__lt=yesterday).order_by("-day", "-pk")
        case "cancelled":
            return seen.exclude(cancelled_at=None).order_by("-day", "-pk")
    return seen.order_by("-day", "-pk")
