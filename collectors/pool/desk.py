"""The parent's desk: it answers the children's questions about logons and keys, for all of them from one ledger."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from collectors.access import Account, Deadline, Pins
from collectors.errors import CredentialOnHold, IdentityChanged
from collectors.facts.gaps import Gap
from collectors.ledger import LedgerLogon
from collectors.logons import WAITED, account_of
from collectors.pool.job import Job
from collectors.pool.messages import Check, Ended, Enter, Granted, Held, Judged

logger = logging.getLogger(__name__)

Reply = Callable[[Granted | Held | Judged], None]


class Ledger(Protocol):
    """What the desk needs of the ledger of logons."""

    def check(self, account: Account) -> None:
        """Raise CredentialOnHold when a logon could not go now."""

    def try_enter(self, account: Account, deadline: Deadline) -> LedgerLogon | None:
        """Return the permission, None while another logon must end first; raises CredentialOnHold."""


@dataclass(frozen=True)
class _Asker:
    child_id: int
    word: Enter
    account: Account
    deadline: Deadline
    reply: Reply


@dataclass
class Desk:
    """The questions that wait for an answer, and the logons that children have in flight."""

    ledger: Ledger
    pins: Pins
    _askers: list[_Asker] = field(default_factory=list)
    _open: dict[int, tuple[int, str, LedgerLogon]] = field(default_factory=dict)
    _next_id: int = 0

    @property
    def waits(self) -> bool:
        """Return whether a child waits for a permission."""
        return bool(self._askers)

    def enter(self, child_id: int, word: Enter, reply: Reply) -> None:
        """Answer at once where possible; otherwise when others' logons have ended."""
        account = Account(word.user, word.realm, word.secret_version)
        asker = _Asker(child_id, word, account, Deadline(word.left_s), reply)
        if not self._answer(asker):
            self._askers.append(asker)

    def hold_of(self, job: Job) -> Gap | None:
        """Return the gap of a job whose credential is on hold: its device is not even connected to."""
        try:
            self.ledger.check(account_of(job.secret, job.access))
        except CredentialOnHold as error:
            return error.gap
        return None

    def answer_waiting(self) -> None:
        """Ask the ledger again for those that wait, the first one first."""
        self._askers = [asker for asker in self._askers if not self._answer(asker)]

    def ended(self, child_id: int, word: Ended) -> None:
        """Write down how a child's logon ended; a child can only speak of its own."""
        owner, _, logon = self._open.get(word.logon_id, (None, "", None))
        if logon is None or owner != child_id:
            logger.warning("a child spoke of a logon that is not its own", extra={"logon_id": word.logon_id})
            return
        del self._open[word.logon_id]
        {"accepted": logon.accepted, "refused": logon.refused, "not tried": logon.not_tried}[word.outcome]()

    def leave(self, child_id: int, job_id: str | None = None) -> None:
        """End what a job, or a whole child, left behind: logons without a word are not known, questions are dropped."""
        for logon_id, (owner, job, logon) in list(self._open.items()):
            if owner == child_id and job_id in {None, job}:
                del self._open[logon_id]
                logon.left()
        self._askers = [
            asker for asker in self._askers if asker.child_id != child_id or job_id not in {None, asker.word.job_id}
        ]

    def check(self, word: Check, reply: Reply) -> None:
        """Judge a key."""
        changed = None
        try:
            self.pins.check(word.access, word.kind, word.fingerprint)
        except IdentityChanged as error:
            changed = str(error)
        reply(Judged(ask_id=word.ask_id, changed=changed))

    def _answer(self, asker: _Asker) -> bool:
        """Return whether the question has its answer."""
        ask_id = asker.word.ask_id
        try:
            logon = self.ledger.try_enter(asker.account, asker.deadline)
        except CredentialOnHold as error:
            asker.reply(Held(ask_id=ask_id, text=str(error)))
            return True
        if logon is not None:
            self._next_id += 1
            self._open[self._next_id] = (asker.child_id, asker.word.job_id, logon)
            asker.reply(Granted(ask_id=ask_id, logon_id=self._next_id))
            return True
        if asker.deadline.over:
            asker.reply(Held(ask_id=ask_id, text=WAITED))
            return True
        return False
