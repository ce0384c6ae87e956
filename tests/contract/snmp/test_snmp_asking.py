"""Pace and retries of one agent, with an engine that is written down."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from collectors.access import Deadline
from collectors.errors import AccessDenied, UnexpectedReply
from collectors.facts.gaps import GapReason
from collectors.replies import SnmpValue
from collectors.transports.snmp import gufo_engine
from collectors.transports.snmp.asking import Asking
from collectors.transports.snmp.careful_engine import CarefulEngine
from collectors.transports.snmp.engine import NoAnswer, Row, Rows, TooBig, Unclear, Version
from collectors.transports.snmp.repetitions import Repetitions
from collectors.transports.snmp.usm import EngineCache
from tests.contract.snmp.test_snmp_version_3 import user

ONE = SnmpValue("integer", 1)
OIDS = [f"1.3.6.1.4.1.9.{number}.0" for number in range(1, 26)]


@dataclass
class WrittenEngine:
    """Does what it is told on each request, and notes what it was asked."""

    does: Callable[[int], object] = lambda _: None
    version: Version = "2c"
    engine_id: str | None = None
    sent_secret: bool = False
    asked: list[int] = field(default_factory=list)
    closed: bool = False

    def get(self, oids: Sequence[str], timeout_s: float) -> list[SnmpValue | None]:
        self.asked.append(len(oids))
        self.does(len(oids))
        return [ONE] * len(oids)

    def next_rows(self, oid: str, repetitions: int, timeout_s: float) -> Rows:
        self.asked.append(repetitions)
        self.does(repetitions)
        return Rows((Row(f"{oid}.1", ONE),))

    def close(self) -> None:
        self.closed = True


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.slept_s: list[float] = []

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.now_s += seconds


def asking(engine: WrittenEngine | CarefulEngine, questions_per_s: float = 0, clock: Clock | None = None) -> Asking:
    clock = clock or Clock()
    return Asking(engine, Deadline(60, clock), questions_per_s, clock, clock.sleep)


def too_big_above(most: int) -> Callable[[int], object]:
    def does(size: int) -> None:
        if size > most:
            raise TooBig

    return does


def fails(error: Exception) -> Callable[[int], object]:
    def does(_: int) -> None:
        raise error

    return does


def test_scalars_go_ten_a_message() -> None:
    engine = WrittenEngine()
    assert len(asking(engine).get(OIDS).values) == 25
    assert engine.asked == [10, 10, 5]


def test_a_pack_that_is_too_big_is_halved_and_nothing_is_asked_twice() -> None:
    engine = WrittenEngine(too_big_above(3))
    assert len(asking(engine).get(OIDS[:10]).values) == 10
    assert [size for size in engine.asked if size <= 3] == [2, 3, 2, 3]


def test_one_object_that_is_too_big_alone_is_a_gap() -> None:
    answers = asking(WrittenEngine(too_big_above(0))).get(OIDS[:2])
    assert {gap.reason for gap in answers.gaps.values()} == {GapReason.UNEXPECTED_REPLY}
    assert set(answers.gaps) == set(OIDS[:2])


def test_the_pace_is_kept_between_requests() -> None:
    clock = Clock()
    asking(WrittenEngine(), questions_per_s=4, clock=clock).get(OIDS)
    assert clock.slept_s == [0.25, 0.25]


def test_rows_are_halved_when_nothing_comes() -> None:
    engine = WrittenEngine(fails(NoAnswer()))
    with pytest.raises(Exception, match="is not answered"):
        asking(engine).next_rows("1.3.6.1.2.1.2.2.1.2", Repetitions(20))
    assert engine.asked == [20, 10, 5]


def test_nothing_is_asked_after_a_refusal() -> None:
    engine = WrittenEngine(fails(AccessDenied("refused the account")))
    answers = asking(engine).get(OIDS)
    assert engine.asked == [10]
    assert {gap.reason for gap in answers.gaps.values()} == {GapReason.ACCESS_DENIED}
    assert set(answers.gaps) == set(OIDS)


def test_the_last_attempt_is_the_references() -> None:
    fast, reference = WrittenEngine(fails(NoAnswer())), WrittenEngine()
    assert len(asking(CarefulEngine(fast, lambda: reference)).get(OIDS[:3]).values) == 3
    assert (fast.asked, reference.asked) == ([3, 3], [3])


def test_the_reference_is_not_made_where_the_fast_engine_is_clear() -> None:
    def make() -> WrittenEngine:
        raise AssertionError("the reference was made")

    assert len(asking(CarefulEngine(WrittenEngine(), make)).get(OIDS).values) == 25


def test_a_fast_engine_that_is_never_clear_is_given_up() -> None:
    fast, reference = WrittenEngine(fails(Unclear())), WrittenEngine()
    assert len(asking(CarefulEngine(fast, lambda: reference)).get(OIDS * 3).values) == 25
    assert fast.closed
    assert len(fast.asked) == 4


def test_a_pack_whose_answer_cannot_be_used_is_asked_one_by_one() -> None:
    def does(size: int) -> None:
        if size > 1:
            raise UnexpectedReply("is answered with other objects than were asked for")

    engine = WrittenEngine(does)
    assert len(asking(engine).get(OIDS[:4]).values) == 4
    assert engine.asked == [4, 1, 1, 1, 1]


def test_a_panic_of_the_fast_engines_library_is_unclear_and_other_ends_stay_what_they_are() -> None:
    class PanicException(BaseException):  # as pyo3 names it
        pass

    with pytest.raises(Unclear), gufo_engine._Panics():
        raise PanicException
    with pytest.raises(KeyboardInterrupt), gufo_engine._Panics():
        raise KeyboardInterrupt


def test_repetitions_shrink_to_the_largest_row_and_never_below_one() -> None:
    repetitions = Repetitions(20)
    repetitions.learn(1, 100)
    assert repetitions.count == 12  # 1,250 bytes
    repetitions.learn(1, 40)
    assert repetitions.count == 12
    repetitions.learn(1, 100_000)
    assert repetitions.count == 1
    assert not repetitions.halve()


def test_small_rows_fill_a_message_only_as_far_as_the_column_should_go() -> None:
    unknown, known = Repetitions(60), Repetitions(60, rows_left=50)
    for repetitions in (unknown, known):
        repetitions.learn(2, 20)
    assert unknown.count == 26  # what comes behind the end may be larger: 48 bytes each
    assert known.count == 48 + (1_250 - 48 * 20) // 48
    known.learn(48, 20)
    assert known.count == 26


def test_what_was_halved_stays_halved() -> None:
    repetitions = Repetitions(20)
    assert repetitions.halve()
    repetitions.learn(1, 20)
    assert repetitions.count == 10


def test_keys_are_made_once_for_an_engine_and_a_credential() -> None:
    cache, made = EngineCache(), []

    def make() -> tuple[bytes, bytes]:
        made.append(True)
        return b"auth", b"privacy"

    for credential in (user("ops", "SHA-256", "AES-128"), user("ops", "SHA-256", "AES-256")):
        for engine_id in ("8000aa", "8000aa", "8000bb"):
            assert cache.keys("pysnmp", credential, engine_id, make) == (b"auth", b"privacy")
    assert len(made) == 4
    assert "auth" not in repr(cache)
