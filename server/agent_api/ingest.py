"""Reports taken in: each worked out before its transaction, which is short, and answered on its own."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from collectors.link.messages import Report, ReportOutcome, ResultsReply, ResultsRequest
from server.agent_api import outcomes, readiness
from server.agent_api.clock import plausible
from server.agent_api.judged import Judging
from server.agent_api.taken import Before, Rejected, check, known_outcome, scanned
from server.agents import events
from server.agents.models import Agent
from server.alignment.reevaluating import judge_device
from server.clients.models import Device
from server.readings.arrive import Overtaken, Standing, arrived, standing_of, write
from server.readings.models import Report as StoredReport
from server.scans import queue
from server.scans.models import ScanJob

logger = logging.getLogger(__name__)
JOB: Final = (
    *("uid", "site_id", "kind", "released", "state", "attempt"),
    *(f"access__{name}" for name in ("address", "driver", "offered_key", "credential__proven_at")),
    *(f"device__{name}" for name in ("client_id", "name", "kind", "kind_by_person", "roles", "state", "marks")),
    *(f"device__{name}" for name in ("quarantined_at", "read_at", "site__time_zone", "group__name")),
)
"""What a report needs to know of its job: these columns of six tables, because a row costs its width."""
TRIES: Final = 5
"""How often a report is worked out anew because another delivery changed the same device."""


@dataclass
class Batch:
    """What the reports of one request need to know, read once for all of them."""

    agent: Agent
    now: datetime
    stored: dict[str, Before]
    jobs: dict[str, ScanJob]
    standing: dict[int, Standing]
    judging: Judging
    last: dict[int, str] = field(default_factory=dict)
    """By device the last report of it: with that one it is judged."""
    unjudged: set[int] = field(default_factory=set)
    """Devices whose facts changed after they were judged."""


def take(agent: Agent, told: ResultsRequest, now: datetime) -> ResultsReply:
    """Return an outcome for each report, in their order. What is new is stored, then judged."""
    batch = _batch(agent, told.reports, now)
    made = tuple(_outcome(batch, report) for report in told.reports)
    for device_pk in sorted(batch.unjudged):  # whose last report was refused
        judge_device(device_pk, now)
    return ResultsReply(outcomes=made)


def _batch(agent: Agent, reports: Sequence[Report], now: datetime) -> Batch:
    own = ScanJob.objects.filter(agent=agent, site_id=agent.site_id, uid__in=[one.job_id for one in reports])
    related = own.select_related("device__site", "device__group", "access__credential")
    jobs = {one.uid: one for one in related.only(*JOB)}
    first = all(one.job_id in jobs and jobs[one.job_id].state in queue.OPEN for one in reports)
    known = {} if first else _known(agent, reports)
    scans = [
        (jobs[one.job_id].device_id, one.id)
        for one in reports
        if one.id not in known and one.job_id in jobs and one.document is not None
    ]
    last = {device_id: report_id for device_id, report_id in scans if device_id is not None}
    return Batch(agent, now, known, jobs, standing_of(last) if last else {}, Judging(now), last)


def _known(agent: Agent, reports: Sequence[Report]) -> dict[str, Before]:
    """Return the reports that came before: a job that is still open was never reported, so not all are looked for."""
    stored = StoredReport.objects.filter(agent=agent, report_id__in=[one.id for one in reports])
    rows = stored.values_list("report_id", "sha256", "outcome", "reason")
    return {report_id: Before(*rest) for report_id, *rest in rows}


def _outcome(batch: Batch, report: Report) -> ReportOutcome:
    known = known_outcome(report, batch.stored)
    if known is not None:
        if known[0] == "rejected":
            events.note(batch.agent.site, batch.agent, events.ODD_REPORT, f"{report.id}: {known[1]}", batch.now)
        return ReportOutcome.model_validate({"report_id": report.id, "outcome": known[0], "reason": known[1]})
    try:
        job = check(report, batch.jobs.get(report.job_id))
        _take(batch, report, job)
    except Rejected as rejected:
        return _rejected(batch, report, rejected)
    except IntegrityError:
        if not StoredReport.objects.filter(agent=batch.agent, report_id=report.id, sha256=report.sha256).exists():
            raise
        logger.info("a report came twice at once", extra={"agent": batch.agent.uid, "report": report.id})
        return ReportOutcome(report_id=report.id, outcome="duplicate")
    batch.stored[report.id] = Before(report.sha256, "stored", "")
    return ReportOutcome(report_id=report.id, outcome="stored")


def _take(batch: Batch, report: Report, job: ScanJob) -> None:
    """Store one report; raises Rejected, and IntegrityError when the same one is being stored beside us."""
    if report.document is not None:
        _take_scan(batch, report, job, report.document)
        return
    with transaction.atomic():
        _note_taken(batch, report, job, None, plausible(report.ended_at, batch.now))
        if report.found is not None:
            _once(job, outcomes.note_found(batch.agent, job, report.found, batch.now))
        elif report.tried is not None:
            _once(job, outcomes.note_tried(job, report, report.tried, batch.now))


def _take_scan(batch: Batch, report: Report, job: ScanJob, document: str) -> None:
    device, access = job.device, job.access
    if device is None or access is None or not _of_one_client(batch.agent, device):
        raise Rejected("the job's device is gone", keep=True)
    taken = scanned(document, batch.now)
    if taken.ahead:
        text = f"A report was dated {taken.snapshot.observed_at:%Y-%m-%d %H:%M} or later, ahead of this server's clock"
        events.note(batch.agent.site, batch.agent, events.CLOCK, text, batch.now)
    how = readiness.went(taken.snapshot)
    for _try in range(TRIES):
        standing = batch.standing.get(device.pk, Standing())
        arrival = arrived(device, standing, taken.snapshot, frozenset({access.address}), taken.told_as)
        judged = batch.last.get(device.pk) == report.id
        verdicts = batch.judging.verdicts(device, arrival.made.current) if judged else {}
        try:
            with transaction.atomic():
                _note_taken(batch, report, job, device, taken.snapshot.observed_at)
                standing = write(device, arrival, batch.now)
                _once(job, outcomes.note_scan(job, report, how, arrival, taken.snapshot.observed_at, batch.now))
                if judged:
                    batch.judging.keep(device, verdicts)
        except Overtaken:
            batch.standing.update(standing_of([device.pk]))
            device.refresh_from_db()
            continue
        batch.standing[device.pk] = standing
        (batch.unjudged.discard if judged else batch.unjudged.add)(device.pk)
        return
    raise Rejected("the device was changed by others all the time", keep=False)


def _of_one_client(agent: Agent, device: Device) -> bool:
    return device.site_id == agent.site_id or device.client_id == agent.site.client_id


def _note_taken(batch: Batch, report: Report, job: ScanJob, device: Device | None, observed_at: datetime) -> None:
    """Write the row by which the report is known again, first in its transaction: of two at once the second fails."""
    StoredReport.objects.create(
        agent=batch.agent,
        report_id=report.id,
        job=job,
        device=device,
        sha256=report.sha256,
        outcome="stored",
        observed_at=observed_at,
        received_at=batch.now,
    )


def _once(job: ScanJob, was_open: bool) -> None:
    """Raise Rejected for a job that was reported already: one that has ended is reported once for each attempt."""
    if not was_open and StoredReport.objects.filter(job=job, outcome="stored").count() > job.attempt:
        raise Rejected("the job was reported already", keep=False)


def _rejected(batch: Batch, report: Report, rejected: Rejected) -> ReportOutcome:
    job = batch.jobs.get(report.job_id)
    was_open = job is not None and queue.finish(job, batch.now, reason="unexpected reply", text=rejected.reason)
    if rejected.keep and was_open:  # one row for a job at most: an agent cannot fill the table with what is refused
        row = StoredReport(
            agent=batch.agent,
            report_id=report.id,
            job=job,
            sha256=report.sha256,
            outcome="rejected",
            reason=rejected.reason[:200],
            received_at=batch.now,
        )
        StoredReport.objects.bulk_create([row], ignore_conflicts=True)
        batch.stored[report.id] = Before(report.sha256, "rejected", rejected.reason[:200])
    events.note(batch.agent.site, batch.agent, events.ODD_REPORT, f"{report.id}: {rejected.reason}", batch.now)
    return ReportOutcome(report_id=report.id, outcome="rejected", reason=rejected.reason[:200])
