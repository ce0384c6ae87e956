"""Days and instants at the ends of the calendar are wrong or right, and never a failure of the server."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from django.test import Client as Browser
from django.urls import reverse

from server.accounts.models import User
from tests.web.matrix.bodies import sent
from tests.web.pages.many import one_more_of_each
from tests.web.world import World, plant_world

pytestmark = pytest.mark.django_db

DAYS: Final = ("0001-01-01", "0001-01-02", "1969-12-31", "2999-12-31", "9999-12-30", "9999-12-31")
INSTANTS: Final = ("T00:00:00+14:00", "T00:00:00-12:00", "T23:59:59+14:00", "T23:59:59-12:00", "T12:00:00Z")
BY_API: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "api_statement_add": ("days", ("until",)),
    "api_credential_describe": ("days", ("expires_on",)),
    "api_blackout_make": ("instants", ("begins_at", "ends_at")),
    "api_problem_snooze": ("instants", ("until",)),
    "api_visit_plan": ("days", ("day",)),
    "api_visit_change": ("days", ("day",)),
}
PLACES: Final[Mapping[str, tuple[str, str] | None]] = {
    "api_statement_add": ("clients", "uid"),
    "api_credential_describe": ("credentials", "uid"),
    "api_blackout_make": None,
    "api_problem_snooze": ("problems", "uid"),
    "api_visit_plan": ("sites", "uid"),
    "api_visit_change": ("visits", "uid"),
}
BY_PAGE: Final[Mapping[str, tuple[tuple[str, str] | None, dict[str, Any], tuple[str, ...]]]] = {
    "statement_new": (("clients", "uid"), {"kind": "nas"}, ("until",)),
    "credential": (("credentials", "uid"), {"says": ""}, ("expires_on",)),
    "scan_blackouts": (None, {"why": "move"}, ("begins_at", "ends_at")),
    "problem_snooze": (("problems", "uid"), {}, ("until",)),
    "visit_edit": (("visits", "uid"), {"begins": "08:00", "note": ""}, ("day",)),
    "client_leave": (("clients", "uid"), {"name": ""}, ("kept_until",)),
}


@pytest.fixture
def world(administrator: User) -> World:
    made = plant_world()
    one_more_of_each(made, administrator)
    return made


def address(name: str, place: tuple[str, str] | None, world: World) -> str:
    return reverse(name, args=[{**world.shared, **world.own.by_place}[place]] if place else [])


@pytest.mark.parametrize("name", sorted(BY_API))
def test_a_program_may_send_any_day(name: str, browser: Browser, world: World) -> None:
    url, (kind, fields) = address(name, PLACES[name], world), BY_API[name]
    values = DAYS if kind == "days" else tuple(f"{day}{rest}" for day in DAYS for rest in INSTANTS)
    wrong = {}
    for field in fields:
        for value in values:
            body = {**sent(name, world.own), field: value}
            status = browser.post(url, body, content_type="application/json").status_code
            if status not in {200, 201, 409, 422}:
                wrong[field, value] = status
    assert wrong == {}


@pytest.mark.parametrize("name", sorted(BY_PAGE))
def test_a_person_may_type_any_day(name: str, browser: Browser, world: World) -> None:
    place, told, fields = BY_PAGE[name]
    url = address(name, place, world)
    times = "T00:00" if "begins_at" in fields else ""
    wrong = {}
    for day in DAYS:
        answer = browser.post(url, {**told, **dict.fromkeys(fields, f"{day}{times}")})
        if answer.status_code not in {200, 302}:
            wrong[day] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("name", ["audit", "api_audit", "client_changes", "changes"])
@pytest.mark.parametrize("field", ["since", "until", "before", "at"])
def test_a_list_may_be_asked_for_any_day(name: str, field: str, browser: Browser, world: World) -> None:
    url = address(name, ("clients", "uid") if name == "client_changes" else None, world)
    told = [*DAYS, *(f"{day}{rest}" for day in DAYS for rest in INSTANTS)]
    wrong = {value: status for value in told if (status := browser.get(url, {field: value}).status_code) >= 500}
    assert wrong == {}
