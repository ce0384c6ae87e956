"""The loop of the link: poll, deliver, give work, wait; one thread, so that requests never overtake each other.

Requests carry a counter that only grows, and the server takes none that is behind: two threads would look like a clone.
"""

import logging
import os
import queue
import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from agent.allowance import Allowance, Uniform, back_off_s, jittered_s
from agent.clock import Clock
from agent.deliver import Delivery
from agent.enrolled import Enrolment, write_enrolment
from agent.errors import (
    AgentError,
    KeysUnusable,
    RestoredOrCloned,
    Revoked,
    ServerRefused,
    ServerUnavailable,
    SpoolFull,
    StateUnusable,
)
from agent.home import Home
from agent.own_file import write_own
from agent.poll import Poller, agent_version
from agent.rotation import Rotation
from agent.status import Running
from agent.work import Desk, Doer
from collectors.link.limits import JOBS_COUNT, POLL_IDLE_S
from collectors.link.messages import State

logger = logging.getLogger(__name__)

SOON_S: Final = 5.0
"""A refusal, or a desk that has become empty, is told after this, not at the next regular poll."""
NEARLY_EMPTY_COUNT: Final = 10
LOOK_S: Final = 15.0
"""How often the desk is looked at while a worker lives: what is too late, what hangs."""
STATUS_S: Final = 5.0
_OF_THE_DISK: Final = (StateUnusable, SpoolFull, KeysUnusable)
"""What a disk that is full or fails raises; it may be well again, so the agent goes on."""


class Bell:
    """Wakes the loop, from any thread and from a signal's handler: only the queue's `put` may be called in one."""

    def __init__(self, longest_s: float = 3600.0) -> None:
        self._rings: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._longest_s = longest_s
        self.stopped = False

    def ring(self) -> None:
        """Wake the loop."""
        self._rings.put(False)

    def stop(self) -> None:
        """Wake the loop for the last time."""
        self._rings.put(True)

    def wait(self, seconds: float) -> None:
        """Wait for a ring; several at once are one."""
        try:
            self._heard(self._rings.get(timeout=max(0.0, min(seconds, self._longest_s))))
            while True:
                self._heard(self._rings.get_nowait())
        except queue.Empty:
            return

    def _heard(self, stop: bool) -> None:
        self.stopped = self.stopped or stop


