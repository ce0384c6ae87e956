"""A person leaves: one action ends every way in, hands over what hung on them and lists what must be changed."""

from collections.abc import Iterable

from django.utils import timezone

from server.accounts.acting import acting
from server.accounts.actions.people import end_all_ways_in
from server.accounts.actor import Actor
from server.accounts.hand_over import Thing, hanging_on, kind_of
from server.accounts.models import Departure, DepartureItem, User
from server.accounts.rights import Right


class NobodyToTakeOver(Exception):
    """Whoever takes over must be here, active, and somebody else."""


def leave(by: Actor, user: User, to: User | None) -> Departure:
    """Return the departure with the list of what must be changed, each item with a tick to come."""
    if to is not None and (not to.is_active or to.pk == user.pk):
        raise NobodyToTakeOver("choose somebody else who is active")
    with acting(by, Right.MANAGE_USERS, "person left", about=user) as act:
        departure = Departure.objects.create(user=user, by=by.name, handed_to=to)
        handed: dict[str, int] = {}
        for one in hanging_on(user):
            if one.kind.to_be_changed:
                _list(departure, one.kind.name, one.things)
            handed[one.kind.name] = one.kind.hand_over(user, to)
        act.details.update(end_all_ways_in(user), handed_over=handed, to=to.name if to else "")
    return departure


def _list(departure: Departure, kind: str, things: Iterable[Thing]) -> None:
    rows = [
        DepartureItem(
            departure=departure, kind=kind, thing_uid=thing.uid, name=thing.name[:200], client_uid=thing.client_uid
        )
        for thing in things
    ]
    DepartureItem.objects.bulk_create(rows)


def tick(by: Actor, item: DepartureItem) -> bool:
    """Note that what a former colleague knew was changed; False when somebody had noted it before."""
    with acting(by, Right.MANAGE_USERS, "secret changed after departure", client_uid=item.client_uid) as act:
        act.details.update(kind=item.kind, name=item.name, left=item.departure.user.name)
        done = DepartureItem.objects.filter(pk=item.pk, done_at=None).update(done_at=timezone.now(), done_by=by.name)
        kind = kind_of(item.kind)
        if done and kind is not None:
            kind.ticked(item.thing_uid)
    return bool(done)
