"""A held credential that a person has tried once: it goes to one device, and stays held unless it is let in."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from collectors.access import Account, Deadline
from collectors.errors import CredentialOnHold
from collectors.ledger import LedgerLogon, LogonLedger

HELD = Account("svc", "realm example", "one")
ELSEWHERE = Account("svc", "credential fw-ro", "one")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[LogonLedger]:
    with closing(LogonLedger(tmp_path)) as opened:
        logon(opened, HELD).refused()
        yield opened


def logon(ledger: LogonLedger, account: Account, *, released: bool = False) -> LedgerLogon:
    given = ledger.try_enter(account, Deadline(60), released=released)
    assert given is not None
    return given


@pytest.mark.parametrize("account", [HELD, ELSEWHERE], ids=["where it was refused", "with the same secret elsewhere"])
def test_only_the_released_logon_may_go(ledger: LogonLedger, account: Account) -> None:
    logon(ledger, account, released=True)
    with pytest.raises(CredentialOnHold):
        ledger.try_enter(HELD, Deadline(60))


def test_let_in_it_is_held_no_more(ledger: LogonLedger) -> None:
    logon(ledger, HELD, released=True).accepted()
    assert ledger.holds() == ()
    ledger.check(HELD)
    ledger.check(ELSEWHERE)


def test_let_in_elsewhere_it_is_held_nowhere(ledger: LogonLedger) -> None:
    logon(ledger, ELSEWHERE, released=True).accepted()
    assert ledger.holds() == ()


def test_refused_again_it_stays_held_and_the_day_is_full(ledger: LogonLedger) -> None:
    logon(ledger, HELD, released=True).refused()
    assert len(ledger.holds()) == 1
    with pytest.raises(CredentialOnHold, match="refused 2 times within 24 hours"):
        ledger.try_enter(HELD, Deadline(60), released=True)


@pytest.mark.parametrize("word", ["not_tried", "left"])
def test_a_trial_that_came_to_nothing_leaves_the_hold(ledger: LogonLedger, word: str) -> None:
    getattr(logon(ledger, HELD, released=True), word)()
    assert len(ledger.holds()) == 1
    with pytest.raises(CredentialOnHold):
        ledger.check(HELD)


def test_a_trial_beside_another_one_waits(ledger: LogonLedger) -> None:
    logon(ledger, HELD, released=True)
    with pytest.raises(CredentialOnHold):
        ledger.try_enter(HELD, Deadline(60))
    assert logon_or_none(ledger) is None


def logon_or_none(ledger: LogonLedger) -> LedgerLogon | None:
    return ledger.try_enter(HELD, Deadline(60), released=True)
