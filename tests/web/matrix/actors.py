"""Who asks in the matrix: nobody, each role at one client, an administrator of all, and programs with tokens."""

from dataclasses import dataclass
from typing import Final

from django.test import Client as Browser

from server.accounts import sessions
from server.accounts.models import ApiToken, RoleHeld, User
from server.accounts.rights import Right, Role
from server.accounts.routes import POLICIES
from server.accounts.token_auth import NEVER, digest, new_token
from server.clients.models import Client, ClientAssignment
from tests.web.conftest import signed_in
from tests.web.matrix.duties import BY_ROUTE

FEW_RIGHTS: Final = frozenset({Right.SEE_CLIENTS, Right.RUN_SCANS})


@dataclass(frozen=True)
class Asker:
    """Somebody with a browser or a program, and what the answer sheet says of them."""

    name: str
    browser: Browser
    role: Role | None = None
    known: bool = True
    everywhere: bool = False
    program: bool = False
    rights: frozenset[Right] = frozenset(Right) - NEVER
    """What a program's token was made for."""
    newcomer: bool = False

    def may(self, route: str) -> bool:
        """Return whether the duties of the role serve here, and a token was made for it."""
        duty = BY_ROUTE[route]
        if self.program and (POLICIES[route].right not in self.rights or not route.startswith("api_")):
            return False
        return self.role in duty.who and (self.everywhere or not duty.everywhere)

    @property
    def sees_nothing(self) -> bool:
        """Return whether not even the client's name may reach them."""
        return self.role in {None, Role.CLIENT_CONTACT}


def askers(client: Client) -> list[Asker]:
    """Return all who ask; their scope is one client unless it is said."""
    boss = _person("boss", (Role.ADMINISTRATOR,), None)
    scoped = _person("scoped", (Role.ADMINISTRATOR,), client)
    newcomer = signed_in(_person("newcomer", (Role.ADMINISTRATOR,), None))
    session = newcomer.session
    sessions.begin_in(session, "")
    session.save()
    every, admin = frozenset(Right), Role.ADMINISTRATOR
    return [
        Asker("nobody", Browser(), known=False),
        Asker("no role", signed_in(_person("none", (), client))),
        Asker("second factor missing", newcomer, known=False, newcomer=True),
        Asker("administrator of all", signed_in(boss), admin, everywhere=True),
        Asker("token of an administrator", _program(boss, every, None), admin, everywhere=True, program=True),
        Asker("token of one client", _program(boss, every, client), admin, program=True),
        Asker("token of few rights", _program(scoped, FEW_RIGHTS, None), admin, program=True, rights=FEW_RIGHTS),
        Asker("token of somebody inactive", _program(_gone(), every, None), known=False, program=True),
        *(Asker(str(role.label), signed_in(_person(role.value, (role,), client)), role) for role in Role),
    ]


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
