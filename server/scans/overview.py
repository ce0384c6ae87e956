"""What the page of scans tells: what runs, how the last day went, the load by hour, plans, failures by cause."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncHour
from django.utils import timezone

from server.accounts.actor import Actor
from server.clients.models import Client, ClientSet, DeviceState
from server.scans.choices import in_words
from server.scans.models import Blackout, JobState, NextScan, PlanException, ScanJob, ScanPlan, ScanRun, Slot, SlotState
from server.scans.queue import OPEN
from server.scans.reasons import Reason, reason_of

DAY: Final = timedelta(hours=24)
HOURS_PAST: Final = 7
HOURS_COUNT: Final = 24
RUNS_SHOWN: Final = 8
CAUSES_SHOWN: Final = 10


@dataclass(frozen=True)
class Hour:
    """An hour of the chart: accesses read, failed, and still planned."""

    at: datetime
    done: int
    failed: int
    planned: int


@dataclass(frozen=True)
class PlanRow:
    """A plan with where it applies."""

    plan: ScanPlan
    says: str
    next_at: datetime | None
    clients_count: int
    sites_count: int
    exceptions_count: int
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Cause:
    """Failures of one cause over one transport, across clients."""

    reason: str
    transport: str
    words: Reason
    devices_count: int
    clients_count: int
    clients: tuple[str, ...]


@dataclass(frozen=True)
class Outcomes:
    """How jobs stand: those that are open, and those that ended within a day."""

    queued: int
    leased: int
    done: int
    failed: int
    expired: int
    left_out: int

    @property
    def open(self) -> int:
        """Return how many are under way."""
        return self.queued + self.leased


def outcomes(actor: Actor, now: datetime) -> Outcomes:
    """Return how jobs stand; two queries."""
    clients = Client.objects.seen_by(actor)
    jobs = ScanJob.objects.filter(site__client__in=clients).filter(Q(state__in=OPEN) | Q(ended_at__gt=now - DAY))
    count: Counter[str] = Counter(dict(jobs.values_list("state").annotate(n=Count("pk")).order_by()))
    left_out = Slot.objects.filter(site__client__in=clients, state=SlotState.SKIPPED, due_at__gt=now - DAY)
    return Outcomes(
        count[JobState.QUEUED],
        count[JobState.LEASED],
        count[JobState.DONE],
        count[JobState.FAILED],
        count[JobState.EXPIRED],
        left_out.filter(due_at__lte=now).count(),
    )


def failed_jobs(actor: Actor, now: datetime) -> QuerySet[ScanJob]:
    """Return the jobs that failed or expired within a day."""
    clients = Client.objects.seen_by(actor)
    ended = ScanJob.objects.filter(site__client__in=clients, ended_at__gt=now - DAY)
    return ended.filter(state__in=(JobState.FAILED, JobState.EXPIRED))


def causes(actor: Actor, now: datetime) -> list[Cause]:
    """Return why jobs failed within a day, the cause of most devices first; two queries."""
    failed = failed_jobs(actor, now)
    grouped = (
        failed.values("reason", "access__transport")
        .annotate(devices=Count("device", distinct=True), clients=Count("site__client", distinct=True))
        .order_by("-devices", "reason")[:CAUSES_SHOWN]
    )
    names: dict[tuple[str, str | None], list[str]] = {}
    for reason, transport, name in (
        failed.order_by("site__client__name")
        .values_list("reason", "access__transport", "site__client__name")
        .distinct()[:1000]
    ):
        names.setdefault((reason, transport), []).append(name)
    return [
        Cause(
            row["reason"],
            row["access__transport"] or "",
            reason_of(row["reason"]),
            row["devices"],
            row["clients"],
            tuple(names.get((row["reason"], row["access__transport"]), [])[:3]),
        )
        for row in grouped
    ]


def hours(actor: Actor, now: datetime) -> list[Hour]:
    """Return the load from seven hours ago on, by the viewer's clock; two queries."""
    clients = Client.objects.seen_by(actor)
    local = timezone.localtime(now)
    first = local.replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS_PAST)
    ends = first + timedelta(hours=HOURS_COUNT)
    ended = ScanJob.objects.filter(site__client__in=clients, ended_at__gte=first, ended_at__lte=now)
    told: Counter[tuple[float, bool]] = Counter()
    for at, state, number in (
        ended.annotate(hour=TruncHour("ended_at")).values_list("hour", "state").annotate(n=Count("pk")).order_by()
    ):
        if state != JobState.CANCELLED:
            told[at.timestamp(), state == JobState.DONE] += number
    planned = _planned(clients, now, ends)
    found = []
    for number in range(HOURS_COUNT):
        at = first + timedelta(hours=number)
        key = at.timestamp()
        found.append(Hour(at, told[key, True], told[key, False], planned[key]))
    return found


def _planned(clients: ClientSet, now: datetime, ends: datetime) -> Counter[float]:
    """Return by hour how many accesses the plans will read."""
    rows = NextScan.objects.filter(site__client__in=clients, plan__active=True, due_at__gte=now, due_at__lt=ends)
    rows = rows.filter(site__devices__state=DeviceState.IN_USE)
    grouped = (
        rows.annotate(hour=TruncHour("due_at"))
        .values_list(
            "hour", "plan__kinds", "plan__transports", "plan__networks", "site__devices__kind",
            "site__devices__accesses__transport",
        )
        .annotate(n=Count("site__devices__accesses"))
        .order_by()
    )  # fmt: skip
    planned: Counter[float] = Counter()
    for hour, kinds, transports, networks, kind, transport, number in grouped:
        if not networks and (not kinds or kind in kinds) and (not transports or transport in transports):
            planned[hour.timestamp()] += number
    return planned


def plan_rows(actor: Actor) -> list[PlanRow]:
    """Return all plans, with when and where they are due in the actor's scope; two queries.

    Exceptions are counted apart: joined beside the sites, each site would be counted once for each of them.
    """
    seen = Q(next_scans__site__client__in=Client.objects.seen_by(actor))
    exceptions = PlanException.objects.filter(plan=OuterRef("pk")).order_by()
    plans = ScanPlan.objects.annotate(
        next_at=Min("next_scans__due_at", filter=seen),
        sites_count=Count("next_scans__site", filter=seen, distinct=True),
        clients_count=Count("next_scans__site__client", filter=seen, distinct=True),
        exceptions_count=Subquery(exceptions.values("plan").annotate(n=Count("pk")).values("n")),
    )
    return [
        PlanRow(
            plan,
            in_words(plan.rule),
            plan.next_at,
            plan.clients_count,
            plan.sites_count,
            plan.exceptions_count or 0,
            tuple(tag.name for tag in plan.tags.all()),
        )
        for plan in plans.prefetch_related("tags").order_by("-active", "name")
    ]


def open_runs(actor: Actor) -> list[ScanRun]:
    """Return the orders of persons that are under way, the newest first."""
    waiting = ScanJob.objects.filter(run=OuterRef("uid"), state__in=OPEN)
    runs = ScanRun.objects.filter(Exists(waiting), client__in=Client.objects.seen_by(actor))
    return list(runs.select_related("client").order_by("-asked_at")[:RUNS_SHOWN])


def blackouts(actor: Actor, now: datetime) -> QuerySet[Blackout]:
    """Return the blackouts that have not ended, of clients in scope and of everybody."""
    seen = Q(client=None) | Q(client__in=Client.objects.seen_by(actor))
    return Blackout.objects.filter(seen, ends_at__gt=now).select_related("client", "site").order_by("begins_at")
