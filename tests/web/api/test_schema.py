"""What the API's description says holds for whatever is sent: schemathesis makes right requests and wrong ones.

A few for each operation with a fixed seed here; a round of `make soak` sends many with a seed of its own (SOAK_SEED).
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
import schemathesis
from django.conf import settings
from django.db import transaction
from django.middleware.csrf import CSRF_SECRET_LENGTH
from django.test import override_settings
from hypothesis import HealthCheck, Phase, seed
from hypothesis import settings as how
from pytest_django import DjangoDbBlocker
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from server.accounts.models import ApiToken, RoleHeld, User
from server.accounts.rights import Right, Role
from server.accounts.routes import POLICIES
from server.accounts.token_auth import NEVER, digest, new_token
from server.api.urls import described
from server.wsgi import application
from tests.web.conftest import signed_in
from tests.web.world import World, plant_world

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]
IN_SOAK: Final = "SOAK_SEED" in os.environ
SEED: Final = int(os.environ.get("SOAK_SEED", "5"))
EXAMPLES_COUNT: Final = 25 if IN_SOAK else 4
TOKEN: Final = new_token()
UID_LENGTH: Final = 26
SAYS_MORE: Final = frozenset({
    "api_access_add", "api_access_change", "api_credential_add", "api_credential_again", "api_plan_make",
    "api_plan_preview", "api_plan_change", "api_plan_change_preview", "api_problem_give", "api_person_leaving",
    "api_credentials_together", "api_credential_renew", "api_credential_describe", "api_blackout_make",
})  # fmt: skip
"""Where fields are held against each other, a rule is read, a person is looked up, or secrets
are named: no schema tells that."""
OURS: Final = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
"""No made-up token: with one, a browser's session is not asked."""
schema = schemathesis.openapi.from_dict(described(), config=OURS)
schema.app = application


@dataclass(frozen=True)
class Planted:
    """Two clients, and how an administrator asks: by a token, or in a browser for what no token may."""

    world: World
    cookies: Mapping[str, str]

    def asks(self, name: str) -> tuple[dict[str, str], dict[str, str]]:
        """Return the headers and cookies that an operation is asked with."""
        if POLICIES[name].right not in NEVER:
            return {"Authorization": f"Bearer {TOKEN}"}, {}
        return {"X-CSRFToken": self.cookies[settings.CSRF_COOKIE_NAME]}, dict(self.cookies)


@pytest.fixture(scope="module")
def planted(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Planted]:
    """Return what all requests find, made once; each request is rolled back."""
    here = override_settings(ALLOWED_HOSTS=["localhost"])  # the client that schemathesis uses sends cookies there alone
    with here, django_db_blocker.unblock(), transaction.atomic():
        user = User.objects.create_user("boss@msp.test", "Boss")
        User.objects.filter(pk=user.pk).update(all_clients=True)
        RoleHeld.objects.create(user=user, role=Role.ADMINISTRATOR)
        rights = sorted(frozenset(Right) - NEVER)
        ApiToken.objects.create(user=user, name="t", sha256=digest(TOKEN), rights=rights, all_clients=True)
        name, word = settings.SESSION_COOKIE_NAME, "c" * CSRF_SECRET_LENGTH
        session = signed_in(User.objects.get(pk=user.pk)).cookies[name].value
        yield Planted(plant_world(), {name: session, settings.CSRF_COOKIE_NAME: word})
        transaction.set_rollback(True)


@schema.parametrize()
@seed(SEED)
@how(
    max_examples=EXAMPLES_COUNT,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink] if IN_SOAK else [Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_an_operation_is_as_described(case: schemathesis.Case[Any], planted: Planted) -> None:
    name = str(case.operation.definition.raw["operationId"])
    _name_known_things(case, planted.world)
    left_out: list[CheckFunction] = [positive_data_acceptance] if name in SAYS_MORE else []
    headers, cookies = planted.asks(name)
    left_out += [ignored_auth] if cookies else []  # it cannot take the cookies out of that client
    with transaction.atomic():
        answer = case.call_and_validate(
            base_url="http://localhost", headers=headers, cookies=cookies, excluded_checks=left_out
        )
        transaction.set_rollback(True)
    assert answer.status_code < 500


def _name_known_things(case: schemathesis.Case[Any], world: World) -> None:
    """Put the id of a thing that is there where a well-formed one was made: most made-up ids meet nothing."""
    known = {**world.shared, **world.own.by_place}
    parts = case.path.split("/")
    for at, part in enumerate(parts):
        name = part.strip("{}")
        told = case.path_parameters.get(name)
        if part.startswith("{") and isinstance(told, str) and len(told) == UID_LENGTH:
            case.path_parameters[name] = known.get((parts[at - 1], name), told)
