"""Trying one access for a person who waits: log on once, ask what it is, keep nothing of what it tells."""

import time
from dataclasses import dataclass, field
from typing import Final

from collectors.access import DEFAULT_TIMEOUTS_S, Access, Account, Deadline, Pins, Secret
from collectors.collect import Equipment
from collectors.errors import CredentialOnHold
from collectors.facts.plain_text import plain_line
from collectors.ledger import LedgerLogon, LogonLedger
from collectors.link.jobs import TryAccessJob
from collectors.link.messages import AccessTried
from collectors.logons import account_of
from collectors.pool.job import Job
from collectors.pool.parent import Pool
from collectors.pool.sizes import Sizes

TRY_S: Final = 50.0
"""An answer is promised within 60 s, the start of a child and the way to the server included."""
TEXT_CHARACTERS: Final = 500
PIN_CHARACTERS: Final = 200
_ALONE: Final = Sizes(at_once_count=1, children_count=1, jobs_a_child_count=1, start_s=20.0)
_TRIED_BEFORE: Final = "was not tried again: a released credential goes to its device once"


@dataclass
class ReleasedOnce:
    """The ledger for one try with a held credential: one logon of each account, and the limit a day stays."""

    ledger: LogonLedger
    secret_versions: frozenset[str]
    """Of the one credential that a person released."""
    _asked: set[tuple[str, str]] = field(default_factory=set)

    def check(self, account: Account) -> None:
        """Do nothing: the hold is what a person released, and the limit a day is looked at when it enters."""

    def try_enter(self, account: Account, deadline: Deadline) -> LedgerLogon | None:
        """Return the permission, None while another logon must end first; raises CredentialOnHold."""
        own = (account.user, account.realm)
        if own in self._asked:
            raise CredentialOnHold(_TRIED_BEFORE)
        released = account.secret_version in self.secret_versions
        logon = self.ledger.try_enter(account, deadline, released=released)
        if logon is not None:
            self._asked.add(own)
        return logon


def try_access(
    job: TryAccessJob,
    access: Access,
    secret: Secret,
    ledger: LogonLedger,
    pins: Pins,
    equipment: Equipment | None = None,
) -> AccessTried:
    """Return how trying one access went. What the device tells is thrown away; a trial is never repeated.

    `access` and `secret` come from `agent.admission`. A credential on hold stays on hold, but a `released` one goes to
    this device once: let in, it is lifted for all; refused, it counts, and stays on hold.
    """
    began_s = time.monotonic()
    kept = ReleasedOnce(ledger, _versions(secret, access)) if job.released else ledger
    timeout_s = min(TRY_S, DEFAULT_TIMEOUTS_S[access.transport])
    asked = Job(id=job.id, name=job.target.name, access=access, secret=secret, timeout_s=timeout_s, only_detected=True)
    with Pool(kept, pins, sizes=_ALONE, equipment=equipment) as pool:
        snapshot = pool.collect(asked)
    took_ms = round((time.monotonic() - began_s) * 1000)
    if snapshot.problem is not None:
        text = plain_line(snapshot.problem.text, TEXT_CHARACTERS)
        return AccessTried(works=False, reason=snapshot.problem.reason, text=text, took_ms=took_ms)
    return AccessTried(
        works=True,
        driver=snapshot.device.driver,
        host_key=plain_line(snapshot.marks.host_key or "", PIN_CHARACTERS),
        certificate=plain_line(snapshot.marks.certificate_key or "", PIN_CHARACTERS),
        took_ms=took_ms,
    )


def _versions(secret: Secret, access: Access) -> frozenset[str]:
    accounts = (account_of(secret, access), account_of(secret, access, "enable"))
    return frozenset(account.secret_version for account in accounts)
