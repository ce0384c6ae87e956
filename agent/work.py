"""The desk of jobs: what the server asked for is judged, waits, is done by the worker, and ends as a report on disk.

A job is done when its report is in the spool, not before. It is long because everything that may keep a job from being
done stands here in one place.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from pydantic import ValidationError

from agent.clock import Clock
from agent.errors import SpoolFull, StateUnusable
from agent.holds import Holds
from agent.ports import SitePolicy
from agent.spool import Spool
from agent.steps import At, passing
from agent.worker_words import Do, Ready, Told, WordFromWorker
from collectors.defects import trace_of
from collectors.facts.plain_text import plain_line
from collectors.facts.transport import TransportName
from collectors.link.canonical import digest_of_report
from collectors.link.ids import new_id
from collectors.link.jobs import DiscoverJob, Job, ScanJob, TryAccessJob
from collectors.link.limits import LEASE_S
from collectors.link.messages import Report

logger = logging.getLogger(__name__)

JOBS_LIMIT: Final = 200
GIVEN_LIMIT: Final = 60
"""More than that the worker does not have in hand; the rest waits where it can still be cancelled."""
LESS_FROM_SHARE: Final = 0.80
NONE_FROM_SHARE: Final = 0.95
HANGS_S: Final = 3600.0
IDLE_S: Final = 120.0
TRIES_COUNT: Final = 2
REASON_SHOWN: Final = 200


class Doer(Protocol):
    """What the desk needs of the worker."""

    @property
    def pid(self) -> int | None:
        """Return the process id while there is one."""

    def ready(self) -> None:
        """Start the worker when there is none; raises OSError."""

    def give(self, job: Do) -> bool:
        """Return whether the job could be given to the worker that is there."""

    def end(self) -> None:
        """End the worker."""


@dataclass
class _Asked:
    job: Job
    leased_until_s: float
    given_at_s: float | None = None
    tries: int = 0


@dataclass
class Desk:
    """All jobs of the agent. The link's thread takes, gives and tells; the worker's words come in another thread."""

    policy: SitePolicy
    spool: Spool
    holds: Holds
    clock: Clock
    ring: Callable[[], None]
    """Wakes the link's loop: something can be sent or told."""
    at: At = passing
    drivers: dict[str, TransportName] = field(default_factory=dict)
    idle_since_s: float = 0.0
    _asked: dict[str, _Asked] = field(default_factory=dict)
    _refused: dict[str, str] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def take(self, jobs: Iterable[Job]) -> None:
        """Judge jobs and let the good ones wait; renew the leases of those that are in hand."""
        for job in jobs:
            with self._lock:
                if job.id in self._asked or len(self._asked) >= JOBS_LIMIT:
                    continue
                why = self._why_not(job)
                if why is None:
                    self._asked[job.id] = _Asked(job, self._lease())
                else:
                    self.refuse({job.id: why})
        self.at("jobs taken")

    def renew(self) -> None:
        """Renew the leases of all jobs: the server has just been told of them."""
        with self._lock:
            for asked in self._asked.values():
                asked.leased_until_s = self._lease()

    def refuse(self, reasons: Mapping[str, str]) -> None:
        """Remember why jobs are not done, for the next poll."""
        with self._lock:
            for job_id, why in reasons.items():
                if len(self._refused) < JOBS_LIMIT:
                    self._refused[job_id] = plain_line(why, REASON_SHOWN)
                logger.warning("a job is refused", extra={"job": job_id, "why": why})
        if reasons:
            self.ring()

    def cancel(self, job_ids: Iterable[str]) -> None:
        """Forget jobs that have not begun; those under way are finished and reported."""
        with self._lock:
            for job_id in job_ids:
                if job_id in self._asked and self._asked[job_id].given_at_s is None:
                    del self._asked[job_id]

    def running(self) -> tuple[str, ...]:
        """Return the jobs in hand, and those whose reports wait: the server is not to give them again."""
        with self._lock:
            in_hand = tuple(self._asked)
        left = JOBS_LIMIT - len(in_hand)
        waiting = self.spool.waiting_jobs(left) if left > 0 else ()
        return tuple(dict.fromkeys((*in_hand, *waiting)))[:JOBS_LIMIT]

    @property
    def refused(self) -> dict[str, str]:
        """Return what is to be told at the next poll."""
        with self._lock:
            return dict(self._refused)

    def told(self, refused: Iterable[str]) -> None:
        """Forget refusals that the server has heard."""
        with self._lock:
            for job_id in refused:
                self._refused.pop(job_id, None)

    @property
    def in_hand_count(self) -> int:
        """Return how many jobs wait or are under way."""
        with self._lock:
            return len(self._asked)

    def work(self, doer: Doer) -> None:
        """Give waiting jobs to the worker, drop what is too late, and end a worker that hangs or has been idle."""
        with self._lock:
            self._drop_late()
            due = bool(self._due())
        if due:
            doer.ready()  # it may wait for the end of an old one, whose last words need our lock
            with self._lock:
                given = self._due()
                for asked in given:
                    asked.given_at_s = self.clock.monotonic()
            for asked in given:
                self.at("before work is given")
                if not doer.give(Do(job=asked.job, clock_ahead_s=self.clock.offset_s)):
                    asked.given_at_s = None
        self._end_if_due(doer)

    def _due(self) -> list[_Asked]:
        """Return the jobs that may be given now: urgent ones first, one discovery at a time."""
        given = [one for one in self._asked.values() if one.given_at_s is not None]
        waiting = [one for one in self._asked.values() if one.given_at_s is None]
        discovering = any(isinstance(one.job, DiscoverJob) for one in given)
        due: list[_Asked] = []
        for asked in sorted(waiting, key=lambda one: not one.job.urgent):
            if isinstance(asked.job, DiscoverJob):
                if discovering:
                    continue
                discovering = True
            due.append(asked)
        return due[: max(0, GIVEN_LIMIT - len(given))]

    def heard(self, word: WordFromWorker) -> None:
        """Take a word of the worker."""
        if isinstance(word, Ready):
            self.drivers = dict(word.drivers)
            return
        self.at("outcome received")
        with self._lock:
            asked = self._asked.get(word.job_id)
        if asked is None:
            logger.warning("the worker spoke of a job that it does not have", extra={"job": word.job_id})
            return
        try:
            self._end(asked.job, word)
        except (SpoolFull, StateUnusable) as error:
            logger.error("what was read cannot be kept", extra={"job": word.job_id, "why": str(error)})
        except ValidationError as error:
            self.refuse({word.job_id: "what it gave cannot be reported: a defect of ours"})
            logger.error("what was read fits no report", extra={"job": word.job_id, "trace": trace_of(error)})
        with self._lock:
            self._asked.pop(word.job_id, None)
            self.idle_since_s = self.clock.monotonic()
        self.ring()

    def worker_ended(self) -> None:
        """Let what the worker had in hand be done again, once; then it is refused."""
        with self._lock:
            left = [one for one in self._asked.values() if one.given_at_s is not None]
            for asked in left:
                asked.given_at_s = None
                asked.tries += 1
                if asked.tries >= TRIES_COUNT:
                    del self._asked[asked.job.id]
                    self.refuse({asked.job.id: "the process that did it ended twice: a defect of ours"})
        if left:
            logger.warning("the worker ended with jobs in hand", extra={"jobs_count": len(left)})
        self.ring()

    def _why_not(self, job: Job) -> str | None:
        """Return why a job is not done; nothing has been sent to any device by then."""
        if self.spool.is_done(job.id, job.attempt):
            return "it was done already"
        if job.not_after <= self.clock.now():
            return f"it came too late: it was to be done before {job.not_after:%Y-%m-%d %H:%M:%S} UTC"
        if isinstance(job, ScanJob | TryAccessJob):
            named = job.target.driver
            if named is not None and self.drivers and self.drivers.get(named) != job.target.transport:
                return f"no driver of this agent is called {named!r} and reads over {job.target.transport}"
        share = self.spool.share_used()
        if share >= NONE_FROM_SHARE or (share >= LESS_FROM_SHARE and not job.urgent):
            return f"the spool is {share:.0%} full: what was read must be delivered first"
        return self.policy.allows(job)

    def _drop_late(self) -> None:
        """Drop what has waited too long: by its own end, or because its lease ended and it comes again."""
        at_s = self.clock.monotonic()
        for job_id, asked in list(self._asked.items()):
            if asked.given_at_s is not None:
                continue
            if asked.job.not_after <= self.clock.now():
                del self._asked[job_id]
                self.refuse({job_id: "its time was over before its turn came"})
            elif asked.leased_until_s < at_s:
                del self._asked[job_id]
                logger.warning("a job that waited is forgotten: its lease has ended", extra={"job": job_id})

    def _end_if_due(self, doer: Doer) -> None:
        at_s = self.clock.monotonic()
        with self._lock:
            given = [one.given_at_s for one in self._asked.values() if one.given_at_s is not None]
            hangs = bool(given) and at_s - min(given) > HANGS_S
            idle = not self._asked and at_s - self.idle_since_s > IDLE_S
        if doer.pid is not None and (hangs or idle):
            if hangs:
                logger.error("the worker does not end a job and is ended")
            doer.end()

    def _end(self, job: Job, word: Told) -> None:
        """Write the report of a job to the disk; then it is done. Raises SpoolFull, StateUnusable."""
        self._note_hold(job, word)
        if word.refused is not None:
            self.refuse({job.id: word.refused})
            return
        ended_at = self.clock.now()
        report = Report(
            id=new_id(ended_at),
            job_id=job.id,
            attempt=job.attempt,
            ended_at=ended_at,
            sha256=digest_of_report(word.document, word.found, word.tried),
            document=word.document,
            found=word.found,
            tried=word.tried,
            new_pins=word.new_pins,
        )
        target = job.target if isinstance(job, ScanJob) else None
        self.spool.put(report, f"{target.device_id}/{target.transport}" if target else f"{job.kind}/{job.id}")
        logger.info("a job is done", extra={"job": job.id, "kind": job.kind, "report": report.id})

    def _note_hold(self, job: Job, word: Told) -> None:
        if word.hold is None or not isinstance(job, ScanJob | TryAccessJob):
            return
        name, since = word.hold.credential, word.hold.since
        if word.hold.state == "works" or since is None:
            self.holds.lifted(name)
        elif word.hold.state == "refused":
            self.holds.refused(name, since, job.target.name)
        else:
            self.holds.waits(name, since, job.target.name, job.target.device_id)

    def _lease(self) -> float:
        return self.clock.monotonic() + LEASE_S
