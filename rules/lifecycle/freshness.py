"""How old the catalogue is, and what may still be concluded from it."""

import calendar
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, Literal

WARN_AFTER_DAYS: Final = 45  # makers change their lists about every quarter
NO_YES_AFTER_DAYS: Final = 120
"""After this nothing that the catalogue alone says makes a yes; a no that it proves stays proven."""

State = Literal["fresh", "old", "too old"]


def age_days(as_of_on: date, at: date) -> int:
    """Return the age of the data in days, 0 where the question is about a day before it."""
    return max(0, (at - as_of_on).days)


def state(as_of_on: date, at: date) -> State:
    """Return fresh, old (say so) or too old (no yes from it)."""
    days = age_days(as_of_on, at)
    return "fresh" if days <= WARN_AFTER_DAYS else "old" if days <= NO_YES_AFTER_DAYS else "too old"


def words(as_of_on: date, at: date) -> str:
    """Return 'the catalogue of 2026-08-22 (91 days old)'."""
    return f"the catalogue of {as_of_on} ({age_days(as_of_on, at)} days old)"


def next_limit_on(as_of_days: Iterable[date], wait_days: int, at: date) -> date | None:
    """Return the first day after `at` on which some list becomes too old to say something more; None when all are."""
    limits = (wait_days, NO_YES_AFTER_DAYS)
    days = [as_of + timedelta(days=limit + 1) for as_of in as_of_days for limit in limits]
    return min((day for day in days if day > at), default=None)


def months_before(at: date, months: int) -> date:
    """Return the day that many calendar months earlier, or the month's last day where it is shorter."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    if year < date.min.year:
        return date.min
    return date(year, month + 1, min(at.day, calendar.monthrange(year, month + 1)[1]))
