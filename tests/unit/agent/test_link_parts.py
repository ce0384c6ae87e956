"""The small parts of the link: keys, counter, clock, allowance, bell, and what an operator is told."""

import random
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.allowance import Allowance, back_off_s, jittered_s
from agent.clock import Clock
from agent.enrolled import BLOCK_COUNT, Counter, Enrolment
from agent.errors import AlreadyRunning, KeysUnusable, StateUnusable
from agent.holds import Holds
from agent.home import Home, runs
from agent.keys import made_keys, own_keys, read_keys, write_keys
from agent.link import Bell
from agent.server_line import Road
from agent.status import Running, Seen, ago, status_of
from collectors.facts.exit_codes import ExitCode
from collectors.link.messages import OnHold, Policy, Spool, State

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def test_keys_are_made_once_and_stay_the_same(tmp_path: Path) -> None:
    first, second = own_keys(tmp_path / "keys.json", AT), own_keys(tmp_path / "keys.json", AT)
    assert (first.fingerprint, first.made_at) == (second.fingerprint, second.made_at)


def test_keys_never_show_in_a_text(tmp_path: Path) -> None:
    keys = made_keys(AT)
    secret = keys.signing.private_bytes_raw().hex()
    write_keys(tmp_path / "keys.json", keys)
    assert secret not in f"{keys!r} {keys}"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has access lists instead of modes")
def test_keys_that_others_may_read_are_refused_and_say_what_to_do(tmp_path: Path) -> None:
    own_keys(tmp_path / "keys.json", AT)
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0
    (tmp_path / "keys.json").chmod(0o644)
    with pytest.raises(KeysUnusable, match="enrol it anew"):
        read_keys(tmp_path / "keys.json")


@pytest.mark.parametrize("content", [b"", b"{}", b"nothing", b"\xff\xff", b'{"format":"other"}', b"[]"])
def test_damaged_keys_are_refused_without_their_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "keys.json"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(KeysUnusable, match="damaged"):
        read_keys(file)


def test_a_counter_is_never_given_twice_across_restarts(tmp_path: Path) -> None:
    seen: set[tuple[int, int]] = set()
    chance = random.Random(7)
    for _ in range(20):
        counter = Counter(tmp_path / "counter.json")
        for _ in range(chance.randint(0, 2 * BLOCK_COUNT + 5)):
            pair = counter.next()
            assert pair not in seen
            assert not seen or pair > max(seen)
            seen.add(pair)


def test_a_higher_epoch_begins_at_one_and_a_lower_one_is_passed_over(tmp_path: Path) -> None:
    counter = Counter(tmp_path / "counter.json")
    counter.next()
    assert (counter.renewed(5), counter.next(), counter.renewed(4), counter.renewed(5)) == (True, (5, 1), False, False)
    assert Counter(tmp_path / "counter.json").next()[0] == 5


def test_the_counter_of_an_enrolment_goes_on_behind_it(tmp_path: Path) -> None:
    counter = Counter(tmp_path / "counter.json")
    counter.begin(1)
    assert counter.next() == (1, 2)
    counter.begin(3)
    assert counter.next() == (3, 2)


def test_a_damaged_counter_is_told_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "counter.json").write_text('{"epoch": 1')
    with pytest.raises(StateUnusable, match="damaged"):
        Counter(tmp_path / "counter.json")


class Hands:
    """Both clocks of a machine."""

    def __init__(self) -> None:
        self.wall, self.seconds = AT, 50.0
        self.clock = Clock(lambda: self.wall, lambda: self.seconds)


@given(jump_days=st.integers(-3_650, 3_650), passed_s=st.integers(0, 10**6))
def test_once_the_server_has_spoken_the_hosts_clock_may_jump(jump_days: int, passed_s: int) -> None:
    hands = Hands()
    hands.clock.heard(AT, hands.seconds)
    hands.wall += timedelta(days=jump_days)
    hands.seconds += passed_s
    assert hands.clock.now() == AT + timedelta(seconds=passed_s)


