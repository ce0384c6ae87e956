"""Office hours: Monday to Friday, 08:00 to 18:00 by the clock of a site."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

OPENS: Final = time(8, 0)
CLOSES: Final = time(18, 0)
FRIDAY: Final = 4
LOOKED_BACK: Final = timedelta(days=14)
"""Two weeks always hold more office hours than anybody asks for."""


def office_time(since: datetime, until: datetime, zone: ZoneInfo) -> timedelta:
    """Return how much office time lies between two instants, those of at most the last fortnight."""
    since = max(since, until - LOOKED_BACK)
    day, last, total = since.astimezone(zone).date(), until.astimezone(zone).date(), timedelta()
    while day <= last:
        if day.weekday() <= FRIDAY:
            opens = max(datetime.combine(day, OPENS, zone).astimezone(since.tzinfo), since)
            closes = min(datetime.combine(day, CLOSES, zone).astimezone(since.tzinfo), until)
            total += max(closes - opens, timedelta())
        day += timedelta(days=1)
    return total
