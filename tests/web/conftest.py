"""People, clients and signed-in browsers for the tests of the server."""

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from server.accounts import sessions
from server.accounts.actor import Actor
from server.accounts.middleware import actor_of
from server.accounts.models import RoleHeld, User
from server.accounts.rights import Role
from server.clients.models import Client, ClientAssignment, Site

MakePerson = Callable[..., User]


@pytest.fixture
def make_person(db: None) -> MakePerson:
    """Return what makes a person with roles; in scope: the clients given, or all."""
    made = 0

    def make(*roles: Role, clients: tuple[Client, ...] | None = None) -> User:
        nonlocal made
        made += 1
        user = User.objects.create_user(f"person{made}@msp.test", f"Person {made}")
        user.all_clients = clients is None
        user.save()
        RoleHeld.objects.bulk_create([RoleHeld(user=user, role=role) for role in roles])
        ClientAssignment.objects.bulk_create([ClientAssignment(user=user, client=one) for one in clients or ()])
        return user

    return make


@pytest.fixture
def administrator(make_person: MakePerson) -> User:
    """Return an administrator of all clients."""
    return make_person(Role.ADMINISTRATOR)


@pytest.fixture
def by(administrator: User) -> Actor:
    """Return the administrator as actions see them."""
    return actor_of(administrator, "192.0.2.1")


@pytest.fixture
def browser(administrator: User) -> Browser:
    """Return a browser in which the administrator is signed in."""
    return signed_in(administrator)


def signed_in(user: User) -> Browser:
    """Return a browser in which somebody is signed in, with their second factor."""
    browser = Browser()
    browser.force_login(user)
    session = browser.session
    sessions.begin_in(session, "code")
    session.save()
    return browser


@pytest.fixture
def site(db: None) -> Site:
    """Return the one site of a client."""
    client = Client.objects.create(name="Kestrel Joinery", time_zone="Europe/London")
    return Site.objects.create(client=client, name="Main office", time_zone="Europe/London")
