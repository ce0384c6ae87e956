"""The agent's clock: the server's, carried on by the monotonic one, so that jumps of the host's clock do nothing."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

BELIEVED: Final = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
"""A server that says it is another time than between these is not believed."""


def _wall() -> datetime:
    return datetime.now(UTC)


@dataclass
class Clock:
    """The host's clock until the server has spoken, from then on the server's. The host's clock is never set."""

    wall: Callable[[], datetime] = _wall
    monotonic: Callable[[], float] = time.monotonic
    _anchor: tuple[datetime, float] | None = field(default=None)

    def now(self) -> datetime:
        """Return the corrected moment, in UTC."""
        if self._anchor is None:
            return self.wall()
        moment, at_s = self._anchor
        return moment + timedelta(seconds=self.monotonic() - at_s)

    @property
    def offset_s(self) -> float:
        """Return how far the corrected clock is ahead of the host's, in seconds."""
        return (self.now() - self.wall()).total_seconds()

    def heard(self, server_time: datetime, asked_at_s: float) -> None:
        """Take the server's time from an answer to a question that was sent at that monotonic moment.

        The answer was written somewhere between question and now; a clock that fits into that is left alone.
        """
        if not BELIEVED[0] <= server_time < BELIEVED[1]:
            return
        answered_at_s = self.monotonic()
        took_s = max(0.0, answered_at_s - asked_at_s)
        behind_s = (server_time - self.now()).total_seconds()
        if self._anchor is None or not -took_s - 1 <= behind_s <= 1:
            self._anchor = (server_time + timedelta(seconds=took_s / 2), answered_at_s)
