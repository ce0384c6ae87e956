"""A client leaves: all is taken along first, secrets and agents end, and the day comes on which it is deleted."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from server.access.models import Credential, CredentialState, SealedCopy
from server.accounts.actor import Actor
from server.accounts.models import AuditEntry
from server.accounts.rights import Role
from server.agents.models import Agent, AgentState
from server.alignment.models import VerdictChange
from server.clients.models import Client, ClientState, Device
from server.readings.models import CurrentReadings, FeedEntry
from server.web.client_leaving import purge_left
from tests.web.access.conftest import make_agent, seal_one
from tests.web.conftest import MakePerson, signed_in
from tests.web.world import plant_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(kestrel: Client, by: Actor) -> Credential:
    Agent.objects.filter(site__client=kestrel).delete()
    site = kestrel.sites.get()
    make_agent(site)
    return seal_one(by, site)


def ending(client: Client, **more: str) -> dict[str, str]:
    return {"kept_until": (timezone.localdate() + timedelta(days=90)).isoformat(), "name": client.name, **more}


def taken(browser: Browser, client: Client) -> zipfile.ZipFile:
    response = browser.post(reverse("client_export", args=[client.uid]))
    assert (response.status_code, response.streaming) == (200, True)
    return zipfile.ZipFile(io.BytesIO(response.getvalue()))


def test_the_page_says_what_ends(browser: Browser, held: Credential) -> None:
    told = browser.get(reverse("client_leave", args=[held.client.uid])).content.decode()
    assert "1 is revoked" in told
    assert "1 is withdrawn, 1 sealed copies destroyed" in told


def test_everything_taken_along_opens_without_us(browser: Browser, held: Credential) -> None:
    file = taken(browser, held.client)
    assert file.testzip() is None
    devices = [json.loads(line) for line in file.read("devices.jsonl").decode().splitlines()]
    assert {one["name"] for one in devices} == set(Device.objects.values_list("name", flat=True))
    rows = list(csv.DictReader(io.StringIO(file.read("devices.csv").decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == [one["name"] for one in devices]
    readings = [json.loads(line) for line in file.read("readings.jsonl").decode().splitlines()]
    assert any(one["section"] == "os" and one["value"] for one in readings)
    assert b"verdicts" in file.read("README.txt")
    assert AuditEntry.objects.latest("pk").action == "client exported"


def test_what_was_planned_for_the_client_is_taken_along_and_nothing_of_another(browser: Browser) -> None:
    world = plant_world()
    file = taken(browser, world.own.client)
    for table, planned in (("visits", "day"), ("blackouts", "why"), ("exceptions", "plan_name")):
        (row,) = (json.loads(line) for line in file.read(f"{table}.jsonl").decode().splitlines())
        assert row[planned]
    assert [name for name in file.namelist() if world.other.client.name.encode() in file.read(name)] == []


def test_no_ciphertext_is_taken_along(browser: Browser, held: Credential) -> None:
    file, sealed = taken(browser, held.client), SealedCopy.objects.get().sealed.encode()
    assert [name for name in file.namelist() if sealed in file.read(name)] == []


def test_names_of_persons_are_taken_only_by_who_may_see_them(
    make_person: MakePerson, browser: Browser, held: Credential
) -> None:
    def sections(browser: Browser) -> set[str]:
        lines = taken(browser, held.client).read("readings.jsonl").decode().splitlines()
        return {json.loads(line)["section"] for line in lines}

    FeedEntry.objects.filter(client=held.client).update(personal=True, text="Miss Marple")
    without = signed_in(make_person(Role.VCIO))
    assert "admins" in sections(browser) - sections(without)
    assert b"Marple" in taken(browser, held.client).read("changes.csv")
    assert b"Marple" not in taken(without, held.client).read("changes.csv")
    assert "audit.jsonl" not in taken(without, held.client).namelist()


def test_no_cell_that_is_taken_along_is_a_formula(browser: Browser, held: Credential) -> None:
    Device.objects.filter(name="SRV-FILES").update(name="=cmd|' /C calc'!A0")
    assert b"'=cmd" in taken(browser, held.client).read("devices.csv")


def test_an_ended_client_is_read_only_without_agents_and_secrets(browser: Browser, held: Credential) -> None:
    taken(browser, held.client)
    response = browser.post(reverse("client_leave", args=[held.client.uid]), ending(held.client))
    assert response.status_code == 302
    client = Client.objects.get()
    held.refresh_from_db()
    assert (client.state, client.left_at is not None) == (ClientState.LEFT, True)
    assert (held.state, SealedCopy.objects.count()) == (CredentialState.WITHDRAWN, 0)
    assert set(Agent.objects.values_list("state", flat=True)) == {AgentState.REVOKED}
    assert "read-only until" in browser.get(reverse("client", args=[client.uid])).content.decode()
    assert AuditEntry.objects.latest("pk").details["copies_count"] == 1


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"name": "kestrel"}, "name exactly"),
        ({"kept_until": "2020-01-01"}, "at least until today"),
        ({}, "Take everything along first"),
    ],
)
def test_it_is_not_ended_by_mistake(browser: Browser, held: Credential, more: dict[str, str], says: str) -> None:
    told = browser.post(reverse("client_leave", args=[held.client.uid]), {**ending(held.client), **more})
    assert says in told.content.decode()
    assert Client.objects.get().state == ClientState.ACTIVE
    assert SealedCopy.objects.exists()


def test_it_can_be_ended_without_taking_anything(browser: Browser, held: Credential) -> None:
    browser.post(reverse("client_leave", args=[held.client.uid]), ending(held.client, without_export="on"))
    assert Client.objects.get().state == ClientState.LEFT


def test_it_is_deleted_after_its_day_and_not_before(kestrel: Client, alder: Client) -> None:
    now = timezone.now()
    Client.objects.filter(pk=kestrel.pk).update(state=ClientState.LEFT, retained_until=timezone.localdate(now))
    assert purge_left(now) == 0
    assert purge_left(now + timedelta(days=1)) == 1
    assert list(Client.objects.all()) == [alder]
    assert not CurrentReadings.objects.filter(device__client_id=kestrel.pk).exists()
    assert not VerdictChange.objects.filter(client_id=kestrel.pk).exists()
    assert AuditEntry.objects.latest("pk").action == "client purged"


@pytest.mark.parametrize("role", [Role.CENTRALIZED_SERVICES, Role.TAM, Role.VCIO, Role.SERVICE_DESK, Role.AUDITOR])
def test_only_an_administrator_ends_a_client(make_person: MakePerson, kestrel: Client, role: Role) -> None:
    url = reverse("client_leave", args=[kestrel.uid])
    assert signed_in(make_person(role)).post(url, ending(kestrel)).status_code == 403


@pytest.mark.parametrize("name", ["client_leave", "client_export"])
def test_another_client_is_not_there(make_person: MakePerson, kestrel: Client, alder: Client, name: str) -> None:
    browser = signed_in(make_person(Role.ADMINISTRATOR, clients=(alder,)))
    assert browser.post(reverse(name, args=[kestrel.uid]), ending(kestrel)).status_code == 404
