"""The pool: it gives jobs to warm children, keeps every deadline, and tries again alone what a dead child left."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Literal, Self

from collectors.access import Pins
from collectors.collect import Equipment
from collectors.facts import document
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.reading import Device, Snapshot, TransportName
from collectors.pace import FullPace, Pace
from collectors.pool.child import DEFECT
from collectors.pool.crew import Crew
from collectors.pool.desk import Desk, Ledger
from collectors.pool.job import Job
from collectors.pool.messages import Began, Check, Done, Ended, Enter, Said, WordFromChild
from collectors.pool.sizes import Sizes
from collectors.pool.turns import Attempt, Turns
from collectors.pool.warm import InHand, WarmChild

logger = logging.getLogger(__name__)

_RECORD_FIELDS = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}
_POLL_S = 0.25
_DIED_TWICE = Gap(
    reason=GapReason.UNEXPECTED_REPLY,
    text="was not read: its process ended by itself, also alone (memory, processor time or a defect of ours)",
)


@dataclass(frozen=True)
class Progress:
    """What happens to a job, for a progress display: it began, is tried again alone, is done."""

    word: Literal["began", "again", "done"]
    job: Job


@dataclass(frozen=True)
class Outcome:
    """A job's snapshot, and its recording when one was wanted and the device answered."""

    job: Job
    snapshot: Snapshot
    recording: str | None = None


