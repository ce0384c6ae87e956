"""The agent's state directory: its record of logons, the keys it has seen, and the marks of known devices."""

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from agent.errors import StateUnusable
from agent.home import VARIABLE, state_dir
from collectors.first_contact import NewKey, PinStore
from collectors.known_marks import KnownMarks
from collectors.ledger import LogonLedger
from collectors.pace import PaceRecord


@dataclass(frozen=True)
class State:
    """What outlives a run."""

    ledger: LogonLedger
    pins: PinStore
    marks: KnownMarks
    pace: PaceRecord


@contextmanager
def open_state(
    say: Callable[[str], None], site: str | None = None, tell: Callable[[NewKey], None] | None = None
) -> Iterator[State]:
    """Give the state, opened; raises StateUnusable. `say` is told of every key that is trusted at first contact.

    `tell` takes the key itself instead.
    Accounts are one for all sites. Keys and marks are kept for each site, because every client has a 192.168.1.1.
    """
    folder = state_dir()
    of_site = folder if site is None else folder / "sites" / _folder_of(site)

    def say_key(key: NewKey) -> None:
        say(str(key))

    with ExitStack() as opened:
        try:
            ledger = LogonLedger(folder)
            opened.callback(ledger.close)
            pins = PinStore(of_site, tell or say_key)
            opened.callback(pins.close)
            marks = KnownMarks(of_site)
            opened.callback(marks.close)
            pace = PaceRecord(of_site)
            opened.callback(pace.close)
        except (OSError, sqlite3.Error) as error:
            raise StateUnusable(
                f"The state directory {folder} cannot be used ({error}); make it writable, or set {VARIABLE}."
                " Nothing was tried: without the record of logons an account could be locked."
            ) from error
        yield State(ledger, pins, marks, pace)


def _folder_of(site: str) -> str:
    """Return a folder name that a person knows and that no two sites share."""
    readable = re.sub(r"[^a-z0-9]+", "-", site.casefold()).strip("-")[:40]
    return f"{readable}-{hashlib.sha256(site.encode()).hexdigest()[:8]}"
