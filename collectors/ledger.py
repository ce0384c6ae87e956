"""The ledger of logons: the gate on disk that keeps a credential from locking an account (decision 12).

The laws, for each account (user, realm):

1. An intent is on disk before the secret is sent. One left without a word counts as a refusal, unless a later logon
   with the same secret is let in: then the secret was right.
2. Refusals of the last 24 hours and logons in flight are together never more than two, whatever the secret's version.
3. A secret that was not let in within the last 15 minutes goes to one device alone; the others wait for its result.
4. The first refusal holds the secret in its realm until a person tests or re-enters it (`release`, or a new version).
   A secret that is held somewhere is also held in every other realm that has not let it in.
"""

import hashlib
import hmac
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from collectors.access import Account, Deadline
from collectors.errors import CredentialOnHold, Unreachable
from collectors.logon_laws import TABLES, Outcome, end, lift, may_go
from collectors.logons import WAITED
from collectors.owners import Owner
from collectors.state_file import StateFile, own_key

logger = logging.getLogger(__name__)

LEASE_GRACE_S = 60.0
OTHER_PROCESS_POLL_S = 0.25
KEEP_S = 7 * 24 * 3600.0


@dataclass(frozen=True)
class Hold:
    """A credential's secret that waits for a person, as the ledger knows it."""

    user: str
    realm: str
    since: datetime
    why: str


class LedgerLogon:
    """One intent in the ledger, and the words that end it. The first word counts."""

    def __init__(self, ledger: "LogonLedger", logon_id: int, released: tuple[str, str] | None = None) -> None:
        """`released`: user and version of a held secret that a person had tried with this one logon."""
        self._ledger = ledger
        self._id = logon_id
        self._released = released

    def accepted(self) -> None:
        """Say that the device let us in."""
        self._ledger.end(self._id, "accepted")
        if self._released is not None:
            self._ledger.lift(*self._released)

    def refused(self) -> None:
        """Say that the device refused us."""
        self._ledger.end(self._id, "refused")

    def not_tried(self) -> None:
        """Say that the secret was never sent."""
        self._ledger.end(self._id, "not tried")

    def left(self) -> None:
        """Say that nobody can say any more how it ended."""
        self._ledger.end(self._id, "not known")


class LogonLedger:
    """A LogonGate for all threads, child processes and processes of one agent, kept in its state directory."""

    def __init__(self, state_dir: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Open the ledger; raises OSError or sqlite3.Error when the state directory cannot be used."""
        self._now = now
        self._key = own_key(state_dir / "logons.key")
        self._file = StateFile(state_dir / "logons.sqlite", TABLES)
        self._owner = Owner()
        self._changed = threading.Condition()
        with self._file.transaction() as db:
            self._end_abandoned(db)
            db.execute("delete from logons where outcome is not null and ended_at < ?", (self._at() - KEEP_S,))

    def enter(self, account: Account, deadline: Deadline) -> LedgerLogon:
        """Return the permission to log on once; waits for others' results; raises CredentialOnHold."""
        while True:
            with self._changed:
                logon = self.try_enter(account, deadline)
                if logon is not None:
                    return logon
                if deadline.over:
                    raise CredentialOnHold(WAITED)
                self._changed.wait(OTHER_PROCESS_POLL_S)

    def try_enter(self, account: Account, deadline: Deadline, *, released: bool = False) -> LedgerLogon | None:
        """Return the permission, or None while another logon must end first; raises CredentialOnHold.

        With `released` a held secret is tried this once; it stays held for all others unless the device lets it in.
        """
        try:
            left_s = deadline.left_s()
        except Unreachable:
            return None
        version = self._version(account)
        at = self._at()
        with _writing("cannot be tried"), self._file.transaction() as db:
            self._end_abandoned(db)
            if not may_go(db, account, version, at, released=released):
                return None
            ends_by = at + left_s + LEASE_GRACE_S
            found = db.execute(
                "insert into logons (user, realm, version, owner, began_at, ends_by) values (?, ?, ?, ?, ?, ?)",
                (account.user, account.realm, version, self._owner.name, at, ends_by),
            )
            return LedgerLogon(self, found.lastrowid or 0, (account.user, version) if released else None)

    def check(self, account: Account) -> None:
        """Raise CredentialOnHold when a logon could not go now, however long it waited; nothing is written down."""
        with _writing("cannot be tried"), self._file.transaction() as db:
            may_go(db, account, self._version(account), self._at())

    def end(self, logon_id: int, outcome: Outcome) -> None:
        """Write down how a logon ended. A definite word replaces 'not known', and nothing replaces a definite word."""
        try:
            with self._file.transaction() as db:
                end(db, logon_id, outcome, self._at())
        except sqlite3.Error as error:
            logger.error(
                "the result of a logon could not be kept and will count as a refusal",
                extra={"outcome": outcome, "error": str(error)},
            )
        with self._changed:
            self._changed.notify_all()

    def lift(self, user: str, version: str) -> None:
        """Lift the holds of a secret that was let in when a person had it tried; a file that fails leaves them."""
        try:
            with self._file.transaction() as db:
                lift(db, user, version)
        except sqlite3.Error as error:
            logger.error("a hold could not be lifted and stays", extra={"error": str(error)})
        with self._changed:
            self._changed.notify_all()

    def release(self, user: str, realm: str) -> int:
        """Lift the holds of an account because a person says so, and return how many; the limit a day stays."""
        with self._file.transaction() as db:
            held = db.execute(
                "select distinct version from secrets where user = ? and realm = ? and held_at is not null",
                (user, realm),
            ).fetchall()
            for (version,) in held:
                db.execute(
                    "update secrets set held_at = null, held_why = null, held_by = null, proven_at = null"
                    " where user = ? and version = ?",
                    (user, version),
                )
        with self._changed:
            self._changed.notify_all()
        return len(held)

    def holds(self) -> tuple[Hold, ...]:
        """Return what waits for a person, oldest first."""
        with self._file.transaction() as db:
            self._end_abandoned(db)
            rows = db.execute(
                "select user, realm, held_at, held_why from secrets where held_at is not null order by held_at"
            ).fetchall()
        return tuple(Hold(user, realm, datetime.fromtimestamp(at, UTC), why) for user, realm, at, why in rows)

    def close(self) -> None:
        """Close the file. Logons still open count as abandoned from now on."""
        self._owner.end()
        self._file.close()

    def _version(self, account: Account) -> str:
        return hmac.new(self._key, account.secret_version.encode(), hashlib.sha256).hexdigest()

    def _at(self) -> float:
        return self._now().timestamp()

    def _end_abandoned(self, db: sqlite3.Connection) -> None:
        """End the logons of processes that are gone, and those that outlived their deadline by far."""
        at = self._at()
        for logon_id, owner, ends_by in db.execute(
            "select id, owner, ends_by from logons where outcome is null"
        ).fetchall():
            if ends_by < at or not self._owner.lives(owner):
                end(db, logon_id, "not known", at)


@contextmanager
def _writing(what: str) -> Iterator[None]:
    """Turn a failing file into a hold: without the record no logon may go."""
    try:
        yield
    except sqlite3.Error as error:
        raise CredentialOnHold(f"{what}: the record of logons cannot be written ({error})") from error
