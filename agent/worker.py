"""The worker: the process in which jobs are done. It holds the pool, the credentials and the record of logons.

It is started when there is work and ends when there has been none for a while, so that an idle agent stays small. It
ends with the agent: when the pipe closes, what is under way is broken off.
"""

import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol

from pydantic import ValidationError

from agent.errors import AgentError
from agent.log_lines import set_up_log
from agent.state import State, open_state
from agent.worker_words import TO_WORKER, Begin, Channel, Do, Hold, Ready, Told, WordToWorker
from collectors.access import Access, Secret
from collectors.collect import Equipment
from collectors.driver_index import drivers
from collectors.facts import document
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.reading import Snapshot
from collectors.first_contact import NewKey
from collectors.link.jobs import DiscoverJob, Job, ScanJob, Target, TryAccessJob
from collectors.link.limits import REPORT_BYTES
from collectors.link.messages import AccessTried, FoundDevice
from collectors.logons import Step, account_of
from collectors.pool.job import Job as PoolJob
from collectors.pool.parent import Outcome, Pool
from collectors.pool.sizes import Sizes

logger = logging.getLogger(__name__)

_TOO_LARGE: Final = Gap(
    reason=GapReason.UNEXPECTED_REPLY, text=f"told more than the {REPORT_BYTES} bytes that one report may have"
)


_STEPS: Final[tuple[Step, ...]] = ("logon", "enable")
_LOOK_S: Final = 0.25
_END_S: Final = 2.0


class WorkSite(Protocol):
    """What the worker needs of the site's parts."""

    devices_at_once: int

    def admitted(self, target: Target) -> tuple[Access, Secret]:
        """Return how a target is read, bound to the judged address; raises AgentError with the reason why not."""

    def discovered(self, job: DiscoverJob, stop: Callable[[], bool]) -> tuple[FoundDevice, ...]:
        """Return what is found; raises AgentError, also soon after `stop` has become true."""

    def tried(self, job: TryAccessJob, access: Access, secret: Secret) -> AccessTried:
        """Return how trying one access went; raises AgentError."""


OpenSite = Callable[[Begin, State], WorkSite]


class _Over(Exception):
    """The agent is gone: nothing is worth finishing."""


