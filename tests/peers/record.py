"""What a test peer keeps: everything it received and every logon, in order."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Logon:
    """One attempt to log on, as the peer judged it."""

    user: str
    accepted: bool
    at: datetime


class Record:
    """Thread-safe lists of received lines and logons; the base of every peer that runs in this process."""

    def __init__(self) -> None:
        self._record_lock = threading.Lock()
        self._received: list[str] = []
        self._logons: list[Logon] = []

    @property
    def received(self) -> list[str]:
        """Returns a copy of what was received so far, oldest first."""
        with self._record_lock:
            return list(self._received)

    @property
    def logons(self) -> list[Logon]:
        """Returns a copy of the logons so far, oldest first."""
        with self._record_lock:
            return list(self._logons)

    @property
    def refused_count(self) -> int:
        """Returns how many logons were refused: what a lockout policy would count."""
        return sum(not logon.accepted for logon in self.logons)

    def hear(self, line: str) -> None:
        """Notes one received line, command, OID or action."""
        with self._record_lock:
            self._received.append(line)

    def note_logon(self, user: str, accepted: bool) -> bool:
        """Notes one logon and returns whether it was accepted."""
        with self._record_lock:
            self._logons.append(Logon(user, accepted, datetime.now(UTC)))
        return accepted
