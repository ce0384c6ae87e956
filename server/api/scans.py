"""Scans: order them, watch them, stop them, and how scanning goes."""

from typing import Annotated

from django.db.models import Count
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router
from pydantic import AwareDatetime, Field

from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.api.clients import site_seen
from server.api.operations import operation
from server.api.shapes import ClientQuery, Limit, Line, Paged, PageNumber, Shown, StandardId, Told, Uid, rows_of
from server.clients.models import Client
from server.scans import overview
from server.scans.actions import running
from server.scans.models import JobState, ScanJob, ScanRun
from server.scans.opening import NETWORKS_COUNT
from server.scans.reasons import reason_of
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


class JobWhole(Shown):
    """One scan job with where it stands and who acts."""

    job: JobShown
    client: str
    site: str
    access: str
    run: str
    plan: str
    attempt: int
    agent: str
    made_at: AwareDatetime
    not_before: AwareDatetime
    not_after: AwareDatetime
    leased_until: AwareDatetime | None
    who: str


class Failure(Shown):
    """A scan that failed within a day."""

    job: str
    client: str
    device: str
    transport: str
    reason: str
    text: str
    who: str
    ended_at: AwareDatetime | None


class FailureCause(Shown):
    """Failures of a day of one cause over one transport."""

    reason: str
    transport: str
    says: str
    who: str
    devices_count: int
    clients_count: int


class HourShown(Shown):
    """An hour of load: accesses read, failed, and still planned."""

    at: AwareDatetime
    done: int
    failed: int
    planned: int


class Overview(Shown):
    """How scanning goes: open jobs, those of a day, why they failed, and the load by hour."""

    queued: int
    leased: int
    done: int
    failed: int
    expired: int
    left_out: int
    causes: list[FailureCause]
    hours: list[HourShown]


class DiscoverTold(Told):
    """Where to look for devices: inside what the site's agents may ask."""

    networks: list[Annotated[str, Line(60)]] = Field(min_length=1, max_length=NETWORKS_COUNT)


def run_shown(one: ScanRun) -> RunShown:
    """Return an order as programs are told."""
    return RunShown(
        uid=one.uid, client=one.client.uid, kind=one.kind, about=one.about, by=one.by, asked_at=one.asked_at
    )  # fmt: skip


def job_shown(one: ScanJob) -> JobShown:
    """Return a job as programs are told; give it with its device selected."""
    return JobShown(
        uid=one.uid, device=one.device.uid if one.device else "", kind=one.kind, state=one.state, reason=one.reason,
        text=one.text, ended_at=one.ended_at,
    )  # fmt: skip


def ordered(told: running.Ordered) -> OrderedShown:
    """Return what became of an order as programs are told."""
    return OrderedShown(run=told.run.uid, jobs_count=told.jobs_count, already_count=told.already_count)


def _run_seen(request: SignedIn, uid: str) -> ScanRun:
    seen = ScanRun.objects.filter(client__in=Client.objects.seen_by(request.actor)).select_related("client")
    return get_object_or_404(seen, uid=uid)


@operation(router, "POST", "/clients/{uid}/scan", "api_client_scan", Right.RUN_SCANS, OrderedShown)
def scan_client(request: SignedIn, uid: Uid) -> OrderedShown:
    """Have everything of a client read now."""
    return ordered(running.scan_client(request.actor, client_seen(request.actor, uid)))


@operation(router, "POST", "/sites/{uid}/scan", "api_site_scan", Right.RUN_SCANS, OrderedShown)
def scan_site(request: SignedIn, uid: Uid) -> OrderedShown:
    """Have everything of a site read now."""
    return ordered(running.scan_site(request.actor, site_seen(request, uid)))


@operation(router, "POST", "/devices/{uid}/scan", "api_device_scan", Right.RUN_SCANS, OrderedShown)
def scan_device(request: SignedIn, uid: Uid) -> OrderedShown:
    """Have a device read now."""
    return ordered(running.scan_device(request.actor, device_seen(request.actor, uid)))


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
    jobs = [job_shown(one) for one in mine.select_related("device").order_by("pk")[:JOBS_COUNT]]
    over = not {JobState.QUEUED.value, JobState.LEASED.value} & set(states)
    return Progress(run=run_shown(one), over=over, states=states, jobs=jobs)