@dataclass
class Worker:
    """The jobs in hand, and where their words go."""

    channel: Channel
    site: WorkSite
    state: State
    _scans: "queue.SimpleQueue[PoolJob | None]" = field(default_factory=queue.SimpleQueue)
    _in_hand: dict[str, tuple[ScanJob, PoolJob]] = field(default_factory=dict)
    _pins: dict[tuple[str, str, int], dict[str, str]] = field(default_factory=dict)
    _asides: list[threading.Thread] = field(default_factory=list)
    _gone: bool = False
    _stopping: bool = False

    def run(self, pool: Pool) -> None:
        """Do jobs until the agent says stop or is gone."""
        threading.Thread(target=self._listen, name="jobs in", daemon=True).start()
        try:
            while not self._stopping and (first := self._scans.get()) is not None:
                for outcome in pool.outcomes([first], self._arrived):
                    self._end(outcome)
        except _Over:
            logger.warning("the agent is gone, what was under way is broken off")
        while not self._gone and (left := [one for one in self._asides if one.is_alive()]):
            left[0].join(_LOOK_S)
        for one in self._asides:
            one.join(_END_S)  # a discovery ends its own process, which would outlive us

    def trusted(self, key: NewKey) -> None:
        """Remember a key that was trusted at first contact for the report of its job."""
        logger.info("a key was trusted at first contact", extra={"address": key.access.address, "kind": key.kind})
        self._pins.setdefault(_place(key.access), {})[key.kind] = key.fingerprint

    def judged(self, job: PoolJob, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot if it may be of that device; devices are known by their id, never by a name."""
        scan, _ = self._in_hand[job.id]
        return self.state.marks.judge(scan.target.device_id, job.access, snapshot)

    def _listen(self) -> None:
        """Take jobs in until the agent says stop; then wait for the end of the pipe, which ends everything."""
        while isinstance(word := self._heard(), Do):
            self._take(word)
        self._stopping = True
        self._gone = word is None
        self._scans.put(None)
        while not self._gone:
            self._gone = self.channel.receive() is None

    def _heard(self) -> WordToWorker | None:
        raw = self.channel.receive()
        try:
            return None if raw is None else TO_WORKER.validate_json(raw)
        except ValidationError:
            logger.error("the agent said something that its worker does not understand")
            return None

    def _take(self, word: Do) -> None:
        job = word.job
        if isinstance(job, DiscoverJob):
            self._aside(job, lambda: Told(job_id=job.id, found=self.site.discovered(job, lambda: self._gone)))
            return
        try:
            access, secret = self.site.admitted(job.target)
        except AgentError as error:
            self._say(Told(job_id=job.id, refused=str(error)))
            return
        if isinstance(job, TryAccessJob):
            tried = job
            self._aside(job, lambda: self._tried(tried, access, secret))
            return
        asked = PoolJob(
            id=job.id,
            name=job.target.name,
            access=access,
            secret=secret,
            urgent=job.urgent,
            clock_ahead_s=word.clock_ahead_s,
        )
        self._in_hand[job.id] = (job, asked)
        self._scans.put(asked)

    def _arrived(self) -> Iterator[PoolJob]:
        if self._gone:
            raise _Over
        with suppress(queue.Empty):
            while (job := self._scans.get_nowait()) is not None:
                yield job

    def _end(self, outcome: Outcome) -> None:
        scan, asked = self._in_hand.pop(outcome.job.id)
        snapshot = outcome.snapshot
        told = document.to_json(snapshot)
        if len(told) > REPORT_BYTES:
            told = document.to_json(snapshot.model_copy(update={"readings": (), "problem": _TOO_LARGE}))
        new_pins = self._pins.pop(_place(asked.access), {})
        hold = self._hold(asked, None if snapshot.problem is None else snapshot.problem.reason, scan.target)
        self._say(Told(job_id=scan.id, document=told, new_pins=new_pins, hold=hold))

    def _tried(self, job: TryAccessJob, access: Access, secret: Secret) -> Told:
        tried = self.site.tried(job, access, secret)
        asked = PoolJob(id=job.id, name=job.target.name, access=access, secret=secret)
        return Told(
            job_id=job.id,
            tried=tried,
            new_pins=self._pins.pop(_place(access), {}),
            hold=self._hold(asked, tried.reason, job.target),
        )

    def _hold(self, asked: PoolJob, reason: GapReason | None, target: Target) -> Hold | None:
        """Return how the credential stands after the job; None where it was not sent and is not on hold."""
        if target.credential is None:
            return None
        if reason is None:
            return Hold(credential=target.credential, state="works")
        if reason not in {GapReason.ACCESS_DENIED, GapReason.CREDENTIAL_ON_HOLD}:
            return None
        accounts = [account_of(asked.secret, asked.access, step) for step in _STEPS]
        users = {(account.user, account.realm) for account in accounts}
        since = next((hold.since for hold in self.state.ledger.holds() if (hold.user, hold.realm) in users), None)
        if since is None:
            return None
        refused = reason is GapReason.ACCESS_DENIED
        return Hold(credential=target.credential, state="refused" if refused else "waits", since=since)

    def _aside(self, job: Job, act: Callable[[], Told]) -> None:
        """Do what is no scan in a thread of its own."""

        def run() -> None:
            try:
                self._say(act())
            except AgentError as error:
                self._say(Told(job_id=job.id, refused=str(error)))

        self._asides = [one for one in self._asides if one.is_alive()]
        self._asides.append(threading.Thread(target=run, name=job.kind, daemon=True))
        self._asides[-1].start()

    def _say(self, word: Told) -> None:
        with suppress(OSError, ValueError):  # the agent is gone, and the listener sees it
            self.channel.send(word)


def serve(channel: Channel, open_site: OpenSite, equipment: Equipment | None = None) -> None:
    """Do the agent's jobs until it says stop or is gone."""
    first = channel.receive()
    begin = None if first is None else TO_WORKER.validate_json(first)
    if not isinstance(begin, Begin):
        return

    def tell(key: NewKey) -> None:
        worker.trusted(key)

    with open_state(lambda _: None, tell=tell) as state:
        site = open_site(begin, state)
        worker = Worker(channel, site, state)
        with Pool(
            state.ledger,
            state.pins,
            sizes=Sizes(at_once_count=site.devices_at_once),
            equipment=equipment,
            judge=worker.judged,
            pace=state.pace,
        ) as pool:
            try:
                channel.send(Ready(drivers={name: driver.TRANSPORT for name, driver in drivers().items()}))
            except OSError:  # the agent was gone before its worker was ready
                return
            worker.run(pool)


def main(open_site: OpenSite) -> None:
    """Serve over the standard streams; whatever else writes to stdout goes to stderr."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the agent decides what an interruption means
    set_up_log(logging.INFO)
    reads, writes = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    try:
        serve(Channel(reads, writes), open_site)
    except (AgentError, ValidationError) as error:
        logger.error("the worker cannot work", extra={"why": str(error)})
        sys.exit(2)


def _place(access: Access) -> tuple[str, str, int]:
    return access.transport, access.address.casefold(), access.port_or_default
