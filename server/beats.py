"""Signs of life of the server's processes, kept in the database so that any web node can tell readiness."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from server.accounts.models import Beat

EVERY: Final = timedelta(seconds=15)
GONE_AFTER: Final = timedelta(seconds=60)


def beat(name: str) -> None:
    """Note that a process lives; names: 'worker', 'scheduler'."""
    Beat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def last_beat(name: str) -> datetime | None:
    """Return when a process last showed that it lives."""
    found = Beat.objects.filter(name=name).first()
    return found.at if found else None


def alive(name: str, now: datetime | None = None) -> bool:
    """Return whether a process showed within the last minute that it lives."""
    at = last_beat(name)
    return at is not None and (now or timezone.now()) - at < GONE_AFTER
