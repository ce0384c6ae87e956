"""Every word of ours on every page goes through gettext: a made-up language marks all, nothing stays unmarked.

Not ours to translate: what people and devices said, the library (standards, evidence and the names of facts are in the
language of who wrote it), what was written down as an event, and names.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone, translation

from server.accounts.models import DepartureItem, User
from server.accounts.rights import Role
from server.alignment.packed import unpacked
from server.clients.models import Device
from server.readings.subject import subjects_of_devices
from server.standards.library import in_force
from server.web.facts_shown import sections_shown
from tests.web.conftest import MakePerson, signed_in
from tests.web.pages.all_pages import address, pages
from tests.web.pages.many import Many, one_more_of_each
from tests.web.world import World, plant_world

pytestmark = pytest.mark.django_db
BEGIN, END = "⟦", "⟧"
SPOKEN = ("title", "aria-label", "placeholder", "alt", "data-label", "data-done")
SILENT = {"script", "style", "code", "pre", "kbd"}
NAMES = (
    "Datumline", "SNMP", "SSH", "WinRM", "NUT", "English", "Europe/London", "sqlite3", "https://",
    "http://localhost:8000", "hooks.example",
)  # fmt: skip
SAID = {
    "accounts.ApiToken": "name",
    "accounts.User": "name email",
    "accounts.DepartureItem": "name",
    "accounts.Departure": "by",
    "access.Access": "address local_credential text",
    "access.Credential": "name",
    "agents.AgentEvent": "kind text",
    "agents.Agent": "name version platform",
    "alignment.ClientStandard": "text",
    "alignment.VerdictChange": "standard",
    "clients.Client": "name time_zone",
    "clients.Device": "name",
    "clients.DeviceGroup": "name",
    "clients.DeviceProposal": "text",
    "clients.Place": "name",
    "clients.Site": "name",
    "clients.Tag": "name",
    "notices.Notice": "title text",
    "notices.Outgoing": "body problem",
    "notices.Webhook": "url",
    "readings.FeedEntry": "text",
    "scans.Blackout": "why by",
    "scans.FoundDevice": "address",
    "scans.PlanException": "why",
    "scans.ScanJob": "uid",
    "scans.ScanPlan": "name rule",
    "scans.ScanRun": "about by",
}
WRITTEN = ("id", "section", "category", "question", "why", "how", "remedy", "show", "notes")


class Words(HTMLParser):
    """Collects what a page says to eyes and ears."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.told: list[str] = []
        self._inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.told += [value or "" for name, value in attrs if name in SPOKEN]
        if tag in SILENT:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.told.append(data)


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every translated string marked."""
    backend = vars(translation)["_trans"]

    def marking(name: str) -> None:
        real = getattr(backend, name)
        monkeypatch.setattr(backend, name, lambda *given: f"{BEGIN}{real(*given)}{END}")

    for name in ("gettext", "pgettext", "ngettext", "npgettext"):
        marking(name)


@pytest.fixture
def world(administrator: User) -> World:
    """Return two clients with one thing of each kind, and a problem that somebody sees."""
    world = plant_world()
    DepartureItem.objects.update(kind="credentials")
    one_more_of_each(world, administrator)
    Many(9).grow(world, administrator)
    return world


def strings_in(thing: object) -> Iterator[str]:
    if isinstance(thing, str):
        yield thing
    elif is_dataclass(thing):
        yield from strings_in([getattr(thing, one.name) for one in fields(thing)])
    elif isinstance(thing, Mapping):
        yield from strings_in([*thing.keys(), *thing.values()])
    elif isinstance(thing, Iterable):
        for one in thing:
            yield from strings_in(one)


def said() -> Iterator[str]:
    """Yield what people, devices and the authors of the library said."""
    yield from NAMES
    for model, columns in SAID.items():
        rows = apps.get_model(model)._default_manager.values_list(*columns.split())
        yield from strings_in(list(rows))
    for standard in in_force().library.standards:
        yield from strings_in([getattr(standard.entry, name, None) for name in WRITTEN])
        yield from (standard.question_for({}), standard.rule_in_words(), standard.entry.source.title)
        yield from (setting.says for setting in standard.settings.values())


def told_by(device: Device) -> Iterator[str]:
    """Yield what the page of a device shows of it: its facts with their names, its verdicts' evidence."""
    subject = subjects_of_devices([device])[device.pk]
    for part in sections_shown(subject, timezone.now(), timezone.get_current_timezone(), personal=True):
        yield from strings_in(part)
    yield from strings_in(unpacked(device.verdicts.packed))


@lru_cache(maxsize=4)
def one_of(texts: frozenset[str]) -> re.Pattern[str]:
    """Return what finds any of the texts, the longest first."""
    others = sorted({" ".join(one.split()) for one in texts if len(one) > 1}, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, others)) + r")(?!\w)", re.IGNORECASE)


def unmarked(page: str, not_ours: Iterable[str]) -> list[str]:
    """Return what a page says that is neither translated nor somebody's own."""
    theirs, left = one_of(frozenset(not_ours)), []
    for text in Words(page).told:
        while (shorter := re.sub(f"{BEGIN}[^{BEGIN}{END}]*{END}", "", text)) != text:
            text = shorter
        rest = theirs.sub("", " ".join(text.split()))
        if re.search("[A-Za-z]{2}", rest):
            left.append(" ".join(text.split()))
    return left


def test_every_page_is_translated_whole(browser: Browser, world: World, marked: None) -> None:
    left: dict[str, list[str]] = {}
    not_ours, opened = list(said()), 0
    device = Device.objects.get(uid=world.own.by_place["devices", "uid"])
    for route, name in pages():
        url = address(route, name, world)
        response = browser.get(url) if url else None
        if response is None or "html" not in response.headers["Content-Type"]:
            continue
        opened += response.status_code == 200
        found = unmarked(response.content.decode(), [*not_ours, *(told_by(device) if name == "device" else ())])
        left |= {route: found} if found else {}
    assert opened > 60
    assert not left


@pytest.mark.parametrize("name", [name for route, name in pages() if "<" not in route])
def test_a_page_of_an_empty_server_is_translated_whole(name: str, browser: Browser, marked: None) -> None:
    page = browser.get(reverse(name))
    if "html" in page.headers["Content-Type"]:
        assert not unmarked(page.content.decode(), said())


def test_what_a_person_is_refused_is_translated_whole(make_person: MakePerson, marked: None) -> None:
    page = signed_in(make_person(Role.CLIENT_CONTACT)).get(reverse("audit"))
    assert not unmarked(page.content.decode(), said())


@pytest.mark.parametrize("name", ["account_login", "home"])
def test_the_way_in_is_translated_whole(name: str, marked: None, db: None) -> None:
    page = Browser().get(reverse(name), follow=True)
    assert not unmarked(page.content.decode(), said())
