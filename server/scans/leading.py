"""Which scheduler works, where several run over one database, and what the clock last said to it."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from server.scans.models import Leader

NAME: Final = "scheduler"
LEADS: Final = timedelta(seconds=30)
"""How long a scheduler that says no more is waited for."""
STEP: Final = timedelta(seconds=2)
"""A clock that is corrected by less goes on."""


def lead(holder: str, now: datetime) -> bool:
    """Return whether this scheduler works until it is asked again; a time in the far future is of a wrong clock."""
    Leader.objects.get_or_create(name=NAME, defaults={"until": now, "ticked_at": now})
    free = Q(holder=holder) | Q(until__lte=now) | Q(until__gt=now + 2 * LEADS)
    return Leader.objects.filter(free, name=NAME).update(holder=holder, until=now + LEADS) == 1


def resign(holder: str, now: datetime) -> None:
    """Let another scheduler work at once."""
    Leader.objects.filter(name=NAME, holder=holder).update(holder="", until=now)


def tick(now: datetime) -> bool:
    """Note what the clock says; return whether it was put back since it was last looked at."""
    put_back = Leader.objects.filter(name=NAME, ticked_at__gt=now + STEP).exists()
    Leader.objects.filter(name=NAME).update(ticked_at=now)
    return put_back


def ticked_at() -> datetime | None:
    """Return when a scheduler last worked: what readiness asks for."""
    return Leader.objects.filter(name=NAME).values_list("ticked_at", flat=True).first()
