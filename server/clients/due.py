"""Clients whose verdicts are to be rolled up anew, because something changed that they depend on."""

from datetime import datetime

from django.db.models import F

from server.clients.models import RollUpDue


def roll_up_later(client_id: int, at: datetime) -> None:
    """Have a client rolled up by the worker."""
    if not RollUpDue.objects.filter(pk=client_id).update(revision=F("revision") + 1):
        RollUpDue.objects.get_or_create(pk=client_id, defaults={"since": at})
