"""The ledger of logons, law by law; time is passed in."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collectors.access import Account, Deadline
from collectors.errors import CredentialOnHold
from collectors.ledger import LedgerLogon, LogonLedger

ACCOUNT = Account("svc", "realm example", "one")
RENEWED = Account("svc", "realm example", "two")
SAME_SECRET = Account("svc", "credential fw-ro", "one")


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 21, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.at

    def go(self, **span: float) -> None:
        """Move on."""
        self.at += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reopen(tmp_path: Path, clock: Clock) -> Iterator[Callable[[], LogonLedger]]:
    opened: list[LogonLedger] = []

    def open_again() -> LogonLedger:
        for ledger in opened:
            ledger.close()
        opened.append(LogonLedger(tmp_path, clock))
        return opened[-1]

    yield open_again
    for ledger in opened:
        ledger.close()


@pytest.fixture
def ledger(reopen: Callable[[], LogonLedger]) -> LogonLedger:
    return reopen()


def enter(ledger: LogonLedger, account: Account = ACCOUNT) -> LedgerLogon:
    logon = ledger.try_enter(account, Deadline(60))
    assert logon is not None, "has to wait"
    return logon


def waits(ledger: LogonLedger, account: Account = ACCOUNT) -> bool:
    return ledger.try_enter(account, Deadline(60)) is None


def goes(ledger: LogonLedger, account: Account = ACCOUNT) -> bool:
    return ledger.try_enter(account, Deadline(60)) is not None


def test_an_unproven_secret_goes_to_one_device_alone(ledger: LogonLedger) -> None:
    enter(ledger)
    assert waits(ledger)


def test_the_others_go_when_the_first_was_let_in(ledger: LogonLedger) -> None:
    enter(ledger).accepted()
    assert goes(ledger)


def test_at_most_two_logons_of_a_proven_secret_are_in_flight(ledger: LogonLedger) -> None:
    enter(ledger).accepted()
    enter(ledger)
    enter(ledger)
    assert waits(ledger)


def test_a_proof_from_long_ago_is_renewed_by_one_device_alone(ledger: LogonLedger, clock: Clock) -> None:
    enter(ledger).accepted()
    clock.go(hours=1)
    enter(ledger)
    assert waits(ledger)


def test_the_first_refusal_holds_the_secret(ledger: LogonLedger) -> None:
    enter(ledger).refused()
    with pytest.raises(CredentialOnHold, match=r"refused on 2026-11-21 at 08:00 UTC; test or re-enter"):
        enter(ledger)


def test_a_hold_outlives_a_restart(ledger: LogonLedger, reopen: Callable[[], LogonLedger]) -> None:
    enter(ledger).refused()
    with pytest.raises(CredentialOnHold):
        enter(reopen())


def test_a_hold_outlives_the_day(ledger: LogonLedger, clock: Clock) -> None:
    enter(ledger).refused()
    clock.go(days=30)
    with pytest.raises(CredentialOnHold):
        enter(ledger)


def test_a_new_secret_may_be_tried_at_once(ledger: LogonLedger) -> None:
    enter(ledger).refused()
    assert goes(ledger, RENEWED)


def test_a_person_lifts_a_hold(ledger: LogonLedger) -> None:
    enter(ledger).refused()
    assert ledger.release(ACCOUNT.user, ACCOUNT.realm) == 1
    enter(ledger).accepted()


def test_two_refusals_in_a_day_end_it_whatever_the_secret(ledger: LogonLedger) -> None:
    enter(ledger).refused()
    enter(ledger, RENEWED).refused()
    ledger.release(ACCOUNT.user, ACCOUNT.realm)
    with pytest.raises(CredentialOnHold, match=r"next logon may go at 2026-11-22 08:00 UTC"):
        enter(ledger, Account("svc", "realm example", "three"))


def test_after_a_day_a_released_secret_may_go_again(ledger: LogonLedger, clock: Clock) -> None:
    enter(ledger).refused()
    enter(ledger, RENEWED).refused()
    clock.go(hours=24, seconds=1)
    ledger.release(ACCOUNT.user, ACCOUNT.realm)
    assert goes(ledger)


def test_an_unproven_secret_whose_logon_was_broken_off_is_held(
    ledger: LogonLedger, reopen: Callable[[], LogonLedger]
) -> None:
    enter(ledger)
    with pytest.raises(CredentialOnHold, match="broken off"):
        enter(reopen())


def test_a_proven_secret_bears_one_logon_broken_off(ledger: LogonLedger, reopen: Callable[[], LogonLedger]) -> None:
    enter(ledger).accepted()
    enter(ledger)
    again = reopen()
    enter(again)
    assert waits(again)


def test_logons_broken_off_count_until_the_secret_is_let_in(ledger: LogonLedger) -> None:
    enter(ledger).accepted()
    enter(ledger).left()
    enter(ledger).accepted()
    enter(ledger)
    assert goes(ledger)


def test_two_logons_broken_off_end_it_for_the_day(ledger: LogonLedger) -> None:
    enter(ledger).accepted()
    enter(ledger).left()
    enter(ledger).left()
    with pytest.raises(CredentialOnHold, match="2 times within 24 hours"):
        enter(ledger)


def test_a_logon_never_sent_leaves_no_trace(ledger: LogonLedger) -> None:
    enter(ledger).not_tried()
    assert goes(ledger)


def test_a_refusal_holds_the_same_secret_of_the_same_user_elsewhere(ledger: LogonLedger) -> None:
    enter(ledger).refused()
    with pytest.raises(CredentialOnHold):
        enter(ledger, SAME_SECRET)


def test_the_same_secret_of_the_same_user_waits_elsewhere(ledger: LogonLedger) -> None:
    enter(ledger)
    assert waits(ledger, SAME_SECRET)


def test_a_secret_proven_elsewhere_is_not_held_there(ledger: LogonLedger) -> None:
    enter(ledger, SAME_SECRET).accepted()
    enter(ledger).refused()
    assert goes(ledger, SAME_SECRET)


def test_a_device_of_its_own_is_not_held_by_others(ledger: LogonLedger) -> None:
    enter(ledger).refused()
    assert goes(ledger, Account("svc", "device ssh 192.0.2.1 22", "one"))


def test_a_waiting_logon_ends_with_its_deadline(ledger: LogonLedger) -> None:
    enter(ledger)
    with pytest.raises(CredentialOnHold, match="another logon with this credential"):
        ledger.enter(ACCOUNT, Deadline(0.05))


def test_a_second_process_sees_the_first_ones_logon(ledger: LogonLedger, tmp_path: Path, clock: Clock) -> None:
    enter(ledger)
    beside = LogonLedger(tmp_path, clock)
    try:
        assert waits(beside)
    finally:
        beside.close()


def test_a_forgotten_logon_ends_with_its_lease(ledger: LogonLedger, clock: Clock) -> None:
    enter(ledger)
    clock.go(minutes=10)
    with pytest.raises(CredentialOnHold, match="broken off"):
        enter(ledger)


def test_a_late_word_lifts_the_hold_that_its_silence_made(ledger: LogonLedger, clock: Clock) -> None:
    logon = enter(ledger)
    clock.go(minutes=10)
    assert len(ledger.holds()) == 1
    logon.accepted()
    assert ledger.holds() == ()


def test_holds_tell_who_and_why(ledger: LogonLedger) -> None:
    enter(ledger).refused()
    (hold,) = ledger.holds()
    assert (hold.user, hold.realm, hold.why) == ("svc", "realm example", "it was refused")


def test_the_file_never_holds_a_version_as_it_came(ledger: LogonLedger, tmp_path: Path) -> None:
    enter(ledger, Account("svc", "realm example", "d41d8cd98f00b204")).refused()
    assert all(b"d41d8cd98f00b204" not in path.read_bytes() for path in tmp_path.iterdir())


def test_without_a_record_no_logon_may_go(ledger: LogonLedger, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "logons.sqlite") as db:
        db.execute("drop table logons")
    db.close()
    with pytest.raises(CredentialOnHold, match="cannot be written"):
        enter(ledger)
