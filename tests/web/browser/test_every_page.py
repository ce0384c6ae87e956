"""Every page in Chromium over rows full of markup: no dialog, no breach of the policy, nothing grown, no axe finding.

The pages are those of the policy table, so a new one is visited without a word here. `make test` holds axe against each
page once, half of them light and half dark; a round of `make soak` begins with another text (SOAK_SEED), takes both,
and sends every form.
"""

import os
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from server.accounts import one_time
from server.accounts.models import Departure, User
from server.accounts.rights import Role
from server.clients.models import Client, Tag
from tests.web.browser.hostile_rows import POLYGLOTS, spoil_readings, spoil_rows, texts
from tests.web.browser.watched import AXE, Watch, watched
from tests.web.conftest import MakePerson, signed_in
from tests.web.matrix.routes import Route, routes
from tests.web.world import FEW, World, plant_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]
IN_SOAK: Final = "SOAK_SEED" in os.environ
SEED: Final = int(os.environ.get("SOAK_SEED", "0"))
THEMES: Final = ("light", "dark")
NO_PAGES: Final = frozenset({
    "openid_connect_login", "openid_connect_callback", "brand_style", "brand_logo", "audit_export", "metrics",
    "healthz", "readyz", "api_description", "agent_time", "set_password", "device_sample",
    "recovery_codes",
})  # fmt: skip
"""GET routes that give a file, JSON, or send elsewhere without what only a session holds."""
TYPED: Final = "q name show kind state role person action client reason transport page before next as site".split()
"""The parameters of addresses: one hostile address carries them all."""
FILL: Final = """(form, text) => {
  const fields = "input[type=text], input[type=email], input[type=search], input:not([type]), textarea";
  for (const one of form.querySelectorAll(fields)) one.value = text;
  HTMLFormElement.prototype.submit.call(form);
}"""
PLANTED: Final = """<!doctype html><html lang="en"><title>x</title><main><h1>x</h1><a href="/"></a>
<img alt="" src="http://192.0.2.1/x.png"><p onclick="1">x</p><script>alert(1)</script></main></html>"""


def pages() -> list[Route]:
    """Return the routes that show a page to a signed-in person."""
    return [
        one
        for one in routes()
        if (found := one.policy("GET")) is not None
        and found[0] not in NO_PAGES
        and (not one.is_api or found[0] == "api_listing")
    ]


@pytest.fixture
def world(transactional_db: None) -> World:
    """Return two clients whose every text is hostile; one has a tag that is longer than its name."""
    planted, waiting = plant_world(), texts(SEED)
    assert spoil_readings(Client.objects.get(uid=planted.own.client.uid), FEW, waiting) > 40
    assert spoil_rows(waiting) > 100
    Client.objects.get(uid=planted.own.client.uid).tags.add(Tag.objects.create(name="maintenance by the hour"))
    return planted


@pytest.fixture
def watch(world: World, make_person: MakePerson, live_server: LiveServer) -> Iterator[Watch]:
    """Return a tab of an administrator whose own name is hostile, too."""
    boss = make_person(Role.ADMINISTRATOR)
    User.objects.filter(pk=boss.pk).update(name="<img src=x onerror=alert(1)>")
    name = settings.SESSION_COOKIE_NAME
    with watched(live_server.url, {name: signed_in(boss).cookies[name].value}) as tab:
        yield tab


def addresses(world: World) -> list[str]:
    """Return the address of each page."""
    return [one.targets(world)["own"] for one in pages()]


def test_no_page_runs_hostile_text_or_fails_axe(world: World, watch: Watch) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: make setup does it")
    for number, address in enumerate(addresses(world)):
        watch.visit(address, THEMES if IN_SOAK else (THEMES[number % 2],))
    assert not watch.seen.all(), "\n".join(watch.seen.all())


def test_no_page_runs_what_its_address_says(world: World, watch: Watch) -> None:
    for number, address in enumerate(addresses(world)):
        watch.visit(f"{address}?{urlencode(dict.fromkeys(TYPED, POLYGLOTS[number % 2]))}")
    seen = [one for one in watch.seen.all() if ": 404" not in one and "status of 404" not in one]
    assert not seen, "\n".join(seen)


def test_the_entrance_runs_no_hostile_text(world: World, live_server: LiveServer) -> None:
    person = Departure.objects.get().user
    word = one_time.make_link(person, "boss", one_time.RESET_LASTS).rstrip("/").rpartition("/")[2]
    with watched(live_server.url, {}) as watch:
        for address in ("/sign-in/", f"/set-password/{word}/", f"/sign-in/?{urlencode({'next': POLYGLOTS[0]})}"):
            watch.visit(address, THEMES if AXE.is_file() else ())
        watch.page.fill("input[name=login]", POLYGLOTS[1])
        watch.page.fill("input[name=password]", "x")
        watch.page.evaluate("document.querySelector('form').noValidate = true")
        watch.page.press("input[name=password]", "Enter")
        watch.page.wait_for_load_state("load")
        watch.look("/sign-in/ sent")
    assert not watch.seen.all(), "\n".join(watch.seen.all())


@pytest.mark.skipif(not IN_SOAK, reason="minutes of forms: make soak sends them")
def test_no_form_runs_what_was_typed(world: World, watch: Watch) -> None:
    sent = sum(_sent(watch, address) for address in addresses(world))
    seen = [one for one in watch.seen.all() if "status of 4" not in one]  # a form of a thing that ended meanwhile
    assert not seen, "\n".join(seen)
    assert sent > 25


def _sent(watch: Watch, address: str) -> int:
    """Send each form of a page that something can be typed into; return how many there were."""
    count = 0
    while True:
        watch.visit(address)
        forms = watch.page.locator("form[method=post]:has(input[type=text], input:not([type]), textarea)")
        if count >= forms.count():
            return count
        with watch.page.expect_navigation():
            forms.nth(count).evaluate(FILL, POLYGLOTS[count % 2][:60])
        watch.look(f"{address} sent {count}")
        count += 1


def test_the_watch_sees_what_it_watches_for(live_server: LiveServer) -> None:
    with watched(live_server.url, {}) as watch:
        policies = iter(({}, {"Content-Security-Policy": "default-src 'none'"}))
        watch.page.route(
            "**/planted", lambda one: one.fulfill(body=PLANTED, content_type="text/html", headers=next(policies))
        )
        watch.visit("/planted", ("light",) if AXE.is_file() else ())
        open_page = watch.seen
        assert [one.rpartition(" ")[2] for one in open_page.dialogs] == ["1"]
        assert any("asks http://192.0.2.1" in one for one in open_page.errors)
        assert {"<script>alert(1)</script>", '<p onclick="1">x</p>'} <= {
            one.partition(": ")[2] for one in open_page.grown
        }
        assert any("link-name" in one for one in open_page.axe) == AXE.is_file()
        watch.visit("/planted")
        assert any("script-src" in one for one in watch.seen.grown)
        assert len(watch.seen.dialogs) == 1
