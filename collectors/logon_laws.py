"""The laws of logons as questions and changes of the ledger's tables (decision 12; `collectors.ledger` states them)."""

import sqlite3
from datetime import UTC, datetime
from typing import Literal

from collectors.access import Account
from collectors.errors import CredentialOnHold
from collectors.logons import is_of_one_device

REFUSALS_LIMIT_COUNT = 2
REFUSALS_WINDOW_S = 24 * 3600.0
PROOF_FRESH_S = 15 * 60.0
"""An older proof is renewed by one device alone: a password changed since then costs one refusal, not two."""

Outcome = Literal["accepted", "refused", "not tried", "not known"]
Own = tuple[str, str, str]
"""User, realm, version."""

TABLES = """
create table if not exists secrets (
    user text not null, realm text not null, version text not null,
    proven_at real, held_at real, held_why text, held_by integer,
    primary key (user, realm, version)
);
create table if not exists logons (
    id integer primary key autoincrement, user text not null, realm text not null, version text not null,
    owner text not null, began_at real not null, ends_by real not null, outcome text, ended_at real
);
create index if not exists logons_of_account on logons (user, realm, outcome);
"""
_STATE = "select proven_at, held_at, held_why from secrets where user = ? and realm = ? and version = ?"
_COUNTED = """
select outcome, ended_at from logons where user = ? and realm = ?
and (outcome is null or (outcome in ('refused', 'not known') and ended_at > ?))
"""
_HELD_ELSEWHERE = """
select held_at, held_why from secrets
where user = ? and version = ? and realm <> ? and realm not like 'device %' and held_at is not null
"""
_OPEN_ELSEWHERE = """
select count(*) from logons
where user = ? and version = ? and realm <> ? and realm not like 'device %' and outcome is null
"""
_LET_IN_LATER = """
update logons set outcome = 'let in later'
where outcome = 'not known' and ended_at <= ? and user = ? and realm = ? and version = ?
"""
_HOLD = """
update secrets set held_at = ?, held_why = ?, held_by = ?
where user = ? and realm = ? and version = ? and held_at is null
"""


def may_go(db: sqlite3.Connection, account: Account, version: str, at: float, *, released: bool = False) -> bool:
    """Return whether a logon may go now, False when another must end first; raises CredentialOnHold.

    `released`: a person asks for this one logon, so that a hold does not stop it. The limit a day stays.
    """
    proven_at = None if released else _proven_at(db, (account.user, account.realm, version))
    open_elsewhere = 0
    if proven_at is None and not released and not is_of_one_device(account.realm):
        open_elsewhere = _open_elsewhere(db, account, version)
    open_here, refusals_at = _counted(db, account, at)
    if len(refusals_at) >= REFUSALS_LIMIT_COUNT:
        free_at = datetime.fromtimestamp(sorted(refusals_at)[-REFUSALS_LIMIT_COUNT] + REFUSALS_WINDOW_S, UTC)
        raise CredentialOnHold(
            f"was not tried: this account was refused {REFUSALS_LIMIT_COUNT} times within 24 hours;"
            f" the next logon may go at {free_at:%Y-%m-%d %H:%M} UTC"
        )
    fresh = proven_at is not None and 0 <= at - proven_at <= PROOF_FRESH_S
    room = REFUSALS_LIMIT_COUNT - len(refusals_at) if fresh else 1
    return open_here < room and not open_elsewhere


def lift(db: sqlite3.Connection, user: str, version: str) -> None:
    """Lift every hold of a secret that a person had tried and that was let in."""
    db.execute(
        "update secrets set held_at = null, held_why = null, held_by = null where user = ? and version = ?",
        (user, version),
    )


def end(db: sqlite3.Connection, logon_id: int, outcome: Outcome, at: float) -> None:
    """Write down how a logon ended. A definite word replaces 'not known', and nothing replaces a definite word."""
    found = db.execute(
        "select user, realm, version, began_at, outcome from logons where id = ?", (logon_id,)
    ).fetchone()
    if found is None or found[4] not in {None, "not known"} or found[4] == outcome:
        return
    own: Own = found[:3]
    db.execute("update logons set outcome = ?, ended_at = ? where id = ?", (outcome, at, logon_id))
    db.execute("insert or ignore into secrets (user, realm, version) values (?, ?, ?)", own)
    if outcome in {"accepted", "not tried"}:
        db.execute("update secrets set held_at = null, held_why = null, held_by = null where held_by = ?", (logon_id,))
    if outcome == "accepted":
        db.execute("update secrets set proven_at = ? where user = ? and realm = ? and version = ?", (at, *own))
        db.execute(_LET_IN_LATER, (found[3], *own))
    elif outcome == "refused":
        db.execute(_HOLD, (at, "it was refused", logon_id, *own))
    elif outcome == "not known" and db.execute(_STATE, own).fetchone()[0] is None:
        db.execute(_HOLD, (at, "its first logon was broken off and may have been refused", logon_id, *own))


def _proven_at(db: sqlite3.Connection, own: Own) -> float | None:
    found = db.execute(_STATE, own).fetchone()
    if found is None:
        return None
    if found[1] is not None:
        raise CredentialOnHold(_held_text(found[1], found[2]))
    return None if found[0] is None else float(found[0])


def _counted(db: sqlite3.Connection, account: Account, at: float) -> tuple[int, list[float]]:
    """Return the number of logons of an account in flight, and the moments of its refusals that still count."""
    rows = db.execute(_COUNTED, (account.user, account.realm, at - REFUSALS_WINDOW_S)).fetchall()
    ended = [float(ended_at) for outcome, ended_at in rows if outcome is not None]
    return len(rows) - len(ended), ended


def _open_elsewhere(db: sqlite3.Connection, account: Account, version: str) -> int:
    """Return how many logons with the same user and secret are in flight in other realms; raises CredentialOnHold."""
    same = (account.user, version, account.realm)
    held = db.execute(_HELD_ELSEWHERE, same).fetchone()
    if held:
        raise CredentialOnHold(_held_text(*held))
    return int(db.execute(_OPEN_ELSEWHERE, same).fetchone()[0])


def _held_text(held_at: float, why: str) -> str:
    day = datetime.fromtimestamp(held_at, UTC)
    return f"was not tried: {why} on {day:%Y-%m-%d at %H:%M} UTC; test or re-enter the credential"
