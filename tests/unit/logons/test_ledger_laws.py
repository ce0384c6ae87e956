"""The laws of the ledger against a directory that counts its refusals, with a crash possible at any point."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from collectors.access import Account, Deadline
from collectors.errors import CredentialOnHold
from collectors.ledger import LedgerLogon, LogonLedger

DAY = timedelta(hours=24)
REALM = "realm example"
ORDER = ["one", "two", "three", "four", "five"]
VERSIONS = st.sampled_from(ORDER[:4])


@dataclass
class InFlight:
    """A permission in a child's hands, and what the directory said when the secret reached it."""

    logon: LedgerLogon
    version: str
    let_in: bool | None = None
    is_given_up: bool = False
    """Its lease is over: the ledger counts it as a refusal, and may let others go."""


class Directory(RuleBasedStateMachine):
    """One account of a directory; its password may change, never back."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.at = datetime(2026, 11, 21, 8, tzinfo=UTC)
        self.ledger = LogonLedger(self.folder, lambda: self.at)
        self.password = "one"
        self.in_flight: list[InFlight] = []
        self.refused_at: list[datetime] = []
        self.told_refused: set[str] = set()
        self.proven: set[str] = set()

    @rule(version=VERSIONS)
    def enter(self, version: str) -> None:
        try:
            logon = self.ledger.try_enter(Account("svc", REALM, version), Deadline(60))
        except CredentialOnHold:
            return
        if logon is None:
            return
        assert version not in self.told_refused, "a refused secret was tried again"
        beside = [held for held in self.in_flight if not held.is_given_up]
        assert version in self.proven or not beside, "an unproven secret did not go alone"
        self.in_flight.append(InFlight(logon, version))

    @precondition(lambda self: any(held.let_in is None for held in self.in_flight))
    @rule(choice=st.data())
    def send(self, choice: st.DataObject) -> None:
        self._send(choice.draw(st.sampled_from([held for held in self.in_flight if held.let_in is None])))

    @precondition(lambda self: any(held.let_in is not None for held in self.in_flight))
    @rule(choice=st.data())
    def tell(self, choice: st.DataObject) -> None:
        held = choice.draw(st.sampled_from([held for held in self.in_flight if held.let_in is not None]))
        self.in_flight.remove(held)
        if held.let_in:
            held.logon.accepted()
            self.proven.add(held.version)
        else:
            held.logon.refused()
            self.told_refused.add(held.version)

    @precondition(lambda self: any(held.let_in is None for held in self.in_flight))
    @rule(choice=st.data())
    def find_no_connection(self, choice: st.DataObject) -> None:
        held = choice.draw(st.sampled_from([held for held in self.in_flight if held.let_in is None]))
        self.in_flight.remove(held)
        held.logon.not_tried()

    @precondition(lambda self: self.in_flight)
    @rule(choice=st.data(), is_sent=st.booleans())
    def kill_a_child(self, choice: st.DataObject, is_sent: bool) -> None:
        held = choice.draw(st.sampled_from(self.in_flight))
        self.in_flight.remove(held)
        if is_sent and held.let_in is None:
            self._send(held)
        held.logon.left()

    @rule(is_sent=st.booleans())
    def restart(self, is_sent: bool) -> None:
        for held in self.in_flight:
            if is_sent and held.let_in is None:
                self._send(held)
        self.in_flight.clear()
        self.ledger.close()
        self.ledger = LogonLedger(self.folder, lambda: self.at)

    @rule(hours=st.sampled_from([0.01, 1, 13, 23.9, 24.1, 200]))
    def wait(self, hours: float) -> None:
        for held in self.in_flight:
            if held.let_in is None:
                self._send(held)
            held.is_given_up = held.is_given_up or hours >= 1
        self.at += timedelta(hours=hours)

    @rule()
    def release(self) -> None:
        self.ledger.release("svc", REALM)
        self.proven -= self.told_refused
        self.told_refused.clear()

    @rule(password=st.sampled_from(ORDER[1:]))
    def change_the_password(self, password: str) -> None:
        if ORDER.index(password) > ORDER.index(self.password):
            self.password = password

    @invariant()
    def no_account_is_locked(self) -> None:
        for last in self.refused_at:
            within = [moment for moment in self.refused_at if last - DAY < moment <= last]
            assert len(within) <= 2, "more than two refusals within 24 hours"

    def teardown(self) -> None:
        self.ledger.close()
        shutil.rmtree(self.folder)

    def _send(self, held: InFlight) -> None:
        held.let_in = held.version == self.password
        if not held.let_in:
            self.refused_at.append(self.at)


TestDirectory = Directory.TestCase
TestDirectory.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
