"""Whatever stands in an address, a page is shown, asked for differently, or not there: the server never fails."""

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any, Final
from urllib.parse import quote, urljoin

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse

from server.accounts.models import User
from server.api.urls import described
from tests.web.matrix.bodies import sent
from tests.web.matrix.routes import FREE, routes
from tests.web.pages.all_pages import addresses
from tests.web.pages.many import one_more_of_each
from tests.web.world import plant_world

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NAMES: Final = (
    "q", "page", "show", "as", "section", "mode", "kind", "weeks", "client", "site", "reason", "transport", "name",
    "before", "since", "until", "person", "actor", "action", "format", "sort", "state", "next", "limit", "uid",
)  # fmt: skip
VALUES: Final = ("\x00", "a\x00b", "9" * 30, "-1", "1e400", "NaN", "%", "'\"<>;--", "\u202e\U0010ffff", "x" * 5_000)
RIGHT: Final = {200, 302, 400, 403, 404, 405, 409, 422}
IN_FIELDS: Final = ("\x00", "a\x00b", "9" * 30, "\u202e\U0010ffff", "x" * 5_000)
IN_PLACES: Final = ("\x00", "01\x00", "9" * 30, "\u202e", "x" * 3_000, "01J0000000000000000000000Z")


def test_no_value_behind_an_address_fails_a_page(browser: Browser, administrator: User) -> None:
    world = plant_world()
    one_more_of_each(world, administrator)
    urls = list(addresses(world).values())
    urls += [
        "/api/v1/audit",
        "/api/v1/clients",
        "/api/v1/devices",
        "/api/v1/search",
        "/api/v1/scans",
        "/api/v1/changes",
    ]
    wrong = {}
    for url in urls:
        for value in VALUES:
            status = browser.get(url, dict.fromkeys(NAMES, value)).status_code
            if status not in RIGHT:
                wrong[url, value[:9]] = status
    assert len(urls) > 60
    assert wrong == {}


def test_no_field_of_a_form_fails_a_page(browser: Browser, administrator: User) -> None:
    world = plant_world()
    one_more_of_each(world, administrator)
    urls = list(addresses(world).values())
    forms = {form for url in urls for form in forms_of(url, browser.get(url).content.decode())}
    browser.raise_request_exception = False
    wrong = {}
    for url, names in sorted(forms):
        for value in IN_FIELDS:
            with transaction.atomic():
                status = browser.post(url, dict.fromkeys(names, value)).status_code
                transaction.set_rollback(True)
            if status not in RIGHT:
                wrong[url, value[:9]] = status
    assert len(forms) > 60
    assert wrong == {}


def forms_of(url: str, page: str) -> set[tuple[str, tuple[str, ...]]]:
    """Return where each form of a page is sent, with the names of its fields; a sign-out is left alone."""
    found = set()
    for attributes, inside in re.findall(r"<form([^>]*)>(.*?)</form>", page, re.DOTALL):
        action = re.search(r'action="([^"]*)"', attributes)
        to = urljoin(url, unescape(action[1])) if action else url
        if 'method="post"' in attributes and "sign_out" not in to and to != reverse("account_logout"):
            found.add((to, tuple(sorted(set(re.findall(r'name="([^"]+)"', inside)) - {"csrfmiddlewaretoken"}))))
    return found


def test_no_thing_that_an_address_names_fails_a_route(browser: Browser, administrator: User) -> None:
    plant_world()
    named = [route for route in routes() if route.places and not route.route.startswith("agent/")]
    wrong = {}
    for route in named:
        for value in IN_PLACES:
            url = route.url(dict.fromkeys(route.places, quote(value)))
            told = [browser.get(url), browser.post(url, {}), browser.post(url, "{}", content_type="application/json")]
            if bad := [one.status_code for one in told if one.status_code not in RIGHT]:
                wrong[route.route, value[:9]] = bad
    assert len(named) > 60
    assert wrong == {}


def test_no_text_that_a_program_sends_fails_an_operation(browser: Browser, administrator: User) -> None:
    world = plant_world()
    one_more_of_each(world, administrator)
    values = {**world.shared, **FREE, **world.own.by_place}
    browser.raise_request_exception = False
    wrong, tried_count = {}, 0
    for route in (one for one in routes() if one.is_api and "POST" in one.methods):
        policy = route.policy("POST")
        assert policy is not None
        body = sent(policy[0], world.own)
        for field, told in texts_of(policy[0]).items():
            for value in IN_FIELDS:
                tried_count += 1
                changed = {**body, field: told(value)}
                with transaction.atomic():
                    answer = browser.post(route.url(values), changed, content_type="application/json")
                    transaction.set_rollback(True)
                if answer.status_code not in {*RIGHT, 201}:
                    wrong[policy[0], field, value[:9]] = answer.status_code
    assert tried_count > 200
    assert wrong == {}


def texts_of(operation: str) -> Mapping[str, Callable[[str], object]]:
    """Return the fields of an operation's body that are texts, lists of texts or texts by name, with their shape."""
    described_as: Any = described()
    told = next(
        one for path in described_as["paths"].values() for one in path.values() if one["operationId"] == operation
    )
    if "requestBody" not in told:
        return {}
    name = told["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    found: dict[str, Callable[[str], object]] = {}
    for field, shape in described_as["components"]["schemas"][name]["properties"].items():
        kinds = {one.get("type") for one in shape.get("anyOf", [shape])}
        if "string" in kinds:
            found[field] = lambda value: value
        elif "array" in kinds:
            found[field] = lambda value: [value]
        elif "object" in kinds:
            found[field] = lambda value: {value: value}
    return found
