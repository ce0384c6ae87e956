"""The API: who is let in, how refusals look, paging, and requests that are sent twice."""

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from server.accounts.models import ApiToken, AuditEntry, User
from server.accounts.rights import Right, Role
from server.api.models import SentOnce
from server.clients.models import Client, Device, Site
from server.readings.models import FeedEntry
from tests.web.api.conftest import Program, post
from tests.web.conftest import MakePerson, signed_in
from tests.web.world import AT

pytestmark = pytest.mark.django_db


def test_nobody_is_let_in() -> None:
    response = Browser().get("/api/v1/clients")
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, 'Bearer realm="Datumline"')


def test_a_refusal_is_problem_details() -> None:
    response = Browser().get("/api/v1/clients")
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "title": "Unauthorized", "status": 401, "detail": "Sign in, or send a token that has not ended.",
    }  # fmt: skip


def test_a_signed_in_browser_reads_without_a_token(browser: Browser, site: Site) -> None:
    assert browser.get("/api/v1/clients").json()["items"][0]["name"] == "Kestrel Joinery"


def test_a_signed_in_browser_changes_nothing_without_its_csrf_token(administrator: User) -> None:
    browser = signed_in(administrator)
    browser.handler.enforce_csrf_checks = True
    told = {"name": "Alder Street Law", "time_zone": "UTC", "site": "Main"}
    status, _problem = post(browser, "/api/v1/clients", told)
    assert (status, Client.objects.count()) == (403, 0)


def test_a_bad_token_is_not_taken_for_the_browser_that_sends_it(browser: Browser, site: Site) -> None:
    response = browser.get("/api/v1/clients", headers={"Authorization": "Bearer dl_" + "x" * 43})
    assert response.status_code == 401


def test_a_token_never_does_more_than_it_was_given(program: Program, site: Site) -> None:
    limited = program(Right.SEE_CLIENTS)
    status, problem = post(limited, "/api/v1/devices", {"site": site.uid, "name": "SW-1"})
    assert (status, problem["detail"]) == (403, "this needs the right to edit devices")


def test_a_lacking_right_is_told_before_a_wrong_body(program: Program) -> None:
    assert post(program(Right.SEE_CLIENTS), "/api/v1/devices", {"nonsense": 1})[0] == 403


def test_what_a_program_does_stands_in_the_audit_log_under_its_token(program: Program, site: Site) -> None:
    status, made = post(program(), "/api/v1/devices", {"site": site.uid, "name": "SW-1", "kind": "switch"})
    entry = AuditEntry.objects.latest("pk")
    assert (status, made["kind"], entry.action) == (201, "switch", "device added")
    assert entry.token_uid == ApiToken.objects.get().uid


def test_a_second_client_of_the_same_name_is_refused_and_leaves_nothing(program: Program, site: Site) -> None:
    told = {"name": "Kestrel Joinery", "time_zone": "UTC", "site": "Main"}
    status, problem = post(program(), "/api/v1/clients", told)
    assert (status, problem["detail"]) == (409, "A client of this name is there already.")
    assert AuditEntry.objects.count() == 0


def test_a_foreign_and_a_missing_client_look_the_same(make_person: MakePerson, site: Site) -> None:
    other = Client.objects.create(name="Alder Street Law")
    browser = signed_in(make_person(Role.TAM, clients=(other,)))
    foreign = browser.get(f"/api/v1/clients/{site.client.uid}")
    missing = browser.get("/api/v1/clients/01J0000000000000000000000Z")
    assert (foreign.status_code, foreign.content) == (404, missing.content)


def test_a_field_that_is_wrong_is_named_without_its_value(program: Program, site: Site) -> None:
    status, problem = post(program(), "/api/v1/devices", {"site": site.uid, "name": "SW\n1", "secret": "hunter2"})
    assert status == 422
    assert "name" in str(problem["detail"])
    assert "hunter2" not in str(problem["detail"])


def test_letters_that_nobody_sees_are_left_out_of_what_a_program_names(program: Program, site: Site) -> None:
    told = {"site": site.uid, "name": "SW\u200b-1\u202e", "kind": "switch"}
    status, made = post(program(), "/api/v1/devices", told)
    assert (status, made["name"], Device.objects.get().name) == (201, "SW-1", "SW-1")


