"""The pages over clients, devices and standards: who sees what, in every state, with a constant number of queries."""

import re
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from server.accounts.rights import Role
from server.agents.models import Agent
from server.alignment.models import ClientStandard
from server.clients.models import Client, ClientState, Device, Site
from server.readings.models import CurrentReadings
from server.web.client_page import AGENTS_COUNT
from server.web.counts import count, standing
from tests.web.conftest import MakePerson, signed_in
from tests.web.pages.conftest import AT

pytestmark = pytest.mark.django_db

OF_A_CLIENT = ("client", "client_standards", "client_devices", "client_changes")
OVER_ALL = ("home", "clients", "devices", "matrix", "library")


def text_of(browser: Browser, url: str) -> str:
    response = browser.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


@pytest.mark.parametrize("name", OVER_ALL)
def test_a_page_over_all_clients_opens_with_and_without_clients(name: str, browser: Browser, kestrel: Client) -> None:
    assert 'id="main"' in text_of(browser, reverse(name))
    Client.objects.all().delete()
    assert 'id="main"' in text_of(browser, reverse(name))


@pytest.mark.parametrize("name", OF_A_CLIENT)
def test_a_page_of_a_client_names_it(name: str, browser: Browser, kestrel: Client) -> None:
    assert "<h1>Kestrel Joinery</h1>" in text_of(browser, reverse(name, args=[kestrel.uid]))


@pytest.mark.parametrize("name", OF_A_CLIENT)
def test_a_page_of_a_client_that_was_never_read_opens(name: str, browser: Browser) -> None:
    empty = Client.objects.create(name="Empty")
    assert "Empty" in text_of(browser, reverse(name, args=[empty.uid]))


@pytest.mark.parametrize("name", OF_A_CLIENT)
def test_another_client_is_not_there(name: str, make_person: MakePerson, kestrel: Client, alder: Client) -> None:
    browser = signed_in(make_person(Role.TAM, clients=(alder,)))
    assert browser.get(reverse(name, args=[kestrel.uid])).status_code == 404
    assert browser.get(reverse(name, args=["0" * 26])).status_code == 404


def test_a_device_of_another_client_is_not_there(make_person: MakePerson, server_device: Device, alder: Client) -> None:
    browser = signed_in(make_person(Role.TAM, clients=(alder,)))
    assert browser.get(reverse("device", args=[server_device.uid])).status_code == 404


@pytest.mark.parametrize("name", ["home", "clients", "devices", "matrix"])
def test_lists_hold_only_clients_in_scope(name: str, make_person: MakePerson, kestrel: Client, alder: Client) -> None:
    told = text_of(signed_in(make_person(Role.CENTRALIZED_SERVICES, clients=(alder,))), reverse(name))
    assert "Kestrel" not in told
    assert "SRV-FILES" not in told


@pytest.mark.parametrize("name", OVER_ALL[1:])
def test_a_client_contact_sees_nothing(name: str, make_person: MakePerson) -> None:
    assert signed_in(make_person(Role.CLIENT_CONTACT)).get(reverse(name)).status_code == 403


def test_a_device_shows_facts_verdicts_and_gaps(browser: Browser, server_device: Device) -> None:
    told = text_of(browser, reverse("device", args=[server_device.uid]))
    assert all(word in told for word in ("Verdicts", "Facts", "Gaps", "WinRM (windows_server)", "not asked"))


def test_names_of_persons_are_only_for_who_may_see_them(make_person: MakePerson, server_device: Device) -> None:
    url = reverse("device", args=[server_device.uid])
    assert "Administrator" in text_of(signed_in(make_person(Role.TAM)), url)
    assert "Administrator" not in text_of(signed_in(make_person(Role.AUDITOR)), url)


def test_a_client_with_many_branches_shows_the_agents_that_need_somebody_first(browser: Browser) -> None:
    retailer = Client.objects.create(name="Pellworth Foods")
    for number in range(AGENTS_COUNT + 1):
        site = Site.objects.create(client=retailer, name=f"Branch {number:02}")
        seen_at = timezone.now() - timedelta(hours=number)
        Agent.objects.create(site=site, name="a", state="approved", signing_key=f"k{number}", seen_at=seen_at)
    waiting = Site.objects.create(client=retailer, name="New branch")
    Agent.objects.create(site=waiting, name="a", state="pending", signing_key="new")
    page = text_of(browser, reverse("client", args=[retailer.uid]))
    shown = re.findall(r"<dt>((?:New b|B)ranch ?\d*)</dt>", page)
    assert shown == ["New branch", *(f"Branch {number:02}" for number in range(AGENTS_COUNT, 1, -1))]
    assert f'href="{reverse("agents")}?client={retailer.uid}"' in page


