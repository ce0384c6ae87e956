"""Whose turn it is: one access of a device at a time, a few devices of the site at once, caps for each transport."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from collectors.facts.reading import TransportName
from collectors.pool.job import Job


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

    @property
    def unfinished(self) -> bool:
        """Return whether anything waits or runs."""
        return bool(self.waiting) or self._running.total() > 0

    def take(self, at_s: float, room: Callable[[Attempt], bool]) -> Attempt | None:
        """Return the first attempt whose turn it is and for which there is room, None when there is none."""
        if self._running.total() >= self.at_once_count:
            return None
        for place, attempt in enumerate(self.waiting):
            if self._may_run(attempt, at_s) and room(attempt):
                del self.waiting[place]
                self._busy |= attempt.keys
                self._running[attempt.job.access.transport] += 1
                return attempt
        return None

    def end(self, attempt: Attempt, rests_until_s: float) -> None:
        """Say that an attempt no longer runs; its device is left alone until then."""
        self._busy -= attempt.keys
        self._running[attempt.job.access.transport] -= 1
        self._resting |= dict.fromkeys(attempt.keys, rests_until_s)

    def wakes_at_s(self, at_s: float) -> float | None:
        """Return the next moment at which a rest ends for one that waits, None when none rests."""
        rests = [
            self._resting[key] for attempt in self.waiting for key in attempt.keys if self._resting.get(key, 0) > at_s
        ]
        return min(rests, default=None)

    def _may_run(self, attempt: Attempt, at_s: float) -> bool:
        transport = attempt.job.access.transport
        return (
            not attempt.keys & self._busy
            and all(self._resting.get(key, 0) <= at_s for key in attempt.keys)
            and self._running[transport] < self.in_flight[transport]
        )