class Pool:
    """Warm children and the run that uses them. One run at a time; the caller drives it by taking the outcomes."""

    def __init__(
        self,
        ledger: Ledger,
        pins: Pins,
        *,
        sizes: Sizes | None = None,
        equipment: Equipment | None = None,
        judge: Callable[[Job, Snapshot], Snapshot] = lambda _, snapshot: snapshot,
        pace: Pace | None = None,
        on_progress: Callable[[Progress], None] = lambda _: None,
        preload: Iterable[TransportName] = (),
    ) -> None:
        """Make a pool; children start when jobs come. `judge` may quarantine a snapshot: `collectors.known_marks`.

        `preload` names transports to load before the first child starts, beside those of the first run: children share
        the memory of what was loaded by then, and start faster (not on Windows).
        """
        self._sizes = sizes or Sizes()
        self._crew = Crew(self._sizes, equipment or Equipment())
        self._preload = frozenset(preload)
        self._desk = Desk(ledger, pins)
        self._judge = judge
        self._pace: Pace = pace or FullPace()
        self._on_progress = on_progress
        self._one_run = threading.Lock()

    def __enter__(self) -> Self:
        """Return the pool."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the children."""
        self.close()

    @property
    def pids(self) -> list[int]:
        """Return the process ids of the children."""
        return [child.pid for child in self._crew.children if child.pid is not None]

    def collect(self, job: Job) -> Snapshot:
        """Return the snapshot of one device."""
        return self.outcome(job).snapshot

    def outcome(self, job: Job) -> Outcome:
        """Return the outcome of one device."""
        (outcome,) = self.outcomes([job])
        return outcome

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[str, Snapshot]]:
        """Give each job's id with its snapshot, in the order in which devices are done."""
        for outcome in self.outcomes(jobs):
            yield outcome.job.id, outcome.snapshot

    def outcomes(self, jobs: Iterable[Job], arriving: Callable[[], Iterable[Job]] | None = None) -> Iterator[Outcome]:
        """Give each job's outcome as devices are done; what is not done when the caller stops is ended.

        `arriving` is asked several times a second for jobs that have come since; the run ends when nothing is left.
        """
        with self._one_run:
            turns = Turns(self._sizes.at_once_count, self._sizes.in_flight, [self._attempt(job) for job in jobs])
            if len({attempt.job.id for attempt in turns.waiting}) != len(turns.waiting):
                raise ValueError("the ids of a run's jobs must differ")
            try:
                while turns.unfinished:
                    for job in arriving() if arriving else ():
                        turns.add(self._attempt(job))
                    for outcome in self._give(turns) or self._listen(turns, at_most_s=_POLL_S if arriving else None):
                        self._on_progress(Progress("done", outcome.job))
                        yield outcome
            finally:
                self._break_off()
                self._crew.end_all(lambda child: child.alone)

    def _attempt(self, job: Job) -> Attempt:
        return Attempt(replace(job, pace_share=self._pace.share_of(job.access)))

    def close(self) -> None:
        """End all children; the pool can be used again and then starts new ones."""
        self._crew.end_all()

    def _break_off(self) -> None:
        """End the children that have something in hand; what they said of logons until then still counts."""
        broken = [child for child in self._crew.children if child.in_hand]
        for child in broken:
            self._crew.end(child)
        for child, word in self._crew.said():
            if child not in broken:
                self._crew.inbox.put((child, word))
            elif isinstance(word, Ended):
                self._desk.ended(child.id, word)
        for child in broken:
            self._desk.leave(child.id)

    def _give(self, turns: Turns) -> list[Outcome]:
        """Begin what may begin, and return the outcomes of devices whose credential is on hold."""
        outcomes = []
        while attempt := turns.take(time.monotonic(), self._crew.has_room):
            hold = self._desk.hold_of(attempt.job)
            if hold is not None:
                turns.end(attempt, time.monotonic())
                outcomes.append(Outcome(attempt.job, _unread(attempt.job, hold)))
                continue
            soon = {
                *self._preload,
                attempt.job.access.transport,
                *(other.job.access.transport for other in turns.waiting),
            }
            self._crew.give(attempt, soon)
        return outcomes

    def _listen(self, turns: Turns, at_most_s: float | None) -> list[Outcome]:
        """Take what children say until nothing is there, and return the outcomes in it."""
        outcomes: list[Outcome] = []
        patience_s = self._patience_s(turns)
        for child, word in self._crew.said(patience_s if at_most_s is None else min(patience_s, at_most_s)):
            if child in self._crew.children:
                outcomes += self._hear(child, word, turns)
        self._desk.answer_waiting()
        for child in self._crew.late():
            logger.warning(
                "a child process did not answer in time and is ended",
                extra={"pid": child.pid, "devices": [held.attempt.job.name for held in child.in_hand.values()]},
            )
            child.kill()
        return outcomes

    def _patience_s(self, turns: Turns) -> float:
        """Return how long to wait for a word before something else is due."""
        at_s = time.monotonic()
        moments = [held.answers_by_s for child in self._crew.children for held in child.in_hand.values()]
        moments += [at_s + _POLL_S] if self._desk.waits or not moments else []
        rest_ends_at_s = turns.wakes_at_s(at_s)
        moments += [] if rest_ends_at_s is None else [rest_ends_at_s]
        return max(0.01, min(moments) - at_s)

    def _hear(self, child: WarmChild, word: WordFromChild | None, turns: Turns) -> list[Outcome]:
        """Act on one word of a child, and return the outcomes that it brings."""
        match word:
            case None:
                return self._bury(child, turns)
            case Began(job_id=job_id) if job_id in child.in_hand:
                held = child.in_hand[job_id]
                held.answers_by_s = time.monotonic() + held.attempt.job.deadline_s + self._sizes.grace_s
                self._on_progress(Progress("began", held.attempt.job))
            case Enter():
                self._desk.enter(child.id, word, child.send)
            case Ended():
                self._desk.ended(child.id, word)
            case Check():
                self._desk.check(word, child.send)
            case Done(job_id=job_id) if job_id in child.in_hand:
                return self._finish(child, word, turns)
            case Said():
                extra = {name: value for name, value in word.extra.items() if name not in _RECORD_FIELDS}
                logging.getLogger(word.logger).log(word.level, word.text, extra=extra)
            case _:
                logger.warning("a child spoke of a job that it does not have", extra={"pid": child.pid})
        return []

    def _finish(self, child: WarmChild, word: Done, turns: Turns) -> list[Outcome]:
        """Take a job's document. One that ran out of memory beside others is tried again alone."""
        held = child.in_hand.pop(word.job_id)
        attempt = held.attempt
        took_s = attempt.job.deadline_s + self._sizes.grace_s - (held.answers_by_s - time.monotonic())
        self._desk.leave(child.id, word.job_id)
        turns.end(attempt, time.monotonic() + word.pause_s)
        shared = not child.alone and bool(child.in_hand or child.done_count)
        self._crew.release(child, word.memory_bytes, spent=word.out_of_memory)
        if word.out_of_memory and shared:
            self._again(attempt, turns)
            return []
        try:
            snapshot = document.parse(word.document)
        except ValueError:
            logger.error("a child's document could not be read", extra={"device": attempt.job.name})
            snapshot = _unread(attempt.job, DEFECT)
        if snapshot.problem is None:
            turns.learn(attempt.job.access.transport, took_s)
            self._pace.tell(attempt.job.access, took_s)
        return [Outcome(attempt.job, self._judge(attempt.job, snapshot), word.recording)]

    def _bury(self, child: WarmChild, turns: Turns) -> list[Outcome]:
        """Let a dead child go: what it had in hand is tried again alone, what was alone already is a gap."""
        left = sorted(child.in_hand.values(), key=lambda held: held.answers_by_s, reverse=True)
        child.in_hand.clear()
        self._desk.leave(child.id)
        self._crew.end(child)
        outcomes = []
        for held in left:
            turns.end(held.attempt, time.monotonic())
            if held.attempt.alone or (child.killed_as_late and len(left) == 1):
                gap = _late(held) if child.killed_as_late else _DIED_TWICE
                outcomes.append(Outcome(held.attempt.job, _unread(held.attempt.job, gap)))
            else:
                self._again(held.attempt, turns)
        return outcomes

    def _again(self, attempt: Attempt, turns: Turns) -> None:
        logger.warning("a device is tried again alone", extra={"device": attempt.job.name})
        self._on_progress(Progress("again", attempt.job))
        turns.waiting.append(Attempt(attempt.job, alone=True))


def _late(held: InHand) -> Gap:
    seconds = held.attempt.job.deadline_s
    return Gap(reason=GapReason.UNREACHABLE, text=f"did not end within {seconds:g} s, and its process had to be ended")


def _unread(job: Job, gap: Gap) -> Snapshot:
    access = job.access
    device = Device(name=job.name, driver=access.driver, address=access.address, transport=access.transport)
    observed_at = datetime.now(UTC) + timedelta(seconds=job.clock_ahead_s)
    return Snapshot(observed_at=observed_at, device=device, problem=gap)
