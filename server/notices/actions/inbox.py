"""A person's own notices: read, and switched by kind. Reading leaves no trace in the audit log: it concerns nobody."""

from collections.abc import Mapping
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from server.accounts.acting import acting
from server.accounts.actor import Actor, NotThere
from server.accounts.models import User
from server.accounts.rights import Right
from server.notices.kinds import KINDS, Kind
from server.notices.models import Notice, Switch

UNREAD_COUNT: Final = 100
"""Beyond it the bell says 99+."""


def notices_of(actor: Actor) -> QuerySet[Notice]:
    """Return what stands in the actor's inbox, without clients that have left their scope."""
    if actor.user_id is None:
        return Notice.objects.none()
    scope = Q() if actor.all_clients else Q(client=None) | Q(client__in=actor.client_ids)
    return Notice.objects.filter(scope, user_id=actor.user_id, in_inbox=True)


def unread_count(actor: Actor) -> int:
    """Return how many notices are unread, at most a hundred: one query by the index."""
    unread = notices_of(actor).filter(read_at=None).order_by()
    return len(unread.values_list("pk")[:UNREAD_COUNT])


def mark_read(by: Actor, uid: str) -> None:
    """Mark one notice as read; raises NotThere."""
    by.need(Right.OWN_ACCOUNT)
    mine = notices_of(by).filter(uid=uid)
    if not mine.exists():
        raise NotThere("there is no such notice")
    mine.filter(read_at=None).update(read_at=timezone.now())


def mark_all_read(by: Actor) -> int:
    """Mark all as read that stand there now; return how many were not."""
    by.need(Right.OWN_ACCOUNT)
    return notices_of(by).filter(read_at=None).update(read_at=timezone.now())


def kinds_for(user: User) -> list[Kind]:
    """Return the kinds that concern a person by their roles: both ways are on, until they switch one off."""
    return [kind for kind in KINDS.values() if kind.roles & set(user.role_names)]


def switch(by: Actor, user: User, chosen: Mapping[str, tuple[bool, bool]]) -> None:
    """Keep a person's own choice by kind: whether it stands in the inbox, and whether it is mailed."""
    kinds = {kind.name for kind in kinds_for(user)}
    with acting(by, Right.OWN_ACCOUNT, "notices switched") as act:
        told = {name: ways for name, ways in chosen.items() if name in kinds}
        for name, (inbox, mail) in told.items():
            Switch.objects.update_or_create(user=user, kind=name, defaults={"inbox": inbox, "mail": mail})
        unmailed = [name for name, (_inbox, mail) in told.items() if not mail]
        Notice.objects.filter(user=user, kind__in=unmailed, mailed_at=None).update(mailed_at=timezone.now())
        act.details["off"] = {name: _off(*ways) for name, ways in told.items() if not all(ways)}


def _off(inbox: bool, mail: bool) -> list[str]:
    return [word for word, on in (("inbox", inbox), ("mail", mail)) if not on]