@pytest.mark.parametrize("name", ["\u200b\u2060", "\u0958" * 150])
def test_a_name_is_measured_by_what_is_left_of_it(program: Program, site: Site, name: str) -> None:
    status, problem = post(program(), "/api/v1/devices", {"site": site.uid, "name": name, "kind": "switch"})
    assert (status, "name" in str(problem["detail"])) == (422, True)


def test_a_list_is_told_page_by_page(program: Program, site: Site) -> None:
    Device.objects.bulk_create(Device(client=site.client, site=site, name=f"SW-{one:02}") for one in range(7))
    told = program().get("/api/v1/devices?limit=3&page=3").json()
    assert (told["count"], [one["name"] for one in told["items"]]) == (7, ["SW-06"])


def test_more_than_200_rows_at_once_are_refused(program: Program) -> None:
    assert program().get("/api/v1/devices?limit=201").status_code == 422


@pytest.mark.parametrize("count", [1, 30])
def test_a_list_asks_the_database_as_often_for_one_row_as_for_many(
    count: int, program: Program, site: Site, django_assert_num_queries: Callable[..., object]
) -> None:
    Device.objects.bulk_create(Device(client=site.client, site=site, name=f"SW-{one:02}") for one in range(count))
    asking = program()
    asking.get("/api/v1/devices")  # the first request notes that the token is used
    with django_assert_num_queries(5):  # type: ignore[attr-defined]
        assert asking.get("/api/v1/devices").json()["count"] == count


def test_personal_news_is_told_only_with_the_right(program: Program, site: Site) -> None:
    FeedEntry.objects.create(client=site.client, at=AT, kind="administrator added", text="jsmith", personal=True)
    assert program(Right.SEE_CLIENTS).get("/api/v1/feed").json()["count"] == 0
    assert program(Right.SEE_CLIENTS, Right.SEE_PERSONAL).get("/api/v1/feed").json()["count"] == 1


def test_a_request_that_is_sent_twice_is_carried_out_once(program: Program, site: Site) -> None:
    asking, told = program(), {"site": site.uid, "name": "SW-1"}
    first = post(asking, "/api/v1/devices", told, **{"Idempotency-Key": "order-1"})
    second = post(asking, "/api/v1/devices", told, **{"Idempotency-Key": "order-1"})
    assert first == second
    assert (first[0], Device.objects.count(), AuditEntry.objects.count()) == (201, 1, 1)


def test_a_key_that_comes_with_another_request_is_refused(program: Program, site: Site) -> None:
    asking = program()
    post(asking, "/api/v1/devices", {"site": site.uid, "name": "SW-1"}, **{"Idempotency-Key": "order-1"})
    status, problem = post(
        asking, "/api/v1/devices", {"site": site.uid, "name": "SW-2"}, **{"Idempotency-Key": "order-1"}
    )
    assert (status, problem["detail"]) == (409, "This Idempotency-Key was sent with another request.")


def test_a_key_belongs_to_the_token_that_sent_it(program: Program, site: Site) -> None:
    for name in ("SW-1", "SW-2"):
        told = {"site": site.uid, "name": name}
        assert post(program(), "/api/v1/devices", told, **{"Idempotency-Key": "order-1"})[0] == 201
    assert SentOnce.objects.count() == 2


def test_a_request_under_way_is_not_carried_out_beside_itself(program: Program, site: Site) -> None:
    asking, told = program(), {"site": site.uid, "name": "SW-1"}
    post(asking, "/api/v1/devices", told, **{"Idempotency-Key": "order-1"})
    SentOnce.objects.update(status=0)
    status, problem = post(asking, "/api/v1/devices", told, **{"Idempotency-Key": "order-1"})
    assert (status, problem["detail"]) == (409, "The request with this Idempotency-Key is still under way.")


def test_the_page_of_the_api_lists_every_operation(browser: Browser) -> None:
    text = browser.get("/api/v1/").content.decode()
    described = Browser().get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert [path for path in described["paths"] if path not in text] == []
