"""What an administrator does with people: add, change, deactivate, give a new way in."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from server.accounts import one_time, second_factor
from server.accounts.acting import acting
from server.accounts.actor import Actor
from server.accounts.models import ApiToken, FailedLogIns, OneTimeLink, RoleHeld, User
from server.accounts.rights import Right, Role
from server.accounts.sessions import end_sessions


class LastAdministrator(Exception):
    """Nobody would be left who may manage people."""


@dataclass(frozen=True)
class Place:
    """What a person is here: their roles and their scope."""

    roles: frozenset[str]
    all_clients: bool
    client_ids: frozenset[int] = frozenset()


def add_person(by: Actor, email: str, name: str, place: Place, *, time_zone: str = "UTC") -> tuple[User, str]:
    """Return a new person and the link by which they set their password; it is shown once and kept nowhere."""
    with acting(by, Right.MANAGE_USERS, "person added") as act:
        user = User.objects.create_user(email, name)
        User.objects.filter(pk=user.pk).update(time_zone=time_zone)
        _put(user, place)
        act.about = user
        act.details.update(email=user.email, roles=sorted(place.roles), all_clients=place.all_clients)
        return user, one_time.make_link(user, by.name, one_time.INVITATION_LASTS)


def change_person(by: Actor, user: User, email: str, name: str, place: Place) -> None:
    """Change name, address, roles and scope; rights change with the next request."""
    with acting(by, Right.MANAGE_USERS, "person changed", about=user) as act:
        if Role.ADMINISTRATOR not in place.roles or not place.all_clients:
            _need_another_administrator(user)
        before = sorted(user.role_names)
        user.email, user.name = email.casefold(), name
        user.save(update_fields=["email", "name"])
        _put(user, place)
        act.details.update(email=email, was=before, roles=sorted(place.roles), all_clients=place.all_clients)


def deactivate(by: Actor, user: User) -> None:
    """End every way in: sessions, tokens, links. What the person made stays theirs by name."""
    with acting(by, Right.MANAGE_USERS, "person deactivated", about=user) as act:
        act.details.update(end_all_ways_in(user))


def end_all_ways_in(user: User) -> dict[str, object]:
    """Deactivate inside an action that is under way; return what ended, for its entry."""
    _need_another_administrator(user)
    now = timezone.now()
    User.objects.filter(pk=user.pk).update(is_active=False, deactivated_at=now, rights_changed_at=now)
    user.is_active, user.deactivated_at = False, now
    tokens = ApiToken.objects.filter(user=user, ended_at=None).update(ended_at=now)
    OneTimeLink.objects.filter(user=user, used_at=None).update(used_at=now)
    return {"sessions": end_sessions(user), "tokens": tokens}


def reactivate(by: Actor, user: User) -> str:
    """Return a link by which the person sets a new password; old tokens stay ended."""
    with acting(by, Right.MANAGE_USERS, "person reactivated", about=user):
        User.objects.filter(pk=user.pk).update(is_active=True, deactivated_at=None, rights_changed_at=timezone.now())
        user.is_active, user.deactivated_at = True, None
        _forget_way_in(user)
        return one_time.make_link(user, by.name, one_time.RESET_LASTS)


def give_new_way_in(by: Actor, user: User) -> str:
    """Return a link for a person who lost password or phone: both are set up anew, and all sessions end."""
    with acting(by, Right.MANAGE_USERS, "sign-in reset", about=user) as act:
        _forget_way_in(user)
        act.details["sessions"] = end_sessions(user)
        return one_time.make_link(user, by.name, one_time.RESET_LASTS)


def set_password(link: OneTimeLink, password: str, source: str) -> bool:
    """Set the password of a one-time link's person; False when somebody else has used the link meanwhile."""
    user = link.user
    by = Actor(name=user.name, rights=frozenset({Right.OWN_ACCOUNT}), user_id=user.pk, source=source)
    with transaction.atomic():
        if not one_time.use(link):
            return False
        with acting(by, Right.OWN_ACCOUNT, "password set by link", about=user):
            user.set_password(password)
            user.save(update_fields=["password"])
            end_sessions(user)
    return True


def unlock(user: User) -> None:
    """Forget the failed tries of a person."""
    keys = [f"name:{user.email}", f"code:{user.pk}", f"proof:{user.pk}"]
    FailedLogIns.objects.filter(key__in=keys).delete()


def _forget_way_in(user: User) -> None:
    second_factor.remove(user)
    unlock(user)
    user.set_unusable_password()
    user.save(update_fields=["password"])


def _put(user: User, place: Place) -> None:
    RoleHeld.objects.filter(user=user).exclude(role__in=place.roles).delete()
    _add_roles(user, place.roles)
    User.objects.filter(pk=user.pk).update(all_clients=place.all_clients, rights_changed_at=timezone.now())
    user.all_clients = place.all_clients
    assignments = user.assignments
    wanted = frozenset() if place.all_clients else place.client_ids
    assignments.exclude(client_id__in=wanted).delete()
    there = set(assignments.values_list("client_id", flat=True))
    kind = assignments.model
    kind.objects.bulk_create([kind(user=user, client_id=one) for one in sorted(wanted - there)])


def _add_roles(user: User, roles: Iterable[str]) -> None:
    rows = [RoleHeld(user=user, role=Role(role)) for role in sorted(roles)]
    RoleHeld.objects.bulk_create(rows, ignore_conflicts=True)


def _need_another_administrator(user: User) -> None:
    """Raise LastAdministrator when nobody else could manage people; rows are locked against a second such change."""
    held = RoleHeld.objects.select_for_update().filter(
        role=Role.ADMINISTRATOR, user__is_active=True, user__all_clients=True
    )
    administrators = {one.user_id for one in held}
    if administrators <= {user.pk} and user.pk in administrators:
        raise LastAdministrator("somebody must be left who may manage people")