def test_a_clock_that_fits_the_answer_is_left_alone() -> None:
    hands = Hands()
    hands.clock.heard(AT, 50.0)
    hands.seconds += 20
    before = hands.clock.now()
    hands.clock.heard(AT + timedelta(seconds=11), 60.0)  # written nine seconds ago, asked ten seconds ago
    assert hands.clock.now() == before


def test_a_clock_that_does_not_fit_is_set_to_the_middle_of_the_question_and_its_answer() -> None:
    hands = Hands()
    hands.seconds += 10
    hands.clock.heard(AT + timedelta(days=1), 50.0)
    assert hands.clock.now() == AT + timedelta(days=1, seconds=5)


def test_before_the_server_has_spoken_it_is_the_hosts_clock() -> None:
    assert (Hands().clock.now(), Hands().clock.offset_s) == (AT, 0.0)


class Monotonic:
    def __init__(self) -> None:
        self.at_s = 0.0

    def __call__(self) -> float:
        return self.at_s


def sent_in(allowance: Allowance, monotonic: Monotonic, seconds: float) -> int:
    """Return how many requests go out in so many seconds when there is always something to send."""
    count, ends_at_s = 0, monotonic.at_s + seconds
    while monotonic.at_s < ends_at_s:
        wait_s = allowance.wait_s()
        if wait_s > 0:
            monotonic.at_s += wait_s
            continue
        allowance.take()
        count += 1
    return count


def test_the_agent_stays_below_what_the_server_allows() -> None:
    monotonic = Monotonic()
    assert sent_in(Allowance(monotonic), monotonic, 3600) <= 60 + 10 * 60


def test_with_a_declared_backlog_it_sends_faster_and_stays_below_sixty_a_minute() -> None:
    monotonic = Monotonic()
    allowance = Allowance(monotonic, backlog=True)
    count = sent_in(allowance, monotonic, 600)
    assert 400 < count <= 60 + 60 * 10


@given(st.integers(1, 1_000), st.floats(0, 1))
def test_a_wait_after_failures_is_between_one_second_and_five_minutes(failures: int, share: float) -> None:
    waited_s = back_off_s(failures, None, lambda least, most: least + share * (most - least))
    assert 1 <= waited_s <= 300


def test_a_wait_is_never_shorter_than_the_server_asks() -> None:
    assert back_off_s(1, 900.0) >= 900


@given(st.floats(5, 3600))
def test_an_interval_is_a_tenth_more_or_less(seconds: float) -> None:
    assert 0.89 * seconds <= jittered_s(seconds) <= 1.11 * seconds


def test_a_bell_wakes_and_stops_from_another_thread() -> None:
    bell = Bell()
    threading.Timer(0.05, bell.stop).start()
    began_s = time.monotonic()
    bell.wait(60)
    assert (bell.stopped, time.monotonic() - began_s < 30) == (True, True)


def test_several_rings_are_one() -> None:
    bell = Bell()
    for _ in range(5):
        bell.ring()
    bell.wait(60)
    began_s = time.monotonic()
    bell.wait(0.01)
    assert (bell.stopped, time.monotonic() - began_s >= 0.01) == (False, True)


