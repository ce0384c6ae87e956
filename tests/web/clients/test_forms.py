"""The forms over clients and sites: what goes in, what is refused and where it says so."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from server.accounts.rights import Role
from server.clients.models import Client, Site
from tests.web.conftest import MakePerson, signed_in

pytestmark = pytest.mark.django_db

NEW = {"name": "Alder Street Law", "time_zone": "Europe/London", "site": "Office", "tags": "managed, law"}


def test_a_new_client_leads_to_its_page(browser: Browser) -> None:
    response = browser.post(reverse("client_new"), NEW)
    assert response.headers["Location"] == reverse("client", args=[Client.objects.get().uid])
    assert sorted(Client.objects.get().tags.values_list("name", flat=True)) == ["law", "managed"]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("time_zone", "Mars/Olympus", "There is no time zone of this name"),
        ("name", "", "This field is required"),
        ("site", "", "This field is required"),
        ("name", "\u200b\u2060", "This field is required"),
        ("name", "x" * 201, "at most 200 characters"),
    ],
)
def test_a_wrong_field_says_what_is_wrong_and_keeps_the_rest(
    browser: Browser, field: str, value: str, says: str
) -> None:
    told = browser.post(reverse("client_new"), {**NEW, field: value}).content.decode()
    assert says in told
    assert "managed, law" in told
    assert not Client.objects.exists()


def test_letters_that_nobody_sees_or_that_turn_a_line_are_left_out(browser: Browser) -> None:
    note = "one\u202e\ntwo\u200b"
    browser.post(reverse("client_new"), {**NEW, "name": "Alder\u202e Street\u200b", "site": "Off\u2060ice"})
    client = Client.objects.get()
    browser.post(reverse("client_edit", args=[client.uid]), {**NEW, "name": client.name, "note": note})
    client.refresh_from_db()
    assert (client.name, client.note, Site.objects.get().name) == ("Alder Street", "one\ntwo", "Office")


def test_two_clients_cannot_have_one_name(browser: Browser) -> None:
    browser.post(reverse("client_new"), NEW)
    assert "already exists" in browser.post(reverse("client_new"), NEW).content.decode()


def test_details_are_saved_and_said(browser: Browser, site: Site) -> None:
    url = reverse("client_edit", args=[site.client.uid])
    response = browser.post(url, {"name": "Kestrel", "time_zone": "UTC", "tags": "", "note": "n"}, follow=True)
    assert "Saved." in response.content.decode()
    assert Client.objects.get().name == "Kestrel"


def test_a_site_is_added_with_its_places(browser: Browser, site: Site) -> None:
    url = reverse("site_new", args=[site.client.uid])
    browser.post(url, {"name": "Workshop", "time_zone": "UTC", "places": "rack\n\nstore room\nrack"})
    added = Site.objects.get(name="Workshop")
    assert sorted(added.places.values_list("name", flat=True)) == ["rack", "store room"]


def test_two_sites_of_a_client_cannot_have_one_name(browser: Browser, site: Site) -> None:
    url = reverse("site_new", args=[site.client.uid])
    told = browser.post(url, {"name": "Main office", "time_zone": "UTC", "places": ""}).content.decode()
    assert "already" in told
    assert Site.objects.count() == 1


def test_a_statement_beyond_twelve_months_is_refused_in_words(browser: Browser, site: Site) -> None:
    url = reverse("statement_new", args=[site.client.uid])
    told = browser.post(url, {"kind": "ups", "until": "2090-01-01"}, follow=True).content.decode()
    assert "A statement holds for at most 12 months" in told


@pytest.mark.parametrize("name", ["client_edit", "site_new", "statement_new"])
def test_a_client_of_others_is_not_there(name: str, make_person: MakePerson, site: Site) -> None:
    browser = signed_in(make_person(Role.CENTRALIZED_SERVICES, clients=()))
    assert browser.post(reverse(name, args=[site.client.uid]), NEW).status_code == 404


@pytest.mark.parametrize("role", [Role.TAM, Role.VCIO, Role.SERVICE_DESK, Role.AUDITOR, Role.COMMITTEE])
def test_only_who_may_edit_clients_opens_the_form(role: Role, make_person: MakePerson) -> None:
    assert signed_in(make_person(role)).get(reverse("client_new")).status_code == 403


def test_a_form_without_its_token_is_refused(administrator: object, browser: Browser) -> None:
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    assert strict.post(reverse("client_new"), NEW).status_code == 403
