"""Moments that an agent tells, brought to where they can be: no database and no page takes the year 1."""

from datetime import datetime, timedelta
from typing import Final

OLDEST: Final = timedelta(days=400)


def plausible(told: datetime, now: datetime) -> datetime:
    """Return a moment that is not ahead of now and not older than anything that is kept."""
    return min(max(told, now - OLDEST), now)