@dataclass
class Link:
    """Everything between the agent and its server."""

    home: Home
    enrolment: Enrolment
    poller: Poller
    delivery: Delivery
    desk: Desk
    doer: Doer
    rotation: Rotation
    bell: Bell
    boot_id: str
    clock: Clock
    uniform: Uniform = random.uniform
    allowance: Allowance = field(init=False)
    started_at: datetime = field(init=False)
    problem: str | None = None
    _last_success_at: datetime | None = None
    _polls_failed: int = 0
    _sends_failed: int = 0
    _poll_at_s: float = 0.0
    _polled_at_s: float = 0.0
    _send_at_s: float = 0.0
    _status_at_s: float = -1e9

    def __post_init__(self) -> None:
        self.allowance = Allowance(self.clock.monotonic)
        self.started_at = self.clock.wall()
        self.poller.state = self.enrolment.state

    def run(self) -> None:
        """Go on until the bell says stop; raises Revoked, and what the agent cannot work with."""
        while not self.bell.stopped:
            try:
                self.turn()
                wait_s = self.wait_s()
            except _OF_THE_DISK as error:
                self._note(error)
                self.delivery.spool.make_room()
                wait_s = LOOK_S
            self.bell.wait(wait_s)
        self._tell(now=True)

    def turn(self) -> None:
        """Do what is due now; raises Revoked."""
        try:
            if self.clock.monotonic() >= self._due_s():
                self._poll()
            elif self._may_send() and self.clock.monotonic() >= self._send_at_s:
                self._send()
        except Revoked as error:
            self._settle("revoked", str(error))
            raise
        try:
            self.desk.work(self.doer)
        except OSError as error:
            self.problem = f"The worker cannot be started ({error.strerror})."
            logger.error("the worker cannot be started", extra={"why": str(error)})
        self._tell()

    def wait_s(self) -> float:
        """Return the seconds until something is due."""
        moments = [self._due_s()]
        if self._may_send():
            moments.append(max(self._send_at_s, self.clock.monotonic() + self.allowance.wait_s()))
        if self.doer.pid is not None or self.desk.in_hand_count:
            moments.append(self.clock.monotonic() + LOOK_S)
        return max(0.0, min(moments) - self.clock.monotonic())

    def _due_s(self) -> float:
        """Return the moment of the next poll: earlier when something is to be told or asked."""
        if self._polls_failed or self.poller.state != "approved":
            return self._poll_at_s
        hungry = self.poller.given_count >= JOBS_COUNT and self.desk.in_hand_count < NEARLY_EMPTY_COUNT
        declare = self.delivery.spool.count() > 2 * JOBS_COUNT and not self.poller.backlog_declared
        if hungry or declare or self.desk.refused:
            return min(self._poll_at_s, self._polled_at_s + SOON_S)
        return self._poll_at_s

    def _may_send(self) -> bool:
        """Return whether reports can be sent: not before the server has answered a poll, nor when it takes none."""
        good = self.poller.state == "approved" and self._last_success_at is not None and self._polls_failed == 0
        return good and self.delivery.spool.count() > 0

    def _poll(self) -> None:
        self.allowance.take()
        self._polled_at_s = self.clock.monotonic()
        try:
            interval_s = self.poller.poll()
            self._polls_failed = 0
            self._went_well()
            self._settle(self.poller.state, None)
            if self.poller.state == "approved" and self.rotation.due():
                self._rotate()
        except ServerRefused as error:
            interval_s = self._mended_by_rotation(error)
        except AgentError as error:
            interval_s = self._failed(error)
        else:
            interval_s = jittered_s(interval_s, self.uniform)
        self.allowance.backlog = self.poller.backlog_declared
        self._poll_at_s = self.clock.monotonic() + interval_s

    def _rotate(self) -> None:
        self.poller.vault = self.rotation.rotate(self.poller.vault)

    def _mended_by_rotation(self, refused: ServerRefused) -> float:
        """Return the seconds until the next try: soon, when the refusal came of a rotation that had broken off."""
        if not self.rotation.pending:
            return self._failed(refused)
        try:
            self._rotate()
        except AgentError as error:
            return self._failed(error)
        return SOON_S

    def _send(self) -> None:
        if self.allowance.wait_s() > 0:
            return
        self.allowance.take()
        try:
            self.delivery.send()
            self._went_well()
            self._sends_failed = 0
        except ServerUnavailable as error:
            self._sends_failed += 1
            self._note(error)
            self._send_at_s = self.clock.monotonic() + back_off_s(self._sends_failed, error.after_s, self.uniform)
        except AgentError as error:
            self._send_at_s = self.clock.monotonic() + self._failed(error)

    def _went_well(self) -> None:
        self._last_success_at = self.clock.wall()
        self.problem = None

    def _failed(self, error: AgentError) -> float:
        """Return the seconds until the next try; raises what no try can mend."""
        self._polls_failed += 1
        self._note(error)
        if isinstance(error, Revoked):
            raise error
        if isinstance(error, ServerUnavailable):
            return back_off_s(self._polls_failed, error.after_s, self.uniform)
        if isinstance(error, RestoredOrCloned):
            self._settle("restored or cloned", str(error))
        elif isinstance(error, _OF_THE_DISK):
            self.delivery.spool.make_room()
        elif not isinstance(error, ServerRefused):
            raise error
        return jittered_s(POLL_IDLE_S, self.uniform) if not isinstance(error, StateUnusable) else SOON_S

    def _note(self, error: AgentError) -> None:
        self.problem = str(error)
        logger.warning("it did not go well", extra={"why": self.problem, "failures_count": self._polls_failed})

    def _settle(self, state: State, problem: str | None) -> None:
        """Remember a state of the server's, also for the time after a restart."""
        self.poller.state = state
        self.problem = problem
        if state != self.enrolment.state:
            logger.warning("the server says another state", extra={"state": state, "before": self.enrolment.state})
            self.enrolment = self.enrolment.model_copy(update={"state": state})
            write_enrolment(self.home.enrolment, self.enrolment)

    def _tell(self, *, now: bool = False) -> None:
        """Write down how the agent is, for `datumline agent status`."""
        if not now and self.clock.monotonic() < self._status_at_s + STATUS_S:
            return
        self._status_at_s = self.clock.monotonic()
        spool = self.delivery.spool
        try:
            running = Running(
                pid=os.getpid(),
                boot_id=self.boot_id,
                agent_version=agent_version(),
                started_at=self.started_at,
                updated_at=self.clock.wall(),
                state=self.poller.state,
                last_success_at=self._last_success_at,
                failures_count=self._polls_failed,
                problem=self.problem,
                clock_ahead_s=round(self.clock.offset_s, 1),
                jobs_count=self.desk.in_hand_count,
                worker_pid=self.doer.pid,
                rejected_count=spool.rejected_count(),
                spool=spool.told(),
                policy=self.poller.policy.told(),
                on_hold=self.poller.holds.told(),
            )
            write_own(self.home.status, running)
        except (StateUnusable, SpoolFull) as error:
            logger.warning("the status cannot be written", extra={"why": str(error)})
