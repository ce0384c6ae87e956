"""Lock-out: a name or an address that failed too often waits, and a flood of tries in parallel cannot pass."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Case, F, PositiveIntegerField, Q, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone

from server.accounts.models import FailedLogIns

LOCKED_FOR: Final = timedelta(minutes=15)
WITHIN: Final = timedelta(minutes=15)
"""Tries that lie further back than this no longer count."""


@dataclass(frozen=True)
class Limit:
    """How many tries one kind of key has before it is locked."""

    kind: str
    tries: int


NAME: Final = Limit("name", 5)
SOURCE: Final = Limit("source", 40)
"""An office behind one address has many people; a flood has thousands of tries."""
CODE: Final = Limit("code", 5)
PROOF: Final = Limit("proof", 5)
"""A signed-in person proves who they are before they change their sign-in."""


def take(limit: Limit, word: str, now: datetime | None = None) -> bool:
    """Return whether one more try may be evaluated; it is counted before it is, by one conditional UPDATE.

    The try that reaches the limit locks the key in the same statement, so of any number at once only that many pass.
    """
    now = now or timezone.now()
    key = _key(limit, word)
    open_to_all = Q(locked_until__isnull=True) | Q(locked_until__lte=now)
    if FailedLogIns.objects.filter(key=key).exclude(open_to_all).exists():
        return False  # most of a flood ends here, without a write
    FailedLogIns.objects.bulk_create([FailedLogIns(key=key, began_at=now)], ignore_conflicts=True)
    fresh = Q(began_at__lt=now - WITHIN) | Q(locked_until__isnull=False)
    before = Case(When(fresh, then=Value(0)), default=F("count"), output_field=PositiveIntegerField())
    reaches = Q(count__gte=limit.tries - 1) & ~fresh
    return bool(
        FailedLogIns.objects.filter(open_to_all, key=key).update(
            count=before + 1,
            began_at=Case(When(fresh, then=Value(now)), default=F("began_at")),
            locked_until=Case(When(reaches, then=Value(now + LOCKED_FOR)), default=None),
        )
    )


def succeeded(limit: Limit, word: str) -> None:
    """Forget the failed tries of a key: the right answer came."""
    FailedLogIns.objects.filter(key=_key(limit, word)).delete()


def give_back(limit: Limit, word: str) -> None:
    """Take back one counted try: it was right, which does not excuse the wrong ones of the same address."""
    FailedLogIns.objects.filter(key=_key(limit, word)).update(count=Greatest(F("count"), 1) - 1, locked_until=None)


def locked_until(limit: Limit, word: str) -> datetime | None:
    """Return until when a key is locked, if it is."""
    found = FailedLogIns.objects.filter(key=_key(limit, word), locked_until__gt=timezone.now()).first()
    return found.locked_until if found else None


def forget_old(now: datetime) -> int:
    """Delete what no longer counts; return how many keys."""
    old = Q(began_at__lt=now - WITHIN) & (Q(locked_until__isnull=True) | Q(locked_until__lt=now))
    return FailedLogIns.objects.filter(old).delete()[0]


def _key(limit: Limit, word: str) -> str:
    return f"{limit.kind}:{_network(word) if limit is SOURCE else word.casefold()}"[:300]


def _network(source: str) -> str:
    """Return the address that counts: of IPv6 the /64, which one machine has to itself."""
    try:
        address = ipaddress.ip_address(source.partition("%")[0])
    except ValueError:
        return source
    if address.version == 6 and not address.ipv4_mapped:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
