"""How often the server may be asked: a bucket of requests that fills slowly, and faster while a backlog is declared."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from collectors.link.limits import REQUESTS_A_MINUTE, REQUESTS_A_MINUTE_BACKLOG, REQUESTS_BURST

SHARE_USED: Final = 0.8
"""The server counts with another clock and other latencies: we stay below what it allows."""
LEAST_S: Final = 1.0
MOST_S: Final = 300.0
JITTER: Final = 0.1

Uniform = Callable[[float, float], float]


@dataclass
class Allowance:
    """The requests that may still be sent."""

    monotonic: Callable[[], float] = time.monotonic
    backlog: bool = False
    """Whether a backlog was declared in a poll that the server has answered (decision 21)."""
    _left: float = REQUESTS_BURST * SHARE_USED
    _at_s: float | None = None

    def take(self) -> None:
        """Count one request, also one that could not wait."""
        self._fill()
        self._left = max(0.0, self._left - 1)

    def wait_s(self) -> float:
        """Return the seconds until a request may be sent that can wait."""
        self._fill()
        return 0.0 if self._left >= 1 else (1 - self._left) / self._a_second

    @property
    def _a_second(self) -> float:
        return (REQUESTS_A_MINUTE_BACKLOG if self.backlog else REQUESTS_A_MINUTE) * SHARE_USED / 60

    def _fill(self) -> None:
        at_s = self.monotonic()
        gone_s = 0.0 if self._at_s is None else max(0.0, at_s - self._at_s)
        self._left = min(REQUESTS_BURST * SHARE_USED, self._left + gone_s * self._a_second)
        self._at_s = at_s


def back_off_s(failures: int, after_s: float | None = None, uniform: Uniform = random.uniform) -> float:
    """Return how long to wait after so many failures in a row: full jitter up to 300 s, and what the server asks."""
    most_s = min(MOST_S, LEAST_S * 2.0 ** min(failures, 12))
    return max(LEAST_S, after_s or 0.0, uniform(0.0, most_s))


def jittered_s(seconds: float, uniform: Uniform = random.uniform) -> float:
    """Return an interval, a tenth more or less, so that agents do not come together."""
    return seconds * uniform(1 - JITTER, 1 + JITTER)
