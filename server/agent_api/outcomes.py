"""What a report means beyond its facts: its job ends, its access is known to work or not, pins, found devices."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q

from collectors.facts.gaps import GapReason
from collectors.facts.plain_text import plain_line
from collectors.link.messages import AccessTried, Report
from collectors.link.messages import FoundDevice as Found
from server.access.models import Access, AccessState, Credential, CredentialState
from server.agent_api.clock import plausible
from server.agent_api.readiness import Went, went_when_tried
from server.agents.models import Agent
from server.readings.arrive import Arrival
from server.scans import queue
from server.scans.models import FoundDevice, ScanJob

PINS: Final = {"host key": "host_key", "certificate": "certificate"}
PIN_LENGTH: Final = 128
FOUND_AT_ONCE: Final = 500
TOOK_MS: Final = 2**31 - 1


def note_scan(job: ScanJob, report: Report, how: Went, arrival: Arrival, read_at: datetime, now: datetime) -> bool:
    """End the job of a scan and say how its access went; return whether it was open. Belongs into the transaction."""
    if arrival.identity.stranger is not None:
        gap = arrival.identity.stranger
        how = Went(AccessState.OTHER, GapReason.IDENTITY_CHANGED, gap.text[:500])
    _note_access(job, how, read_at, {})
    _note_pins(job, report, now)
    return queue.finish(job, now, reason="" if how.logged_on else how.reason, text="" if how.logged_on else how.text)


def note_tried(job: ScanJob, report: Report, tried: AccessTried, now: datetime) -> bool:
    """End the job that tried an access; return whether it was open. Belongs into the transaction of the report."""
    how = went_when_tried(tried)
    more: dict[str, object] = {"took_ms": min(tried.took_ms, TOOK_MS)}
    if tried.driver and job.access is not None and not job.access.driver:
        more["driver"] = tried.driver
    if how.reason == GapReason.IDENTITY_CHANGED:
        more["offered_key"] = plain_line(tried.host_key or tried.certificate, PIN_LENGTH)
    _note_access(job, how, plausible(report.ended_at, now), more)
    _note_pins(job, report, now)
    if how.logged_on and job.released and job.access is not None and job.access.credential is not None:
        paused = Credential.objects.filter(pk=job.access.credential.pk, state=CredentialState.PAUSED)
        paused.update(state=CredentialState.READY, paused_at=None, paused_why="")
    return queue.finish(job, now, reason=how.reason, text=how.text)


def _note_access(job: ScanJob, how: Went, at: datetime, more: Mapping[str, object]) -> None:
    """Write how an access went, unless something newer is known of it."""
    access = job.access
    if access is None:
        return
    told: dict[str, object] = {**more, "state": how.state, "reason": how.reason, "text": how.text, "tried_at": at}
    if how.logged_on:
        told["worked_at"] = at
        if access.offered_key:
            told["offered_key"] = ""
    newer = Access.objects.filter(Q(tried_at=None) | Q(tried_at__lte=at), pk=access.pk)
    newer.update(**told)
    credential = access.credential
    if how.logged_on and credential is not None and credential.proven_at is None:
        Credential.objects.filter(pk=credential.pk, proven_at=None).update(proven_at=at)


def _note_pins(job: ScanJob, report: Report, now: datetime) -> None:
    """Keep keys that were trusted at first contact; a key that is pinned already is never replaced by an agent."""
    for told, name in PINS.items() if report.new_pins else ():
        pin = report.new_pins.get(told, "")
        if pin and job.access_id is not None and len(pin) <= PIN_LENGTH and pin.isascii() and pin.isprintable():
            Access.objects.filter(pk=job.access_id, **{name: ""}).update(**{name: pin, "pinned_at": now})


def note_found(agent: Agent, job: ScanJob, found: Sequence[Found], now: datetime) -> bool:
    """Write what a discovery saw, by address; what a person decided stays. Return whether the job was open."""
    rows = {
        one.address.casefold(): FoundDevice(
            site_id=agent.site_id,
            address=one.address.casefold(),
            ports=sorted({port for port in one.ports if 0 < port < 65536}),
            sys_name=plain_line(one.sys_name, 200),
            sys_object_id=plain_line(one.sys_object_id, 200),
            sys_descr=plain_line(one.sys_descr, 500),
            banner=plain_line(one.banner, 200),
            first_seen_at=now,
            seen_at=now,
        )
        for one in found
    }
    FoundDevice.objects.bulk_create(
        list(rows.values()),
        batch_size=FOUND_AT_ONCE,
        update_conflicts=True,
        unique_fields=["site", "address"],
        update_fields=["ports", "sys_name", "sys_object_id", "sys_descr", "banner", "seen_at"],
    )
    return queue.finish(job, now)
