"""What hangs on a person in the later apps: clients, credentials, problems; shown and handed over when they leave."""

from collections.abc import Sequence
from typing import Final

from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from server.access.models import Credential, CredentialState
from server.accounts.hand_over import HangsOn, Thing, register
from server.accounts.models import User
from server.clients.models import ClientAssignment
from server.notices.models import Problem


class AssignedClients:
    """The clients in a person's scope, where it is not all."""

    name: Final = "clients"
    title: str | Promise = _("Clients assigned")
    to_be_changed: Final = False

    def of(self, user: User) -> Sequence[Thing]:
        """Return the clients."""
        found = ClientAssignment.objects.filter(user=user).select_related("client").order_by("client__name")
        return [Thing(one.client.uid, one.client.name, one.client.uid, _url("client", one.client.uid)) for one in found]

    def hand_over(self, user: User, to: User | None) -> int:
        """Give the assignments to somebody who does not have them yet."""
        mine = ClientAssignment.objects.filter(user=user)
        count = mine.count()
        if to is not None and not to.all_clients:
            has = ClientAssignment.objects.filter(user=to).values("client_id")
            mine.exclude(client_id__in=has).update(user=to)
        ClientAssignment.objects.filter(user=user).delete()
        return count

    def ticked(self, uid: str) -> None:
        """Do nothing: an assignment is no secret."""


class KnownCredentials:
    """The credentials that a person owns or has entered: each must be changed, because it was known."""

    name: Final = "credentials"
    title: str | Promise = _("Credentials owned or entered")
    to_be_changed: Final = True

    def _found(self, user: User) -> QuerySet[Credential]:
        return Credential.objects.filter(Q(owner=user) | Q(entered_by=user)).exclude(state=CredentialState.WITHDRAWN)

    def of(self, user: User) -> Sequence[Thing]:
        """Return the credentials."""
        found = self._found(user).select_related("client", "site").order_by("client__name", "site__name", "name")
        return [
            Thing(
                one.uid, f"{one.client.name}, {one.site.name}: {one.name}", one.client.uid, _url("credential", one.uid)
            )
            for one in found
        ]

    def hand_over(self, user: User, to: User | None) -> int:
        """Give them to another owner, and mark all as to be changed."""
        count = self._found(user).update(to_be_changed=True)
        Credential.objects.filter(owner=user).update(owner=to)
        return count

    def ticked(self, uid: str) -> None:
        """Take the mark from a credential that was changed."""
        Credential.objects.filter(uid=uid).update(to_be_changed=False)


class OwnedProblems:
    """The open problems of scans that a person looks after."""

    name: Final = "problems"
    title: str | Promise = _("Problems looked after")
    to_be_changed: Final = False

    def of(self, user: User) -> Sequence[Thing]:
        """Return the problems."""
        return [
            Thing(one.uid, one.title) for one in Problem.objects.filter(owner=user, ended_at=None).order_by("title")
        ]

    def hand_over(self, user: User, to: User | None) -> int:
        """Give them to another owner."""
        return Problem.objects.filter(owner=user, ended_at=None).update(owner=to)

    def ticked(self, uid: str) -> None:
        """Do nothing: a problem is no secret."""


KINDS: Final[tuple[HangsOn, ...]] = (AssignedClients(), KnownCredentials(), OwnedProblems())


def register_all() -> None:
    """Make the kinds known to the page on leaving."""
    for kind in KINDS:
        register(kind)


def _url(name: str, uid: str) -> str:
    """Return a page's address, or nothing where there is no such page."""
    try:
        return reverse(name, args=[uid])
    except NoReverseMatch:
        return ""
