"""How complete each client is read: the share of its devices that were read within seven days, and since when."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet

from server.accounts.actor import Actor
from server.clients.models import Client, ClientState, DeviceState
from server.notices.models import Completeness

READ_WITHIN: Final = timedelta(days=7)
TARGET_PERMILLE: Final = 950
"""users.md, section 1.2: at least 95 % of the devices within seven days."""
OVERDUE: Final = timedelta(days=30)
AT_ONCE_COUNT: Final = 500


def measure(at: datetime) -> int:
    """Count anew for every active client; return how many rows changed."""
    rows = {row.client_id: row for row in Completeness.objects.all()}
    today, new, other = at.date(), [], []
    for client_id, devices, read in _counted(at):
        row = rows.pop(client_id, None)
        now = Completeness(client_id=client_id, since_on=row.since_on if row else today)
        now.devices_count, now.read_count = devices, read
        now.permille = read * 1000 // devices if devices else None
        now.complete_on = today if (now.permille or 0) >= TARGET_PERMILLE else row.complete_on if row else None
        if row is None:
            new.append(now)
        elif any(getattr(row, name) != getattr(now, name) for name in _CHANGES):
            other.append(now)
    Completeness.objects.bulk_create(new, ignore_conflicts=True, batch_size=AT_ONCE_COUNT)
    Completeness.objects.bulk_update(other, _CHANGES, batch_size=AT_ONCE_COUNT)
    _forget(rows)
    return len(new) + len(other)


def _counted(at: datetime) -> Iterable[tuple[int, int, int]]:
    """Return by client how many devices are in use, and how many of them were read within seven days."""
    in_use = Q(devices__state=DeviceState.IN_USE)
    counted = Client.objects.filter(state=ClientState.ACTIVE).annotate(
        in_use=Count("devices", filter=in_use),
        read=Count("devices", filter=in_use & Q(devices__read_at__gte=at - READ_WITHIN)),
    )
    return counted.order_by().values_list("pk", "in_use", "read")


def _forget(client_ids: Iterable[int]) -> None:
    gone = list(client_ids)
    for first in range(0, len(gone), AT_ONCE_COUNT):
        Completeness.objects.filter(client_id__in=gone[first : first + AT_ONCE_COUNT]).delete()


_CHANGES: Final = ("devices_count", "read_count", "permille", "complete_on")


def seen_by(actor: Actor) -> QuerySet[Completeness]:
    """Return the rows of the clients in the actor's scope."""
    return Completeness.objects.filter(client__in=Client.objects.seen_by(actor), client__state=ClientState.ACTIVE)


def overdue(rows: QuerySet[Completeness], today: date) -> QuerySet[Completeness]:
    """Return those with devices that had no complete scan within thirty days: the list that the boss asks for."""
    since = today - OVERDUE
    never = Q(complete_on=None, since_on__lt=since)
    return rows.filter(never | Q(complete_on__lt=since), devices_count__gt=0)


def below(rows: QuerySet[Completeness]) -> QuerySet[Completeness]:
    """Return those below the target."""
    return rows.filter(permille__lt=TARGET_PERMILLE)
