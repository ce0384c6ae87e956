"""The pages over credentials: what they take, what they refuse, and that they never show a secret."""

import logging
import sqlite3
from collections.abc import Callable, Iterator

import pytest
from django.conf import LazySettings
from django.db import connection
from django.http import HttpResponse, HttpResponseBase
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from server.access.models import Credential
from server.accounts.actor import Actor
from server.accounts.rights import Role
from server.clients.models import Site
from tests.web.access.conftest import Keyed, make_agent, make_site, seal_one
from tests.web.conftest import MakePerson, signed_in

pytestmark = pytest.mark.django_db

COMMON = {"name": "one", "where": "10.20.0.0/16", "realm": "", "says": "", "owner": "", "expires_on": ""}
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\ncanary-key-15\n-----END OPENSSH PRIVATE KEY-----"
FORMS: dict[str, dict[str, str]] = {
    "ssh": {"user": "ro", "password": "canary-ssh-1", "enable_password": "canary-enable-2"},
    "winrm": {"auth": "ntlm", "user": "EXAMPLE\\ro", "password": "canary-winrm-3", "scheme": "https"},
    "snmp3": {
        "user": "ro", "auth": "SHA-256", "auth_key": "canary-auth-4", "privacy": "AES-128",
        "privacy_key": "canary-privacy-5",
    },
    "snmp": {"version": "2c", "community": "canary-community-6"},
    "nut": {"user": "ro", "password": "canary-nut-7"},
}  # fmt: skip
FAILING: dict[str, dict[str, str]] = {
    "ssh": {"user": "", "password": "canary-ssh-8", "private_key": "canary-nokey-9", "passphrase": "canary-pass-10"},
    "winrm": {"auth": "integrated", "user": "x", "password": "canary-winrm-11", "scheme": "http"},
    "snmp3": {"user": "ro", "auth": "", "auth_key": "canary-auth-12", "privacy": "AES-128", "privacy_key": "canary"},
    "snmp": {"version": "9", "community": "canary-community-13"},
    "nut": {"user": "", "password": "canary-nut-14", "where": "192.0.2.0/24"},
}


def enter(browser: Browser, site: Site, shape: str, told: dict[str, str]) -> HttpResponse:
    url = f"{reverse('credential_new', args=[site.client.uid])}?kind={shape}"
    response = browser.post(url, {**COMMON, "name": f"one {shape}", **told})
    assert isinstance(response, HttpResponse)
    return response


@pytest.fixture
def all_logs(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, "django.db.backends"):
        connection.force_debug_cursor = True
        yield caplog
        connection.force_debug_cursor = False


def dump() -> str:
    connection.ensure_connection()
    assert isinstance(connection.connection, sqlite3.Connection)
    return "\n".join(connection.connection.iterdump())


@pytest.mark.parametrize("shape", FORMS)
def test_each_kind_is_sealed_and_its_page_says_who_can_open_it(
    browser: Browser, site: Site, keyed: Keyed, shape: str
) -> None:
    response = enter(browser, site, shape, FORMS[shape])
    one = Credential.objects.get()
    assert response.headers["Location"] == reverse("credential", args=[one.uid])
    told = browser.get(response.headers["Location"]).content.decode()
    assert "fetches it at its next poll" in told
    assert keyed.opens(one).kind == one.kind


def test_integrated_stores_no_password(browser: Browser, site: Site, keyed: Keyed) -> None:
    enter(browser, site, "winrm", {"auth": "integrated", "user": "", "password": "", "scheme": "https"})
    assert Credential.objects.get().secrets == []


