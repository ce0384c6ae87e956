"""Who x every route x whose: what happens is what the answer sheet (`duties.py`) says."""

from collections.abc import Iterator
from copy import deepcopy
from http import HTTPStatus
from typing import Final, cast

import pytest
from django.db import transaction
from django.http import HttpResponse
from pytest_django import DjangoDbBlocker

from tests.web.matrix.actors import Asker, askers
from tests.web.matrix.bodies import sent
from tests.web.matrix.duties import BY_ROUTE
from tests.web.matrix.routes import Route, routes
from tests.web.world import World, plant_world

pytestmark = pytest.mark.django_db
Planted = tuple[World, list[Asker]]
NEWCOMERS: Final = frozenset({"second_factor"})
"""Open before the second factor is set up."""
SOMEBODYS: Final = frozenset({
    "recovery_codes", "account_token_end", "notice_read", "api_token_end", "api_inbox_read",
})  # fmt: skip
"""Where those who ask have nothing of their own: no codes were made, the token and the notice are another person's."""
ADMINISTRATORS_TOO: Final = frozenset({"account_token_end", "api_token_end"})
"""Who manages people ends the token of anybody."""
FORMS: Final[dict[str, dict[str, str]]] = {"person_state": {"what": "deactivate"}}
"""What a page is sent where an empty form says nothing."""


@pytest.fixture(scope="module")
def planted(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Planted]:
    """Return two clients and all who ask, made once; each request is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = plant_world()
        yield world, askers(world.own.client)
        transaction.set_rollback(True)


@pytest.mark.parametrize("route", [pytest.param(one, id=one.route or "home") for one in routes()])
def test_a_route_serves_those_whose_duty_it_is_and_nobody_else(route: Route, planted: Planted) -> None:
    world, everybody = planted
    wrong = []
    for asker in everybody:
        for whose, url in targets(route, asker, world).items():
            for method in sorted(route.methods | ({"GET", "POST"} if asker.everywhere else set())):
                response = asked(asker, method, url, body(route, method, world, whose))
                wrong += [f"{method} {whose} by {asker.name} tells of {one}" for one in leaks(asker, world, response)]
                if not holds(route, method, asker, whose, response):
                    said = response.headers.get("Location", "") or response.content[:200].decode(errors="replace")
                    wrong.append(f"{method} {whose} by {asker.name}: {response.status_code} {said}")
    assert wrong == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_a_method_that_no_route_lists_is_refused_everywhere(method: str, planted: Planted) -> None:
    world, everybody = planted
    boss = next(one for one in everybody if one.everywhere)
    refused = {one.route: asked(boss, method, one.targets(world)["own"], None).status_code for one in routes()}
    assert {route: status for route, status in refused.items() if status != 405} == {}


def targets(route: Route, asker: Asker, world: World) -> dict[str, str]:
    """Return what is asked for: all four by who may come here, one's own by who may not.

    What is missing is asked for by who sees everything: to the others it is as what is another's.
    """
    found = route.targets(world)
    may = asker.known and any(name in BY_ROUTE and asker.may(name) for name, _policy in route.policies)
    return {
        whose: url
        for whose, url in found.items()
        if whose == "own" or (may and (whose != "missing" or asker.everywhere))
    }


def body(route: Route, method: str, world: World, whose: str) -> dict[str, object] | None:
    """Return what is sent: JSON to the API, an empty form (None) to most pages."""
    row = route.policy(method)
    if row is None or not route.is_api:
        return None if row is None or method == "GET" else dict(FORMS.get(row[0], {})) or None
    return sent(row[0], world.other if whose == "other" else world.own)


def asked(asker: Asker, method: str, url: str, told: dict[str, object] | None) -> HttpResponse:
    """Return the answer to a request of which nothing remains."""
    cookies = deepcopy(asker.browser.cookies)
    with transaction.atomic():
        if told is None:
            answer = asker.browser.generic(method, url)
        else:
            send = getattr(asker.browser, method.lower())
            kind = {"content_type": "application/json"} if url.startswith("/api/v1/") else {}
            answer = send(url, told, **kind) if method != "GET" else send(url)
        transaction.set_rollback(True)
    asker.browser.cookies = cookies  # whoever signed out is signed in again, as in the database
    return cast(HttpResponse, answer)


def holds(route: Route, method: str, asker: Asker, whose: str, response: HttpResponse) -> bool:
    """Return whether the answer is what the answer sheet says."""
    status = response.status_code
    row = route.policy(method)
    if row is None:
        return status == HTTPStatus.METHOD_NOT_ALLOWED
    name, policy = row
    if policy.right is None:
        return status < 500 or (name, status) == ("readyz", 503)
    if unknown(route, asker, name):
        return status == HTTPStatus.UNAUTHORIZED if route.is_api else sent_away(response, asker)
    refused = refusals(name, asker, whose)
    if refused:
        return status in refused
    return status not in {401, 403, 404, 405} and status < 500 and not sent_away(response, asker)


def unknown(route: Route, asker: Asker, name: str) -> bool:
    """Return whether the server takes somebody for nobody here."""
    if asker.newcomer and name in NEWCOMERS:
        return False
    return not asker.known or (asker.program and not route.is_api)


def refusals(name: str, asker: Asker, whose: str) -> set[HTTPStatus]:
    """Return how it may be refused: by 403 where a duty lacks, by 404 what is missing or another's."""
    missing = whose in {"missing", "mixed"} or (whose == "other" and not asker.everywhere)
    if not asker.newcomer and not asker.may(name):
        outside = asker.role in BY_ROUTE[name].who and missing  # plans: what is missing is said before what is shut
        return {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND} if outside else {HTTPStatus.FORBIDDEN}
    if missing or (name in SOMEBODYS and not (asker.everywhere and name in ADMINISTRATORS_TOO)):
        return {HTTPStatus.NOT_FOUND}
    return set()


def leaks(asker: Asker, world: World, response: HttpResponse) -> list[str]:
    """Return the names of clients in an answer to somebody who may not know of them."""
    shut = [] if asker.everywhere else [world.other]
    if asker.sees_nothing or not asker.known:
        shut.append(world.own)
    if not shut or response.streaming:
        return []
    return [one.client.name for one in shut if one.client.name.encode() in response.content]


def sent_away(response: HttpResponse, asker: Asker) -> bool:
    """Return whether a person is asked to sign in, or to set up the second factor."""
    where = "/second-factor/" if asker.newcomer else "/sign-in/"
    return response.status_code == 302 and response.headers["Location"].startswith(where)
