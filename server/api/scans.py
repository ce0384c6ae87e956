"""Scans: order them, watch them, stop them; and the plans by which the server orders its own."""

from typing import Annotated

from django.db.models import Count
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import AwareDatetime

from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.api.clients import site_seen
from server.api.operations import operation
from server.api.shapes import Limit, Paged, PageNumber, Shown, Uid, rows_of
from server.clients.models import Client
from server.scans.actions import running
from server.scans.choices import in_words
from server.scans.models import JobState, ScanJob, ScanPlan, ScanRun
from server.web.client_page import client_seen
from server.web.device_page import device_seen

router = Router(tags=["scans"])
JOBS_COUNT = 2_000


class OrderedShown(Shown):
    """What became of an order."""

    run: str
    jobs_count: int
    already_count: int


class JobShown(Shown):
    """One thing that an agent does for an order."""

    uid: str
    device: str
    kind: str
    state: str
    reason: str
    text: str
    ended_at: AwareDatetime | None


class RunShown(Shown):
    """An order of a person."""

    uid: str
    client: str
    kind: str
    about: str
    by: str
    asked_at: AwareDatetime


class Progress(Shown):
    """How far an order is: jobs by state, and each."""

    run: RunShown
    over: bool
    states: dict[str, int]
    jobs: list[JobShown]


class Stopped(Shown):
    """How many jobs were stopped."""

    jobs_count: int


class PlanShown(Shown):
    """When which devices are read."""

    uid: str
    name: str
    rule: str
    in_words: str
    window_minutes: int
    all_clients: bool
    active: bool
    tags: list[str]


def run_shown(one: ScanRun) -> RunShown:
    """Return an order as programs are told."""
    return RunShown(
        uid=one.uid, client=one.client.uid, kind=one.kind, about=one.about, by=one.by, asked_at=one.asked_at
    )  # fmt: skip


def _ordered(told: running.Ordered) -> OrderedShown:
    return OrderedShown(run=told.run.uid, jobs_count=told.jobs_count, already_count=told.already_count)


def _run_seen(request: SignedIn, uid: str) -> ScanRun:
    seen = ScanRun.objects.filter(client__in=Client.objects.seen_by(request.actor)).select_related("client")
    return get_object_or_404(seen, uid=uid)


@operation(router, "POST", "/clients/{uid}/scan", "api_client_scan", Right.RUN_SCANS, OrderedShown)
def scan_client(request: SignedIn, uid: Uid) -> OrderedShown:
    """Have everything of a client read now."""
    return _ordered(running.scan_client(request.actor, client_seen(request.actor, uid)))


@operation(router, "POST", "/sites/{uid}/scan", "api_site_scan", Right.RUN_SCANS, OrderedShown)
def scan_site(request: SignedIn, uid: Uid) -> OrderedShown:
    """Have everything of a site read now."""
    return _ordered(running.scan_site(request.actor, site_seen(request, uid)))


@operation(router, "POST", "/devices/{uid}/scan", "api_device_scan", Right.RUN_SCANS, OrderedShown)
def scan_device(request: SignedIn, uid: Uid) -> OrderedShown:
    """Have a device read now."""
    return _ordered(running.scan_device(request.actor, device_seen(request.actor, uid)))


@operation(router, "GET", "/runs", "api_runs", Right.SEE_CLIENTS, Paged[RunShown])
def runs(
    request: SignedIn, client: Annotated[str, Query(max_length=26)] = "", page: PageNumber = 1, limit: Limit = 50
) -> Paged[RunShown]:
    """Return the orders of people, newest first; at a client (uid), or at all in scope."""
    seen = ScanRun.objects.filter(client__in=Client.objects.seen_by(request.actor)).select_related("client")
    rows, count = rows_of((seen.filter(client__uid=client) if client else seen).order_by("-asked_at"), page, limit)
    return Paged(items=[run_shown(one) for one in rows], count=count, page=page, limit=limit)


@operation(router, "GET", "/runs/{uid}", "api_run", Right.SEE_CLIENTS, Progress)
def run(request: SignedIn, uid: Uid) -> Progress:
    """Return how far an order is; of very large ones only the first 2,000 jobs are listed."""
    one = _run_seen(request, uid)
    mine = ScanJob.objects.filter(run=one.uid)
    states = {
        str(row["state"]): int(row["n"]) for row in mine.values("state").annotate(n=Count("pk")).order_by("state")
    }
    jobs = [
        JobShown(
            uid=job.uid, device=job.device.uid if job.device else "", kind=job.kind, state=job.state,
            reason=job.reason, text=job.text, ended_at=job.ended_at,
        )
        for job in mine.select_related("device").order_by("pk")[:JOBS_COUNT]
    ]  # fmt: skip
    over = not {JobState.QUEUED.value, JobState.LEASED.value} & set(states)
    return Progress(run=run_shown(one), over=over, states=states, jobs=jobs)


@operation(router, "POST", "/runs/{uid}/stop", "api_run_stop", Right.RUN_SCANS, Stopped)
def stop(request: SignedIn, uid: Uid) -> Stopped:
    """Stop the jobs of an order that are not done."""
    return Stopped(jobs_count=running.cancel(request.actor, _run_seen(request, uid)))


@operation(router, "GET", "/plans", "api_plans", Right.SEE_HEALTH, Paged[PlanShown])
def plans(request: SignedIn, page: PageNumber = 1, limit: Limit = 50) -> Paged[PlanShown]:
    """Return the scan plans by name."""
    rows, count = rows_of(ScanPlan.objects.order_by("name").prefetch_related("tags"), page, limit)
    items = [
        PlanShown(
            uid=one.uid, name=one.name, rule=one.rule, in_words=in_words(one.rule),
            window_minutes=one.window_minutes, all_clients=one.all_clients, active=one.active,
            tags=sorted(tag.name for tag in one.tags.all()),
        )
        for one in rows
    ]  # fmt: skip
    return Paged(items=items, count=count, page=page, limit=limit)
