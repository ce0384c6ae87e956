"""People: added by a link, changed, deactivated; the last administrator stays."""

import re
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from server.accounts.models import AuditEntry, OneTimeLink, RoleHeld, User
from server.accounts.rights import RIGHTS, Right, Role
from server.clients.models import Site
from tests.web.accounts.conftest import OTHER_PASSWORD, PASSWORD, MakeKnown, tried
from tests.web.conftest import MakePerson, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
LINK = re.compile(r"https?://[^<\"\s]+(/set-password/[\w-]+/)")


def added(browser: Browser, **more: object) -> str:
    """Add a person and return the path of their link."""
    given = {"name": "Nora New", "email": "Nora@MSP.test", "roles": ["tam"], "all_clients": "on", **more}
    found = LINK.search(browser.post("/settings/people/add/", given).content.decode())
    assert found
    return found[1]


@pytest.mark.parametrize("role", list(Role))
def test_only_who_manages_people_opens_their_pages(make_person: MakePerson, role: Role) -> None:
    other = make_person(Role.TAM)
    browser = signed_in(make_person(role))
    paths = ("", "add/", f"{other.uid}/", f"{other.uid}/leaving/")
    wanted = 200 if Right.MANAGE_USERS in RIGHTS[role] else 403
    assert {browser.get(f"/settings/people/{path}").status_code for path in paths} == {wanted}


def test_a_person_that_there_is_not_is_not_found(browser: Browser) -> None:
    assert browser.get("/settings/people/01ARZ3NDEKTSV4RRFFQ69G5FAV/").status_code == 404


def test_a_person_is_added_and_comes_in_by_the_link(browser: Browser) -> None:
    path = added(browser)
    stranger = Browser()
    assert "Nora" not in stranger.get(path).content.decode().replace("nora@msp.test", "")
    stranger.post(path, {"password": PASSWORD, "again": PASSWORD})
    assert tried(stranger, "nora@msp.test") == "/"
    assert stranger.get("/").headers["Location"] == "/second-factor/"


def test_a_link_counts_once(browser: Browser) -> None:
    path = added(browser)
    Browser().post(path, {"password": PASSWORD, "again": PASSWORD})
    assert Browser().post(path, {"password": OTHER_PASSWORD, "again": OTHER_PASSWORD}).status_code == 404
    assert tried(Browser(), "nora@msp.test") == "/"


def test_a_weak_password_does_not_use_the_link_up(browser: Browser) -> None:
    path = added(browser)
    assert "at least 15" in Browser().post(path, {"password": "short", "again": "short"}).content.decode()
    assert Browser().get(path).status_code == 200


def test_a_link_whose_time_is_up_no_longer_counts(browser: Browser) -> None:
    path = added(browser)
    OneTimeLink.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert Browser().get(path).status_code == 404


def test_a_made_up_link_looks_like_a_used_one() -> None:
    page = Browser().get("/set-password/made-up/")
    assert (page.status_code, "no longer counts" in page.content.decode()) == (404, True)


def test_only_the_hash_of_a_link_is_kept(browser: Browser) -> None:
    word = added(browser).split("/")[2]
    assert word not in str(list(OneTimeLink.objects.values()))
    assert word not in str(list(AuditEntry.objects.values()))


def test_an_address_that_is_here_already_is_refused(browser: Browser, administrator: User) -> None:
    given = {"name": "Twin", "email": administrator.email.upper(), "roles": ["tam"]}
    assert "is here already" in browser.post("/settings/people/add/", given).content.decode()


def test_roles_and_clients_are_changed_and_written_down(browser: Browser, make_person: MakePerson, site: Site) -> None:
    user = make_person(Role.TAM)
    given = {"name": "Renamed", "email": user.email, "roles": ["vcio", "auditor"], "clients": [site.client.uid]}
    browser.post(f"/settings/people/{user.uid}/", given)
    user = User.objects.get(pk=user.pk)
    assert (user.name, user.role_names, user.all_clients) == ("Renamed", ("vcio", "auditor"), False)
    assert [one.client for one in user.assignments.all()] == [site.client]
    entry = AuditEntry.objects.get(action="person changed")
    assert (entry.details["was"], entry.details["roles"]) == (["tam"], ["auditor", "vcio"])


def test_the_last_administrator_keeps_the_role_and_stays(browser: Browser, administrator: User) -> None:
    given = {"name": administrator.name, "email": administrator.email, "roles": ["tam"], "all_clients": "on"}
    assert "last administrator" in browser.post(f"/settings/people/{administrator.uid}/", given).content.decode()
    browser.post(f"/settings/people/{administrator.uid}/state/", {"what": "deactivate"})
    assert User.objects.get(pk=administrator.pk).rights == frozenset(Right)


