"""Whose turn it is: one access of a device at a time, a few devices of the site at once, caps for each transport.

A device that takes much longer than the others did steps aside: it goes on until its deadline, and another one may
begin. Otherwise a few that hang, or that are hostile, would hold the places of all.
"""

import bisect
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from collectors.facts.reading import TransportName
from collectors.pool.job import Job

SLOWER = 1.5
"""How many times the median of its transport a device may take before it steps aside."""
KNOWN_FROM_COUNT = 3
"""So many devices of a transport must have ended before its median counts."""
UNKNOWN_S = 30.0
"""When a device steps aside while the median is not known."""
LEAST_S = 0.5


@dataclass(frozen=True)
class Attempt:
    """A job for the first time, or once more alone in a child of its own."""

    job: Job
    alone: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """Return what no other attempt may share while this one runs: the device's name and its address."""
        return frozenset({f"device {self.job.name}", f"address {self.job.access.address.casefold()}"})


@dataclass
class Turns:
    """The attempts that wait and those that run."""

    at_once_count: int
    in_flight: Mapping[TransportName, int]
    waiting: list[Attempt] = field(default_factory=list)
    _busy: set[str] = field(default_factory=set)
    _resting: dict[str, float] = field(default_factory=dict)
    _running: Counter[TransportName] = field(default_factory=Counter)
    _began: dict[str, tuple[TransportName, float]] = field(default_factory=dict)
    _took_s: dict[TransportName, list[float]] = field(default_factory=dict)
    _patience_s: dict[TransportName, float] = field(default_factory=dict)

    @property
    def unfinished(self) -> bool:
        """Return whether anything waits or runs."""
        return bool(self.waiting) or self._running.total() > 0

    def add(self, attempt: Attempt) -> None:
        """Let an attempt wait: an urgent one before the others, behind those that are urgent too."""
        urgent_count = sum(other.job.urgent for other in self.waiting)
        self.waiting.insert(urgent_count if attempt.job.urgent else len(self.waiting), attempt)

    def take(self, at_s: float, room: Callable[[Attempt], bool]) -> Attempt | None:
        """Return the first attempt whose turn it is and for which there is room, None when there is none."""
        if sum(moment > at_s for moment in self._slow_from_s()) >= self.at_once_count:
            return None
        for place, attempt in enumerate(self.waiting):
            if self._may_run(attempt, at_s) and room(attempt):
                del self.waiting[place]
                self._busy |= attempt.keys
                self._running[attempt.job.access.transport] += 1
                self._began[attempt.job.id] = (attempt.job.access.transport, at_s)
                return attempt
        return None

    def end(self, attempt: Attempt, rests_until_s: float) -> None:
        """Say that an attempt no longer runs; its device is left alone until then."""
        self._began.pop(attempt.job.id, None)
        self._busy -= attempt.keys
        self._running[attempt.job.access.transport] -= 1
        self._resting |= dict.fromkeys(attempt.keys, rests_until_s)

    def wakes_at_s(self, at_s: float) -> float | None:
        """Return the next moment at which one that waits may have its turn by itself: a rest ends, or one is slow."""
        moments = [
            self._resting[key] for attempt in self.waiting for key in attempt.keys if self._resting.get(key, 0) > at_s
        ]
        if self.waiting:
            moments += [moment for moment in self._slow_from_s() if moment > at_s]
        return min(moments, default=None)

    def learn(self, transport: TransportName, took_s: float) -> None:
        """Take in how long a device took that was read."""
        took = self._took_s.setdefault(transport, [])
        bisect.insort(took, took_s)
        if len(took) >= KNOWN_FROM_COUNT:
            self._patience_s[transport] = max(LEAST_S, SLOWER * took[len(took) // 2])

    def _slow_from_s(self) -> list[float]:
        """Return the moment at which each running attempt steps aside."""
        return [began_s + self._patience_s.get(transport, UNKNOWN_S) for transport, began_s in self._began.values()]

    def _may_run(self, attempt: Attempt, at_s: float) -> bool:
        transport = attempt.job.access.transport
        return (
            not attempt.keys & self._busy
            and all(self._resting.get(key, 0) <= at_s for key in attempt.keys)
            and self._running[transport] < self.in_flight[transport]
        )
