"""Every address of the server has its row in the policy table, and the row holds."""

from collections.abc import Iterator

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver

from server.accounts.rights import Role
from server.accounts.routes import POLICIES
from tests.web.conftest import MakePerson, signed_in

pytestmark = pytest.mark.django_db


def patterns(found: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for one in found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns)
        else:
            yield one


def test_every_address_has_a_policy() -> None:
    names = {str(one.name) for one in patterns(get_resolver().url_patterns)}
    assert names == set(POLICIES)


def test_a_page_asks_a_stranger_to_sign_in() -> None:
    response = Browser().get("/")
    assert (response.status_code, response.headers["Location"]) == (302, "/sign-in/?next=/")


def test_a_person_without_the_right_is_told_which_one_it_needs(make_person: MakePerson) -> None:
    response = signed_in(make_person()).get("/")
    assert response.status_code == 403
    assert "This needs the right to own account" in response.content.decode()


def test_a_person_with_the_right_sees_the_page(make_person: MakePerson) -> None:
    assert signed_in(make_person(Role.TAM)).get("/").status_code == 200


def test_a_method_that_is_not_listed_is_refused(make_person: MakePerson) -> None:
    response = signed_in(make_person(Role.TAM)).post("/")
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