@operation(router, "POST", "/runs/{uid}/stop", "api_run_stop", Right.RUN_SCANS, Stopped)
def stop(request: SignedIn, uid: Uid) -> Stopped:
    """Stop the jobs of an order that are not done."""
    return Stopped(jobs_count=running.cancel(request.actor, _run_seen(request, uid)))


@operation(
    router, "POST", "/clients/{uid}/standards/{standard_id}/scan", "api_standard_scan", Right.RUN_SCANS, OrderedShown
)
def scan_standard(request: SignedIn, uid: Uid, standard_id: StandardId) -> OrderedShown:
    """Have the devices of a client read now that a standard is asked of."""
    return ordered(running.scan_standard(request.actor, client_seen(request.actor, uid), standard_id))


@operation(router, "POST", "/sites/{uid}/discover", "api_site_discover", Right.RUN_SCANS, OrderedShown)
def discover(request: SignedIn, uid: Uid, told: DiscoverTold) -> OrderedShown:
    """Have the agent look for devices in networks, all of which must lie inside its own policy."""
    return ordered(running.discover(request.actor, site_seen(request, uid), told.networks))


@operation(router, "GET", "/scans", "api_scans", Right.SEE_HEALTH, Overview)
def scans(request: SignedIn) -> Overview:
    """Return how scanning goes in your scope."""
    now = timezone.now()
    told = overview.outcomes(request.actor, now)
    causes = [
        FailureCause(
            reason=one.reason, transport=one.transport, says=str(one.words.word), who=str(one.words.who),
            devices_count=one.devices_count, clients_count=one.clients_count,
        )
        for one in overview.causes(request.actor, now)
    ]  # fmt: skip
    hours = [
        HourShown(at=one.at, done=one.done, failed=one.failed, planned=one.planned)
        for one in overview.hours(request.actor, now)
    ]
    return Overview(
        queued=told.queued, leased=told.leased, done=told.done, failed=told.failed, expired=told.expired,
        left_out=told.left_out, causes=causes, hours=hours,
    )  # fmt: skip


@operation(router, "GET", "/scans/failures", "api_scan_failures", Right.SEE_HEALTH, Paged[Failure])
def failures(
    request: SignedIn,
    client: ClientQuery = "",
    reason: Annotated[str, Query(max_length=40)] = "",
    transport: Annotated[str, Query(max_length=16)] = "",
    page: PageNumber = 1,
    limit: Limit = 50,
) -> Paged[Failure]:
    """Return what failed within a day, newest first."""
    wanted = {"site__client__uid": client, "reason": reason, "access__transport": transport}
    found = overview.failed_jobs(request.actor, timezone.now())
    chosen = found.filter(**{name: value for name, value in wanted.items() if value})
    joined = chosen.select_related("device", "site__client", "access").order_by("-ended_at", "-pk")
    rows, count = rows_of(joined, page, limit)
    items = [
        Failure(
            job=one.uid, client=one.site.client.uid, device=one.device.uid if one.device else "",
            transport=one.access.transport if one.access else "", reason=one.reason, text=one.text,
            who=str(reason_of(one.reason).who), ended_at=one.ended_at,
        )
        for one in rows
    ]  # fmt: skip
    return Paged(items=items, count=count, page=page, limit=limit)


@operation(router, "GET", "/jobs/{uid}", "api_job", Right.SEE_CLIENTS, JobWhole)
def job(request: SignedIn, uid: Uid) -> JobWhole:
    """Return all that is known of one scan job."""
    seen = ScanJob.objects.filter(site__client__in=Client.objects.seen_by(request.actor))
    joined = seen.select_related("device", "site__client", "access", "agent", "slot__plan")
    one = get_object_or_404(joined, uid=uid)
    return JobWhole(
        job=job_shown(one), client=one.site.client.uid, site=one.site.uid, access=one.access.uid if one.access else "",
        run=one.run, plan=one.slot.plan.uid if one.slot and one.slot.plan else "", attempt=one.attempt,
        agent=one.agent.uid if one.agent else "", made_at=one.made_at, not_before=one.not_before,
        not_after=one.not_after, leased_until=one.leased_until,
        who=str(reason_of(one.reason).who) if one.reason else "",
    )  # fmt: skip
