"""A trend as a drawing: the share of yes among what is measured, week by week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

WIDTH: Final = 560
HEIGHT: Final = 150
LEFT: Final = 30
TOP: Final = 8
BOTTOM: Final = 122
STEPS: Final = (0, 25, 50, 75, 100)
MONTHS_SHOWN: Final = 6


@dataclass(frozen=True)
class Label:
    """A word at a place of the drawing."""

    x: str
    y: str
    text: str
    day: date | None = None


@dataclass(frozen=True)
class Trend:
    """The paths of a trend and its labels; in a box of WIDTH x HEIGHT."""

    line: str
    area: str
    last_x: str
    last_y: str
    first_percent: int
    last_percent: int
    weeks_count: int
    grid: tuple[Label, ...]
    days: tuple[Label, ...]


def trend_of(points: Sequence[tuple[date, int]]) -> Trend | None:
    """Return the drawing of weekly shares in percent, oldest first; None with fewer than two weeks."""
    if len(points) < 2:
        return None
    first, last = points[0][0].toordinal(), points[-1][0].toordinal()
    span = max(last - first, 1)
    places = [(_x((day.toordinal() - first) / span), _y(percent)) for day, percent in points]
    line = "M" + "L".join(f"{x} {y}" for x, y in places)
    step = max(1, len(points) // MONTHS_SHOWN)
    shown = points[::step]
    return Trend(
        line=line,
        area=f"{line}L{places[-1][0]} {BOTTOM}L{places[0][0]} {BOTTOM}z",
        last_x=places[-1][0],
        last_y=places[-1][1],
        first_percent=points[0][1],
        last_percent=points[-1][1],
        weeks_count=len(points),
        grid=tuple(Label(str(LEFT - 8), _y(percent), str(percent)) for percent in STEPS),
        days=tuple(Label(_x((day.toordinal() - first) / span), str(HEIGHT - 6), "", day) for day, _percent in shown),
    )


def _x(share: float) -> str:
    return f"{LEFT + share * (WIDTH - LEFT - 12):.1f}"


def _y(percent: int) -> str:
    return f"{BOTTOM - percent * (BOTTOM - TOP) / 100:.1f}"
