"""Which credentials wait for a person, where they were refused, and what waits with them; told at every poll."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, Field

from agent.own_file import Kept, read_own, write_own
from collectors.link.jobs import CredentialName
from collectors.link.messages import OnHold, Short


class Held(Kept):
    """One credential on hold."""

    since: AwareDatetime
    device: Short
    refused_count: int = Field(ge=1)
    waiting: frozenset[str] = Field(default=frozenset(), max_length=10_000)
    """Ids of the devices that were not tried because of it."""


class _Holds(Kept):
    format: Literal["datumline.agent-holds/1"] = "datumline.agent-holds/1"
    held: dict[CredentialName, Held] = Field(default_factory=dict)


@dataclass
class Holds:
    """The holds, kept in a file."""

    path: Path
    _held: dict[str, Held] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        kept = read_own(self.path, _Holds)
        self._held = dict(kept.held) if kept else {}

    def refused(self, credential: str, since: AwareDatetime, device: str) -> None:
        """Note that a device refused a credential, which is on hold since then; raises StateUnusable."""
        with self._lock:
            old = self._held.get(credential)
            count = old.refused_count + 1 if old else 1
            waiting = old.waiting if old else frozenset()
            self._keep(credential, Held(since=since, device=device[:200], refused_count=count, waiting=waiting))

    def waits(self, credential: str, since: AwareDatetime, device: str, device_id: str) -> None:
        """Note that a device was not tried because its credential is on hold."""
        with self._lock:
            old = self._held.get(credential) or Held(since=since, device=device[:200], refused_count=1)
            self._keep(credential, old.model_copy(update={"waiting": old.waiting | {device_id}}))

    def lifted(self, credential: str) -> None:
        """Note that a credential works, or was entered anew."""
        with self._lock:
            if credential in self._held:
                del self._held[credential]
                self._write()

    def told(self) -> tuple[OnHold, ...]:
        """Return what the server is told, the longest waiting first."""
        with self._lock:
            ordered = sorted(self._held.items(), key=lambda pair: pair[1].since)[:100]
        return tuple(
            OnHold(
                credential=name,
                since=held.since,
                device=held.device,
                refused_count=held.refused_count,
                waiting_count=len(held.waiting),
            )
            for name, held in ordered
        )

    def _keep(self, credential: str, held: Held) -> None:
        self._held[credential] = held
        self._write()

    def _write(self) -> None:
        write_own(self.path, _Holds(held=self._held))
