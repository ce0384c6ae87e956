"""Who asks in the matrix: nobody, each role at one client, an administrator of all, and programs with tokens."""

from dataclasses import dataclass
from typing import Final

from django.test import Client as Browser

from server.accounts import sessions
from server.accounts.models import ApiToken, RoleHeld, User
from server.accounts.rights import RIGHTS, Right, Role
from server.accounts.token_auth import NEVER, digest, new_token
from server.clients.models import Client, ClientAssignment
from tests.web.conftest import signed_in


@dataclass(frozen=True)
class Asker:
    """Somebody with a browser or a program, and what the tables say of them."""

    name: str
    browser: Browser
    rights: frozenset[Right] | None
    """None: nobody that the server knows."""
    everywhere: bool = False
    program: bool = False
    newcomer: bool = False


FEW_RIGHTS: Final = frozenset({Right.SEE_CLIENTS, Right.RUN_SCANS})


def askers(client: Client) -> list[Asker]:
    """Return all who ask; their scope is one client unless it is said."""
    boss = _person("boss", (Role.ADMINISTRATOR,), None)
    scoped = _person("scoped", (Role.ADMINISTRATOR,), client)
    newcomer = signed_in(_person("newcomer", (Role.ADMINISTRATOR,), None))
    session = newcomer.session
    sessions.begin_in(session, "")
    session.save()
    all_rights = frozenset(Right)
    found = [
        Asker("nobody", Browser(), None),
        Asker("no role", signed_in(_person("none", (), client)), frozenset()),
        Asker("second factor missing", newcomer, None, newcomer=True),
        Asker("administrator of all", signed_in(boss), all_rights, everywhere=True),
        Asker("token of an administrator", _program(boss, all_rights, None), all_rights - NEVER, True, True),
        Asker("token of one client", _program(boss, all_rights, client), all_rights - NEVER, program=True),
        Asker("token of few rights", _program(scoped, FEW_RIGHTS, None), FEW_RIGHTS, program=True),
        Asker("token of somebody inactive", _program(_gone(), all_rights, None), None, program=True),
    ]
    roles = [Asker(str(role), signed_in(_person(role.value, (role,), client)), RIGHTS[role]) for role in Role]
    return [*found, *roles]


def _person(name: str, roles: tuple[Role, ...], client: Client | None) -> User:
    user = User.objects.create_user(f"{name}@msp.test", name)
    user.all_clients = client is None
    user.save()
    RoleHeld.objects.bulk_create([RoleHeld(user=user, role=role) for role in roles])
    if client is not None:
        ClientAssignment.objects.create(user=user, client=client)
    return user


def _gone() -> User:
    user = _person("gone", (Role.ADMINISTRATOR,), None)
    user.is_active = False
    user.save()
    return user


def _program(maker: User, rights: frozenset[Right], client: Client | None) -> Browser:
    token = new_token()
    ApiToken.objects.create(
        user=maker,
        name="program",
        sha256=digest(token),
        rights=sorted(rights),
        all_clients=client is None,
        clients=[] if client is None else [client.uid],
    )
    return Browser(headers={"Authorization": f"Bearer {token}"})