def test_a_device_that_was_never_read_says_so(browser: Browser, server_device: Device) -> None:
    CurrentReadings.objects.all().delete()
    server_device.verdicts.delete()
    Device.objects.filter(pk=server_device.pk).update(read_at=None)
    told = text_of(browser, reverse("device", args=[server_device.uid]))
    assert "No fact yet" in told
    assert "No verdict yet" in told


def test_another_device_that_answers_is_said_first(browser: Browser, server_device: Device) -> None:
    Device.objects.filter(pk=server_device.pk).update(quarantined_at=AT)
    assert "Another device answers here." in text_of(browser, reverse("device", args=[server_device.uid]))


def test_standards_of_a_client_can_be_filtered(browser: Browser, kestrel: Client) -> None:
    url = reverse("client_standards", args=[kestrel.uid])
    assert text_of(browser, f"{url}?show=no").count("<li>") < text_of(browser, url).count("<li>")


@pytest.mark.parametrize("name", ["client_standards", "matrix", "matrix_standard"])
def test_a_table_can_be_taken_along_as_csv(name: str, browser: Browser, kestrel: Client) -> None:
    arguments = {"client_standards": [kestrel.uid], "matrix_standard": ["ups.runtime"]}.get(name, [])
    response = browser.get(f"{reverse(name, args=arguments)}?as=csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert len(response.content.decode("utf-8-sig").splitlines()) > 1


def test_who_may_not_export_gets_no_csv(make_person: MakePerson, kestrel: Client) -> None:
    browser = signed_in(make_person(Role.SERVICE_DESK))
    assert browser.get(f"{reverse('matrix')}?as=csv").status_code == 403


def test_no_cell_of_a_csv_is_a_formula(browser: Browser, kestrel: Client) -> None:
    Client.objects.filter(pk=kestrel.pk).update(name="=cmd|' /C calc'!A0")
    told = browser.get(f"{reverse('matrix_standard', args=['ups.runtime'])}?as=csv").content.decode("utf-8-sig")
    assert "\"'=cmd" in told


def test_a_client_that_left_says_until_when_it_is_kept(browser: Browser, kestrel: Client) -> None:
    Client.objects.filter(pk=kestrel.pk).update(state=ClientState.LEFT, left_at=AT, retained_until=AT.date())
    assert "read-only until" in text_of(browser, reverse("client", args=[kestrel.uid]))


def test_the_lists_count_what_a_client_s_own_page_counts(kestrel: Client, alder: Client) -> None:
    for client in (kestrel, alder):
        rows = ClientStandard.objects.filter(client=client).values_list("verdict", "reason")
        assert standing(Client.objects.all())[client.pk] == count(rows)


def test_names_of_devices_and_clients_are_never_markup(browser: Browser, server_device: Device) -> None:
    evil = "<script>alert(1)</script>"
    Device.objects.filter(pk=server_device.pk).update(name=evil)
    Client.objects.filter(pk=server_device.client_id).update(name=evil)
    for url in (
        reverse("device", args=[server_device.uid]),
        reverse("client", args=[server_device.client.uid]),
        reverse("clients"),
        reverse("devices"),
        reverse("home"),
    ):
        assert evil not in text_of(browser, url)


def test_search_finds_clients_devices_by_name_or_address_and_standards(browser: Browser, kestrel: Client) -> None:
    assert "Kestrel Joinery" in text_of(browser, f"{reverse('search')}?q=kestrel")
    assert "SRV-FILES" in text_of(browser, f"{reverse('search')}?q=10.20.0.2")
    assert "ups.runtime" in text_of(browser, f"{reverse('search')}?q=ups.runtime")
    assert "Nothing is called that" in text_of(browser, f"{reverse('search')}?q=qwertz")


def test_search_finds_nothing_of_others(make_person: MakePerson, kestrel: Client, alder: Client) -> None:
    browser = signed_in(make_person(Role.TAM, clients=(alder,)))
    assert "Nothing is called that" in text_of(browser, f"{reverse('search')}?q=SRV-FILES")


def test_a_page_that_is_not_there_says_so_in_our_own_look(browser: Browser, kestrel: Client) -> None:
    response = browser.get("/clients/none/")
    assert (response.status_code, "There is no such page" in response.content.decode()) == (404, True)
