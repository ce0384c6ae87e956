"""The hours at which an agent may scan, in the site's own time: 'mon-fri 19:00-07:00'."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN: Final = re.compile(
    r"(?:(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))? )?"
    r"(?P<begin>[0-2][0-9]:[0-5][0-9])-(?P<end>[0-2][0-9]:[0-5][0-9])"
)
_DAY_MINUTES: Final = 24 * 60


class NoSpan(ValueError):
    """The text is no span of hours."""


@dataclass(frozen=True)
class Span:
    """Hours of some days; one that ends at or before its begin goes on into the next day."""

    days: frozenset[int]
    begin_minute: int
    end_minute: int

    def holds(self, day: int, minute: int) -> bool:
        """Return whether a minute of a weekday (0 is Monday) lies in the span."""
        if self.begin_minute < self.end_minute:
            return day in self.days and self.begin_minute <= minute < self.end_minute
        begun_today = day in self.days and minute >= self.begin_minute
        begun_yesterday = (day - 1) % 7 in self.days and minute < self.end_minute
        return begun_today or begun_yesterday


@dataclass(frozen=True)
class Hours:
    """All spans together; none at all means always."""

    spans: tuple[Span, ...]
    zone: ZoneInfo
    written: str = ""

    def allow(self, at: datetime) -> bool:
        """Return whether the site's clocks show one of these hours at an instant."""
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return not self.spans or any(span.holds(local.weekday(), minute) for span in self.spans)

    def next_at(self, at: datetime) -> datetime | None:
        """Return the next instant from then on, to the minute, at which they allow; None when that is never."""
        moment = at.replace(second=0, microsecond=0) + timedelta(minutes=1)
        steps = range(8 * _DAY_MINUTES)
        return next((later for step in steps if self.allow(later := moment + timedelta(minutes=step))), None)


def hours_of(written: str) -> Hours:
    """Return the hours that an agent told (`messages.Policy.hours`); raises NoSpan for what it would never tell."""
    if not written:
        return Hours((), ZoneInfo("UTC"))
    spans, _blank, name = written.rpartition(" ")
    try:
        return Hours(tuple(span_of(text) for text in spans.split(",")), ZoneInfo(name), written)
    except (LookupError, ValueError, OSError) as error:
        raise NoSpan(written) from error


def span_of(text: str) -> Span:
    """Return the span that a text such as '22:00-06:00' or 'mon-fri 19:00-07:00' means; raises NoSpan."""
    found = _SPAN.fullmatch(" ".join(text.casefold().split()))
    if found is None:
        raise NoSpan(text)
    begin, end = _minute(found["begin"]), _minute(found["end"])
    if begin in {end, _DAY_MINUTES}:
        raise NoSpan(text)
    return Span(_days(found["first"], found["last"]), begin, end)


def _minute(clock: str) -> int:
    hour, minute = int(clock[:2]), int(clock[3:])
    if hour * 60 + minute > _DAY_MINUTES:
        raise NoSpan(clock)
    return hour * 60 + minute


def _days(first: str | None, last: str | None) -> frozenset[int]:
    if first is None:
        return frozenset(range(7))
    try:
        begin = DAYS.index(first)
        end = DAYS.index(last or first)
    except ValueError as error:
        raise NoSpan(first) from error
    return frozenset((begin + step) % 7 for step in range((end - begin) % 7 + 1))
