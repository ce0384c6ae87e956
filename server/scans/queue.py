"""The queue of scan jobs: an agent leases what waits for its site, tells what it runs, and what became of it."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Final

from django.db import connection, transaction
from django.db.models import Case, F, PositiveSmallIntegerField, Q, QuerySet, When

from collectors.link import jobs as link
from collectors.link.limits import JOBS_COUNT, LEASE_S
from server.agents.models import Agent
from server.clients.models import DeviceState
from server.scans.models import JobState, ScanJob

HELD_COUNT: Final = 200
"""Jobs that one agent may have at once: as many as it can tell of in one poll."""
ATTEMPTS_COUNT: Final = 5
"""So often a lease may be lost; then the job has failed."""
OPEN: Final = (JobState.QUEUED, JobState.LEASED)


def lease(agent: Agent, now: datetime) -> list[ScanJob]:
    """Return the jobs that this agent is to do now, at most 50, those of a waiting person first.

    They belong to it for 15 minutes, which each poll that names them renews. A lease that was lost begins anew as
    another attempt. Two agents of one site never get the same job.
    """
    if not _waiting(agent, now).exists():
        return []
    with transaction.atomic():
        held = ScanJob.objects.filter(agent=agent, state=JobState.LEASED, leased_until__gte=now).count()
        count = max(0, min(JOBS_COUNT, HELD_COUNT - held))
        waiting = _waiting(agent, now).order_by("-urgent", "not_before", "pk")
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True, of=("self",))
        found = list(waiting.values_list("pk", flat=True)[:count])
        ScanJob.objects.filter(_waits(now), pk__in=found).update(
            state=JobState.LEASED,
            agent=agent,
            leased_until=now + timedelta(seconds=LEASE_S),
            attempt=Case(
                When(state=JobState.LEASED, then=F("attempt") + 1),
                default=F("attempt"),
                output_field=PositiveSmallIntegerField(),
            ),
        )
    leased = ScanJob.objects.filter(pk__in=found).select_related("device", "access__credential")
    return list(leased.order_by("-urgent", "not_before", "pk"))


def _waiting(agent: Agent, now: datetime) -> QuerySet[ScanJob]:
    in_use = Q(device=None) | Q(device__state=DeviceState.IN_USE)
    return ScanJob.objects.filter(_waits(now), in_use, site_id=agent.site_id)


def _waits(now: datetime) -> Q:
    lost = Q(state=JobState.LEASED, leased_until__lt=now, attempt__lt=ATTEMPTS_COUNT)
    return (Q(state=JobState.QUEUED, not_before__lte=now) | lost) & Q(not_after__gt=now)


def as_job(row: ScanJob) -> link.Job | None:
    """Return a job as the agent is told it; None when what is stored cannot be said in the protocol."""
    try:
        if row.kind == "discover":
            networks = tuple(ip_network(str(one)) for one in row.networks)
            return link.DiscoverJob(
                kind="discover",
                id=row.uid,
                attempt=row.attempt,
                not_after=row.not_after,
                urgent=row.urgent,
                networks=networks,
            )
        target = _target(row)
        if target is None:
            return None
        if row.kind == "try_access":
            return link.TryAccessJob(
                kind="try_access",
                id=row.uid,
                attempt=row.attempt,
                not_after=row.not_after,
                urgent=row.urgent,
                target=target,
                released=row.released,
            )
        return link.ScanJob(id=row.uid, attempt=row.attempt, not_after=row.not_after, urgent=row.urgent, target=target)
    except ValueError:  # pydantic's ValidationError is one
        return None


def _target(row: ScanJob) -> link.Target | None:
    device, access = row.device, row.access
    if device is None or access is None:
        return None
    credential = access.credential.name if access.credential is not None else access.local_credential
    return link.Target.model_validate(
        {
            "device_id": device.uid,
            "name": device.name[:200],
            "transport": access.transport,
            "address": access.address,
            "port": access.port or None,
            "driver": access.driver or None,
            "host_key": access.host_key or None,
            "certificate": access.certificate or None,
            "credential": credential or None,
        }
    )


def renew(agent: Agent, running: Collection[str], now: datetime) -> None:
    """Renew the leases of the jobs that an agent says it runs."""
    if running:
        ScanJob.objects.filter(agent=agent, uid__in=list(running), state=JobState.LEASED).update(
            leased_until=now + timedelta(seconds=LEASE_S)
        )


def return_unheard(agent: Agent, running: Collection[str], now: datetime) -> int:
    """Queue the jobs that an agent was given and does not name: the reply was lost, or it has begun anew.

    An agent names what it has in hand and what waits to be delivered, and asks one time after the other, so what it
    does not name it will not do. Where it names as many as a poll can hold, some may be left out: nothing is said then.
    The first time a job comes again at once; one that is lost again and again waits as long as a lease in between, for
    an agent that cannot keep what it reads is not to read all the time. Return how many; those lost too often failed.
    """
    if len(running) >= HELD_COUNT:
        return 0
    mine = ScanJob.objects.filter(agent=agent, state=JobState.LEASED)
    named = set(running)
    unheard = [pk for pk, uid in mine.values_list("pk", "uid") if uid not in named]
    if not unheard:
        return 0
    lost = mine.filter(pk__in=unheard)
    later = now + timedelta(seconds=LEASE_S)
    return give_back(lost.filter(attempt=1), now, now) + give_back(lost.filter(attempt__gt=1), now, later)


def give_back(lost: QuerySet[ScanJob], now: datetime, not_before: datetime) -> int:
    """Queue leased jobs as another attempt, those with no attempt left have failed; return how many both are."""
    failed = lost.filter(attempt__gte=ATTEMPTS_COUNT).update(
        state=JobState.FAILED,
        reason="no agent",
        text="the agent took the job several times and never told what became of it",
        ended_at=now,
        leased_until=None,
    )
    back = lost.filter(attempt__lt=ATTEMPTS_COUNT).update(
        state=JobState.QUEUED, agent=None, leased_until=None, attempt=F("attempt") + 1, not_before=not_before
    )
    return failed + back


def to_be_stopped(agent: Agent, running: Collection[str]) -> list[str]:
    """Return which of the jobs that an agent runs are no longer its own to do: cancelled, expired, given away."""
    if not running:
        return []
    own = ScanJob.objects.filter(agent=agent, uid__in=list(running), state=JobState.LEASED)
    still = set(own.values_list("uid", flat=True))
    return [uid for uid in running if uid not in still]


def refuse(agent: Agent, refused: Mapping[str, str], now: datetime) -> None:
    """End the jobs that an agent's own policy refused, with its words."""
    for uid, why in refused.items():
        ScanJob.objects.filter(agent=agent, uid=uid, state=JobState.LEASED).update(
            state=JobState.FAILED, reason="policy", text=why[:500], ended_at=now, leased_until=None
        )


def finish(job: ScanJob, now: datetime, *, reason: str = "", text: str = "") -> bool:
    """End a job: done, or failed for a reason (a `GapReason`); return whether it was still open."""
    state = JobState.FAILED if reason else JobState.DONE
    ended = ScanJob.objects.filter(pk=job.pk, state__in=OPEN).update(
        state=state, reason=reason[:40], text=text[:500], ended_at=now, leased_until=None
    )
    return ended == 1


def work_waits(agent: Agent, now: datetime) -> bool:
    """Return whether the agent has jobs, or will have some before it would next ask when idle."""
    soon = now + timedelta(minutes=5)
    open_ = ScanJob.objects.filter(site_id=agent.site_id, state__in=OPEN, not_before__lte=soon, not_after__gt=now)
    return open_.exists()
