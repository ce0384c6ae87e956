"""What the API's description says holds for whatever is sent: schemathesis makes the requests."""

import os
from collections.abc import Iterator
from typing import Any, Final

import pytest
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from server.accounts.models import ApiToken, RoleHeld, User
from server.accounts.rights import Right, Role
from server.accounts.token_auth import digest, new_token
from server.api.urls import described
from server.wsgi import application
from tests.web.world import World, plant_world

pytestmark = pytest.mark.django_db
EXAMPLES_COUNT: Final = 250 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 20
TOKEN: Final = new_token()
schema = schemathesis.openapi.from_dict(described())
schema.app = application


@pytest.fixture(scope="module")
def planted(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Return two clients and an administrator's token, made once; each request is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        user = User.objects.create_user("boss@msp.test", "Boss")
        User.objects.filter(pk=user.pk).update(all_clients=True)
        RoleHeld.objects.create(user=user, role=Role.ADMINISTRATOR)
        ApiToken.objects.create(user=user, name="t", sha256=digest(TOKEN), rights=list(Right), all_clients=True)
        yield plant_world()
        transaction.set_rollback(True)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES_COUNT,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_an_operation_is_as_described(case: schemathesis.Case[Any], planted: World) -> None:
    if "uid" in case.path_parameters:
        case.path_parameters["uid"] = _known(case, planted)
    with transaction.atomic():
        case.call_and_validate(base_url="http://testserver", headers={"Authorization": f"Bearer {TOKEN}"})
        transaction.set_rollback(True)


def _known(case: schemathesis.Case[Any], world: World) -> object:
    """Return the id of a thing that is there, where a well-formed one was made: most made-up ids meet nothing."""
    place = (case.path.split("/")[3], "uid")
    told = case.path_parameters["uid"]
    return world.own.by_place.get(place, told) if isinstance(told, str) and len(told) == 26 else told
