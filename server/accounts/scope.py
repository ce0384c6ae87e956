"""Clients as people and tokens name them: by uid. Their model belongs to a later app and is asked for by its name."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps

from server.accounts.actor import Actor
from server.accounts.rights import Right


def _clients() -> Any:
    return apps.get_model("clients", "Client")._default_manager


def client_ids_of(uids: Iterable[str]) -> frozenset[int]:
    """Return the primary keys of clients; uids that there are not are left out."""
    return frozenset(_clients().filter(uid__in=list(uids)).values_list("pk", flat=True))


def client_choices(actor: Actor) -> list[tuple[str, str]]:
    """Return uid and name of each client that the actor sees, by name."""
    if not actor.may(Right.SEE_CLIENTS):
        return []
    return [(str(uid), str(name)) for uid, name in _clients().seen_by(actor).values_list("uid", "name")]


def uids_in_scope(actor: Actor) -> list[str]:
    """Return the uids of the clients in a limited actor's scope."""
    return list(_clients().seen_by(actor).values_list("uid", flat=True))
