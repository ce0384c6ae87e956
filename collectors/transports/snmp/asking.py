"""Asking one agent: pace, deadline, retries, and GETs packed as densely as the agent bears."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from collectors.access import Deadline
from collectors.errors import AccessDenied, CollectError, UnexpectedReply, Unreachable
from collectors.facts.gaps import Gap, GapReason
from collectors.replies import SnmpValue
from collectors.transports.snmp.careful_engine import CarefulEngine
from collectors.transports.snmp.engine import (
    NO_SUCH_NAME,
    REFUSALS,
    VALUE_LIMIT_BYTES,
    Engine,
    ErrorStatus,
    NoAnswer,
    Rows,
    TooBig,
)
from collectors.transports.snmp.repetitions import Repetitions

T = TypeVar("T")

TIMEOUTS_S = (2.0, 3.0, 5.0)  # UDP loses messages: two retries, each more patient
SCALARS_A_MESSAGE = 10
SILENT_LIMIT_COUNT = 2  # questions in a row without any answer: the agent is gone, the rest is not asked
SILENT = "is not answered"
BROKEN = "is answered with messages that are no answer to the question"
BROKEN_LIMIT_COUNT = 5  # questions whose answers could not be read at all, in one session
TOO_LONG = Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is longer than {VALUE_LIMIT_BYTES} bytes, which no fact needs")


class NoUsableAnswer(UnexpectedReply):
    """Something came each time, and it was never the answer: broken messages, or those of another question."""


@dataclass
class Answers:
    """What came: values by OID, and gaps by the OID that was asked. Neither: the agent has no such object."""

    values: dict[str, SnmpValue] = field(default_factory=dict)
    gaps: dict[str, Gap] = field(default_factory=dict)


class Asking:
    """One agent with its engine. Every request goes through here; the pace is the least time between two of them."""

    def __init__(
        self,
        engine: Engine,
        deadline: Deadline,
        questions_per_s: float = 20.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.engine = engine
        self.deadline = deadline
        self.pause_s = 1 / questions_per_s if questions_per_s > 0 else 0.0
        self._clock, self._sleep = clock, sleep
        self._asked_at_s = -math.inf
        self._silent_count = self._broken_count = 0
        self._ended: CollectError | None = None

    def get(self, oids: Sequence[str]) -> Answers:
        """Return the values of scalars; one that fails leaves its gap and loses no other."""
        answers = Answers()
        waiting = [list(oids[start : start + SCALARS_A_MESSAGE]) for start in range(0, len(oids), SCALARS_A_MESSAGE)]
        while waiting:
            pack = waiting.pop(0)
            try:
                values = self.attempt(lambda engine, timeout_s, pack=pack: engine.get(pack, timeout_s))  # type: ignore[misc]
            except TooBig:
                if len(pack) == 1:
                    answers.gaps[pack[0]] = _gap("is too big for one message")
                else:
                    waiting[:0] = [pack[: len(pack) // 2], pack[len(pack) // 2 :]]
            except ErrorStatus as error:
                waiting[:0] = _without_named(pack, error, answers)
            except CollectError as error:
                waiting[:0] = self._after(error, pack, answers)
            else:
                for oid, value in zip(pack, values, strict=True):
                    _keep(oid, value, answers)
        return answers

    def next_rows(self, oid: str, repetitions: Repetitions) -> Rows:
        """Return the objects after `oid`. After each silence or tooBig fewer are asked for.

        Raises ErrorStatus and CollectErrors.
        """
        while True:
            try:
                return self.attempt(
                    lambda engine, timeout_s: engine.next_rows(oid, repetitions.count, timeout_s), repetitions.halve
                )
            except TooBig as error:
                if not repetitions.halve():
                    raise UnexpectedReply("holds an object that is too big for one message") from error

    def attempt(self, ask: Callable[[Engine, float], T], on_silence: Callable[[], object] | None = None) -> T:
        """Return the answer to one request, sent again while nothing comes; refused ones are never sent again.

        Raises TooBig, ErrorStatus and CollectErrors.
        """
        if self._ended is not None:
            raise self._ended
        heard = False
        for number, timeout_s in enumerate(TIMEOUTS_S, 1):
            try:
                patience_s = self._wait_for_turn(timeout_s)
            except Unreachable as end:
                raise (NoUsableAnswer(BROKEN) if heard else end) from end
            engine = self.engine
            if number == len(TIMEOUTS_S) and isinstance(engine, CarefulEngine):
                engine = engine.reference  # it hears what the fast engine drops
            try:
                answer = ask(engine, patience_s)
            except NoAnswer as silence:
                if heard and silence.heard:
                    break  # broken twice, broken always
                heard |= silence.heard
                if on_silence is not None:
                    on_silence()
            except AccessDenied as error:
                self._ended = error  # nothing more is sent with this account
                raise
            else:
                self._silent_count = 0
                return answer
        raise self._silence(heard)

    def _wait_for_turn(self, timeout_s: float) -> float:
        """Wait until the pace allows a request and return how long it may take; raises Unreachable at the deadline."""
        wait_s = self._asked_at_s + self.pause_s - self._clock()
        if wait_s > 0:
            self._sleep(self.deadline.left_s(wait_s))
        patience_s = self.deadline.left_s(timeout_s)
        self._asked_at_s = self._clock()
        return patience_s

    def _silence(self, heard: bool) -> CollectError:
        """Count a question that nothing useful came for, and return its error."""
        if heard:
            self._broken_count += 1
            if self._broken_count >= BROKEN_LIMIT_COUNT:
                self._ended = UnexpectedReply("was not asked: the device answers with broken messages")
            return NoUsableAnswer(BROKEN)
        self._silent_count += 1
        if self._silent_count >= SILENT_LIMIT_COUNT:
            self._ended = Unreachable("was not asked: the device has stopped answering")
        return Unreachable(f"{SILENT}, asked {len(TIMEOUTS_S)} times")

    def _after(self, error: CollectError, pack: list[str], answers: Answers) -> list[list[str]]:
        """Return the packs to ask instead of a failed one: each alone when the answer as a whole could not be used."""
        if isinstance(error, UnexpectedReply) and not isinstance(error, NoUsableAnswer) and len(pack) > 1:
            return [[oid] for oid in pack]
        answers.gaps |= dict.fromkeys(pack, error.gap)
        return []


def _keep(oid: str, value: SnmpValue | None, answers: Answers) -> None:
    if value is None or value.kind == "null":
        return
    if isinstance(value.raw, bytes) and len(value.raw) > VALUE_LIMIT_BYTES:
        answers.gaps[oid] = TOO_LONG
    else:
        answers.values[oid] = value


def _without_named(pack: list[str], error: ErrorStatus, answers: Answers) -> list[list[str]]:
    """Return the packs to ask after an error for one object: without it, or one by one when none is named."""
    if not 1 <= error.index <= len(pack):
        if len(pack) > 1:
            return [[oid] for oid in pack]
        named = pack[0]
    else:
        named = pack[error.index - 1]
    if error.status != NO_SUCH_NAME:
        answers.gaps[named] = gap_of(error)
    rest = [oid for oid in pack if oid != named]
    return [rest] if rest else []


def gap_of(error: ErrorStatus) -> Gap:
    """Return the gap that an agent's error leaves."""
    if error.status in REFUSALS:
        return Gap(reason=GapReason.ACCESS_DENIED, text=f"is not shown to this account ({error.name})")
    return _gap(f"could not be read by the agent itself ({error.name})")


def _gap(text: str) -> Gap:
    return Gap(reason=GapReason.UNEXPECTED_REPLY, text=text)