def test_a_home_has_one_agent(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert not runs(home)
    with home.owned():
        assert runs(home)
        with pytest.raises(AlreadyRunning), home.owned():
            pass
    assert not runs(home)


@pytest.mark.parametrize(
    ("server", "right"),
    [
        ("https://datumline.example", True),
        ("https://datumline.example:8443/under", True),
        ("https://192.0.2.1", True),
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://[::1]:8000", True),
        ("http://datumline.example", False),
        ("http://127.0.0.1.example.test", False),
        ("https://user@datumline.example", False),
        ("https://user:secret@datumline.example", False),
        ("ftp://datumline.example", False),
        ("datumline.example", False),
        ("https://", False),
        ("https://datumline.example/?x=1", False),
        ("", False),
    ],
)
def test_only_https_is_taken_but_for_the_machine_itself(server: str, right: bool) -> None:
    assert (Road(server).problem is None) == right


def test_holds_are_counted_and_outlive_a_restart(tmp_path: Path) -> None:
    holds = Holds(tmp_path / "holds.json")
    holds.refused("fw-ro", AT, "fw1")
    for device in ("a", "b", "a"):
        holds.waits("fw-ro", AT, "sw1", device)
    (told,) = Holds(tmp_path / "holds.json").told()
    assert (told.device, told.refused_count, told.waiting_count, told.since) == ("fw1", 1, 2, AT)


def test_a_credential_that_works_again_is_no_longer_on_hold(tmp_path: Path) -> None:
    holds = Holds(tmp_path / "holds.json")
    holds.refused("fw-ro", AT, "fw1")
    holds.lifted("fw-ro")
    holds.lifted("another")
    assert Holds(tmp_path / "holds.json").told() == ()


def enrolment(state: State = "approved") -> Enrolment:
    return Enrolment(
        server="https://datumline.example",
        agent_id=ID,
        client="Example Ltd",
        site="Head office",
        site_id=ID,
        state=state,
        enrolled_at=AT,
    )


def running(**changes: object) -> Running:
    told: dict[str, object] = {
        "pid": 4711,
        "boot_id": ID,
        "agent_version": "0.1.0",
        "started_at": AT,
        "updated_at": AT,
        "state": "approved",
        "last_success_at": AT,
        "spool": Spool(reports_count=0, bytes=0, capacity_bytes=1000),
        "policy": Policy(sha256="0" * 64, networks=(), ports=(), transports=(), devices_at_once=1),
    }
    return Running.model_validate({**told, **changes})


def seen(
    state: State = "approved", told: Running | None = None, *, alive: bool = True, answers: bool | None = True
) -> Seen:
    problem = None if answers else "It is away."
    return Seen(enrolment(state), "AAAA", told or running(state=state), alive, answers, problem)


NOW = AT + timedelta(seconds=30)
LATER = AT + timedelta(hours=3)
HELD = OnHold(credential="fw-ro", since=AT, device="fw1", refused_count=1, waiting_count=2)


@pytest.mark.parametrize(
    ("what", "at", "code", "says"),
    [
        (Seen(None, None, None, False, None, None), NOW, ExitCode.USAGE, "datumline agent enrol"),
        (seen(), NOW, ExitCode.DONE, None),
        (seen("pending"), NOW, ExitCode.ACCESS_DENIED, "compare the fingerprint"),
        (seen("restored or cloned"), NOW, ExitCode.ACCESS_DENIED, "confirm this agent"),
        (seen("revoked", alive=False), NOW, ExitCode.ACCESS_DENIED, "revoked"),
        (seen(alive=False), NOW, ExitCode.USAGE, "start its service"),
        (seen(answers=False), NOW, ExitCode.UNREACHABLE, "It is away."),
        (seen(answers=None), LATER, ExitCode.UNREACHABLE, "3 hours"),
        (seen(told=running(clock_ahead_s=900.0)), NOW, ExitCode.DONE, "clock"),
        (seen(told=running(on_hold=(HELD,))), NOW, ExitCode.DONE, "fw-ro anew"),
        (seen(told=running(rejected_count=1)), NOW, ExitCode.DONE, "rejected"),
        (
            seen(told=running(spool=Spool(reports_count=9, bytes=900, capacity_bytes=1000))),
            NOW,
            ExitCode.DONE,
            "nearly full",
        ),
        (
            seen(told=running(spool=Spool(reports_count=0, bytes=0, capacity_bytes=1000, set_aside_count=1))),
            NOW,
            ExitCode.DONE,
            "damaged",
        ),
    ],
)
def test_an_operator_is_told_what_to_do(what: Seen, at: datetime, code: ExitCode, says: str | None) -> None:
    told = status_of(what, at)
    assert told.exit_code == code
    assert told.to_do == () if says is None else any(says in one for one in told.to_do)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 minute"),
        (7_200, "2 hours"),
        (90_000, "1 day"),
        (-5, "0 s"),
        (172_800, "2 days"),
    ],
)
def test_a_time_ago_is_read_at_a_glance(seconds: int, words: str) -> None:
    assert ago(AT, AT + timedelta(seconds=seconds)) == words