def test_a_private_key_is_sealed_as_text(browser: Browser, site: Site, keyed: Keyed) -> None:
    enter(browser, site, "ssh", {"user": "ro", "private_key": KEY})
    assert Credential.objects.get().secrets == ["private_key"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the dump is SQLite's")
def test_no_secret_leaves_the_forms(
    browser: Browser, site: Site, keyed: Keyed, all_logs: pytest.LogCaptureFixture
) -> None:
    pages: list[HttpResponseBase] = []
    for shape in FORMS:
        pages += [enter(browser, site, shape, told[shape]) for told in (FAILING, FORMS)]
    pages.append(enter(browser, site, "ssh", {"user": "ro", "private_key": KEY}))  # the name stands already
    one = Credential.objects.get(kind="ssh")
    url = reverse("credential_again", args=[one.uid])
    for told in (FAILING["ssh"], FORMS["ssh"]):
        pages.append(browser.post(url, {**COMMON, **told}))
    second = make_agent(make_site("Second")).agent.site
    enter(browser, second, "ssh", {**FORMS["ssh"], "name": "one ssh"})
    together = f"{reverse('credentials_together')}?name=one+ssh&kind=ssh"
    for chosen in ([], [one.uid for one in Credential.objects.filter(kind="ssh")]):
        new = {"password": "canary-new-20", "enable_password": "canary-new-21", "chosen": chosen}
        pages.append(browser.post(together, new, follow=True))
    pages += [browser.get(url), browser.get(reverse("credentials")), browser.get(together)]
    assert Credential.objects.count() == 6
    told_anywhere = [page.content.decode() for page in pages if isinstance(page, HttpResponse)]
    told_anywhere += [dump(), all_logs.text, *(str(record.__dict__) for record in all_logs.records)]
    assert [text for text in told_anywhere if "canary" in text] == []


def test_an_error_page_of_a_developer_shows_no_secret(
    browser: Browser, site: Site, keyed: Keyed, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("server.access.actions.credential.put_copies", broken)
    browser.raise_request_exception = False
    settings.DEBUG = True
    response = enter(browser, site, "ssh", FORMS["ssh"])
    assert response.status_code == 500
    shown = response.content.decode()
    assert "the disk is full" in shown
    assert [value for value in FORMS["ssh"].values() if value.startswith("canary") and value in shown] == []


@pytest.mark.parametrize(
    ("shape", "told", "says"),
    [
        ("ssh", {"user": "ro"}, "A password or a private key is needed."),
        ("ssh", {"user": "ro", "private_key": "abc"}, "This is no private key"),
        ("winrm", {"auth": "ntlm", "scheme": "https"}, "needs user and password"),
        ("winrm", {"auth": "basic", "user": "a", "password": "b", "scheme": "http"}, "it needs HTTPS"),
        ("snmp3", {"user": "ro", "privacy": "AES-128", "privacy_key": "12345678"}, "Privacy needs authentication."),
        ("snmp3", {"user": "ro", "auth": "SHA-256", "auth_key": "short"}, "at least 8 characters"),
        ("nut", {"user": "ro"}, "belong together"),
        ("ssh", {"user": "ro", "password": "x", "where": "192.0.2.0/24"}, "Outside of what the site"),
        ("ssh", {"user": "ro", "password": "x", "expires_on": "2020-01-01"}, "This day is over."),
        ("ssh", {"user": "ro", "password": "x", "name": "../x"}, "Letters, digits, blanks"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(
    browser: Browser, site: Site, keyed: Keyed, shape: str, told: dict[str, str], says: str
) -> None:
    assert says in enter(browser, site, shape, told).content.decode()
    assert not Credential.objects.exists()


def test_the_form_says_what_a_change_of_scope_needs_and_where_the_secret_passes(
    browser: Browser, site: Site, keyed: Keyed
) -> None:
    told = browser.get(reverse("credential_new", args=[site.client.uid])).content.decode()
    assert "to change it later, the secret is needed again" in told
    assert "passes through this server" in told
    assert "datumline agent credentials set" in told


def test_one_password_is_typed_once_for_many_clients(browser: Browser, by: Actor, site: Site, keyed: Keyed) -> None:
    others = [make_agent(make_site(name)) for name in ("Second", "Third")]
    for number, where in enumerate([site, *(one.agent.site for one in others)]):
        seal_one(by, where, "shared", f"old-secret-{number}")
    url = f"{reverse('credentials_together')}?name=shared&kind=ssh"
    chosen = list(Credential.objects.exclude(client__name="Third").values_list("uid", flat=True))
    told = browser.post(url, {"password": "new-secret-all", "chosen": chosen}, follow=True).content.decode()
    assert "2 of 2 are sealed anew" in told
    assert sorted(Credential.objects.values_list("client__name", "version")) == [
        ("Kestrel Joinery", 2), ("Second", 2), ("Third", 1),
    ]  # fmt: skip


def test_one_that_fails_leaves_the_others_done(browser: Browser, by: Actor, site: Site, keyed: Keyed) -> None:
    other = make_agent(make_site("Second"))
    for where in (site, other.agent.site):
        seal_one(by, where, "shared")
    other.agent.delete()
    url = f"{reverse('credentials_together')}?name=shared&kind=ssh"
    chosen = list(Credential.objects.values_list("uid", flat=True))
    told = browser.post(url, {"password": "new-secret-all", "chosen": chosen}, follow=True).content.decode()
    assert "1 of 2 are sealed anew" in told
    assert "The site has no approved agent" in told
    assert sorted(Credential.objects.values_list("client__name", "version")) == [("Kestrel Joinery", 2), ("Second", 1)]


def test_the_bulk_page_shows_only_clients_in_scope(
    make_person: MakePerson, by: Actor, site: Site, keyed: Keyed
) -> None:
    other = make_agent(make_site("Second"))
    for where in (site, other.agent.site):
        seal_one(by, where, "shared")
    browser = signed_in(make_person(Role.CENTRALIZED_SERVICES, clients=(site.client,)))
    url = f"{reverse('credentials_together')}?name=shared&kind=ssh"
    assert "Second" not in browser.get(url).content.decode()
    foreign = Credential.objects.get(client__name="Second")
    browser.post(url, {"password": "new-secret-all", "chosen": [foreign.uid]})
    foreign.refresh_from_db()
    assert foreign.version == 1


@pytest.mark.parametrize("name", ["credential", "credential_again", "credential_resume", "credential_withdraw"])
def test_a_credential_of_another_client_is_not_there(
    make_person: MakePerson, by: Actor, site: Site, keyed: Keyed, name: str
) -> None:
    one = seal_one(by, site)
    browser = signed_in(make_person(Role.CENTRALIZED_SERVICES, clients=(make_site("Second").client,)))
    assert browser.post(reverse(name, args=[one.uid]), {"why": "x"}).status_code == 404


@pytest.mark.parametrize("role", [Role.TAM, Role.VCIO, Role.SERVICE_DESK, Role.AUDITOR, Role.COMMITTEE])
def test_only_who_may_edit_credentials_sees_them(make_person: MakePerson, role: Role) -> None:
    assert signed_in(make_person(role)).get(reverse("credentials")).status_code == 403


def test_withdrawing_and_resuming_need_a_reason(browser: Browser, by: Actor, site: Site, keyed: Keyed) -> None:
    one = seal_one(by, site)
    told = browser.post(reverse("credential_withdraw", args=[one.uid]), {}, follow=True).content.decode()
    assert "Say why" in told
    assert (
        "Withdrawn: every"
        in browser.post(
            reverse("credential_withdraw", args=[one.uid]), {"why": "not needed"}, follow=True
        ).content.decode()
    )


def queries(ask: Callable[[], object]) -> int:
    ask()
    with CaptureQueriesContext(connection) as told:
        ask()
    return len(told)


@pytest.mark.parametrize("url", ["credentials/", "credentials/together/", "credentials/together/?name=shared&kind=ssh"])
def test_a_list_asks_as_often_for_many_as_for_few(
    browser: Browser, by: Actor, site: Site, keyed: Keyed, url: str
) -> None:
    seal_one(by, site, "shared")
    few = queries(lambda: browser.get(f"/{url}"))
    for number in range(5):
        seal_one(by, make_agent(make_site(f"Client {number}")).agent.site, "shared")
    assert queries(lambda: browser.get(f"/{url}")) == few
