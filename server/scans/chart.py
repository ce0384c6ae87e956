"""The load by hour as a drawing: read, failed on top, still planned as an outline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from server.scans.overview import Hour

LEFT: Final = 34
RIGHT: Final = 408
TOP: Final = 12
BOTTOM: Final = 146
LABEL_EVERY: Final = 3


@dataclass(frozen=True)
class Bar:
    """A rectangle: its class says whether it was read, has failed or is planned."""

    kind: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Chart:
    """The drawing in a box of 420 x 170, and its totals."""

    bars: tuple[Bar, ...]
    grid: tuple[tuple[str, int], ...]
    labels: tuple[tuple[str, datetime], ...]
    now_x: str
    done: int
    failed: int
    planned: int


def chart_of(hours: Sequence[Hour], now: datetime) -> Chart:
    """Return the drawing of consecutive hours; the axis ends at a round number."""
    most = _round(max((one.done + one.failed + one.planned for one in hours), default=0))
    step = (RIGHT - LEFT) / len(hours)
    bars: list[Bar] = []
    labels = []
    for number, one in enumerate(hours):
        x, base = LEFT + number * step, float(BOTTOM)
        for kind, count in (("done", one.done), ("failed", one.failed), ("planned", one.planned)):
            height = count / most * (BOTTOM - TOP)
            if count:
                height = max(height, 1.5)
                bars.append(Bar(kind, _n(x + 2), _n(base - height), _n(step - 4), _n(height)))
                base -= height + 1.5
        if one.at.hour % LABEL_EVERY == 0:
            labels.append((_n(x + step / 2), one.at))
    passed = (now - hours[0].at).total_seconds() / 3600
    return Chart(
        bars=tuple(bars),
        grid=tuple((_n(BOTTOM - share / 2 * (BOTTOM - TOP)), most * share // 2) for share in range(3)),
        labels=tuple(labels),
        now_x=_n(LEFT + passed * step),
        done=sum(one.done for one in hours),
        failed=sum(one.failed for one in hours),
        planned=sum(one.planned for one in hours),
    )


def _round(most: int) -> int:
    """Return the least of 2, 4, 10, 20, 40, 100 ... that reaches a number."""
    size = 1
    while True:
        for factor in (2, 4, 10):
            if most <= factor * size:
                return factor * size
        size *= 10


def _n(number: float) -> str:
    return f"{number:.1f}"