def test_deactivating_ends_sessions_and_tokens_at_once(browser: Browser, make_known: MakeKnown) -> None:
    one = make_known(Role.TAM)
    theirs = Browser()
    tried(theirs, one.user.email)
    theirs.post("/sign-in/code/", {"code": one.phone.code()})
    token = one.user.tokens.create(name="x", sha256="0" * 64, rights=["see clients"])
    browser.post(f"/settings/people/{one.user.uid}/state/", {"what": "deactivate"})
    token.refresh_from_db()
    assert (theirs.get("/").status_code, token.ended_at is not None) == (302, True)
    assert "not correct" in tried(Browser(), one.user.email)


def test_a_reset_takes_password_and_second_factor_away(browser: Browser, make_known: MakeKnown) -> None:
    one = make_known(Role.TAM)
    page = browser.post(f"/settings/people/{one.user.uid}/state/", {"what": "reset"}).content.decode()
    assert "not correct" in tried(Browser(), one.user.email)
    found = LINK.search(page)
    assert found
    Browser().post(found[1], {"password": OTHER_PASSWORD, "again": OTHER_PASSWORD})
    fresh = Browser()
    tried(fresh, one.user.email, OTHER_PASSWORD)
    assert fresh.get("/").headers["Location"] == "/second-factor/"


def test_a_reactivated_person_gets_a_new_link(browser: Browser, make_person: MakePerson) -> None:
    user = make_person(Role.TAM)
    state = f"/settings/people/{user.uid}/state/"
    browser.post(state, {"what": "deactivate"})
    assert LINK.search(browser.post(state, {"what": "reactivate"}).content.decode())
    assert User.objects.get(pk=user.pk).is_active


def test_the_list_takes_as_many_queries_for_sixty_as_for_three(
    browser: Browser, make_person: MakePerson, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def queries() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as caught:
            assert browser.get("/settings/people/").status_code == 200
        return len(caught)

    make_person(Role.TAM)
    before = queries()
    for _ in range(60):
        make_person(Role.TAM, Role.VCIO)
    assert queries() == before


def test_the_list_is_filtered_by_role_name_and_state(browser: Browser, make_person: MakePerson) -> None:
    tam, vcio = make_person(Role.TAM), make_person(Role.VCIO)
    User.objects.filter(pk=vcio.pk).update(is_active=False)

    def shown(query: str) -> set[int]:
        return {row.user.pk for row in browser.get(f"/settings/people/?{query}").context["rows"]}

    assert (shown("role=tam"), shown("state=gone"), shown(f"q={tam.email}")) == ({tam.pk}, {vcio.pk}, {tam.pk})
    assert "Nobody fits" in browser.get("/settings/people/?q=nobody").content.decode()


def test_a_role_that_there_is_not_gives_nothing(make_person: MakePerson) -> None:
    user = make_person()
    RoleHeld.objects.create(user=user, role="superuser")
    assert user.rights == frozenset()


def test_a_name_with_mark_up_is_shown_as_text(browser: Browser, make_person: MakePerson) -> None:
    user = make_person(Role.TAM)
    User.objects.filter(pk=user.pk).update(name="<script>alert(1)</script>")
    for path in ("", f"{user.uid}/", f"{user.uid}/leaving/"):
        assert "<script>alert" not in browser.get(f"/settings/people/{path}").content.decode()


def test_an_administrator_of_some_clients_looks_after_no_people(make_person: MakePerson, site: Site) -> None:
    limited = make_person(Role.ADMINISTRATOR, clients=(site.client,))
    given = {"name": "Mine", "email": limited.email, "roles": ["administrator"], "all_clients": "on"}
    answer = signed_in(limited).post(f"/settings/people/{limited.uid}/", given)
    assert (answer.status_code, User.objects.get(pk=limited.pk).all_clients) == (403, False)


def test_the_last_administrator_of_all_clients_keeps_them_all(
    browser: Browser, administrator: User, make_person: MakePerson, site: Site
) -> None:
    make_person(Role.ADMINISTRATOR, clients=(site.client,))
    given = {"name": "A", "email": administrator.email, "roles": ["administrator"], "clients": [site.client.uid]}
    assert "last administrator" in browser.post(f"/settings/people/{administrator.uid}/", given).content.decode()
    assert User.objects.get(pk=administrator.pk).all_clients
