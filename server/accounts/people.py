"""Reading about people, for the pages and the console: a fixed number of queries for any number of them."""

from collections import Counter
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from server.accounts.models import User
from server.accounts.rights import Role


@dataclass(frozen=True)
class Person:
    """A row of the list of people."""

    user: User
    second_factor: bool
    clients_count: int

    @property
    def roles(self) -> list[str]:
        """Return the roles in words."""
        return [str(Role(role).label) for role in self.user.role_names]


def all_people() -> QuerySet[User]:
    """Return everybody: the active first, by name."""
    return User.objects.prefetch_related("roles").order_by("-is_active", "name", "pk")


def people(found: QuerySet[User] | list[User] | None = None) -> list[Person]:
    """Return people with what the list shows of each."""
    users = list(all_people() if found is None else found)
    keys = [one.pk for one in users]
    with_app = set(
        Authenticator.objects.filter(user_id__in=keys, type=Authenticator.Type.TOTP).values_list("user_id", flat=True)
    )
    assignment = User._meta.get_field("assignments").related_model
    counts = Counter(assignment._default_manager.filter(user_id__in=keys).values_list("user_id", flat=True))
    return [Person(one, one.pk in with_app, counts[one.pk]) for one in users]
