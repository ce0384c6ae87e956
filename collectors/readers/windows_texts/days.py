"""Days as Windows writes them in the user's language: read only where the order of day and month is certain."""

import re
from collections.abc import Callable, Iterable
from datetime import date

_YEAR_FIRST = re.compile(r"(\d{4})([/.\-])(\d{1,2})\2(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4})(?!\d)")

Order = Callable[[str], date | None]


def certain_days(texts: Iterable[str], latest_on: date) -> list[date] | None:
    """Return the day of each text, all written in one order; None when more than one order could be meant.

    A year in front decides, so does a point (no shipped culture writes the month first with points). An order is out in
    which one of the texts were no day, or a day after `latest_on`.
    """
    kept = [text.strip() for text in texts]
    readings = [read for order in (_year_first, _day_first, _month_first) if (read := _all(kept, order, latest_on))]
    if not readings or any(reading != readings[0] for reading in readings):
        return None
    return readings[0]


def newest_day(texts: Iterable[str], latest_on: date) -> date | None:
    """Return the newest day, where every possible order of day and month gives the same one."""
    kept = [text.strip() for text in texts]
    newest = {max(read) for order in (_year_first, _day_first, _month_first) if (read := _all(kept, order, latest_on))}
    return newest.pop() if len(newest) == 1 else None


def _all(texts: list[str], order: Order, latest_on: date) -> list[date] | None:
    days = [order(text) for text in texts]
    read = [day for day in days if day is not None]
    return read if read and len(read) == len(days) and max(read) <= latest_on else None


def _year_first(text: str) -> date | None:
    found = _YEAR_FIRST.match(text)
    return _day(found[1], found[3], found[4]) if found else None


def _day_first(text: str) -> date | None:
    found = _YEAR_LAST.match(text)
    return _day(found[4], found[3], found[1]) if found else None


def _month_first(text: str) -> date | None:
    found = _YEAR_LAST.match(text)
    return _day(found[4], found[1], found[3]) if found and found[2] != "." else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
