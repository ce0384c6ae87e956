"""Every page in Chromium, light and dark, over rows full of markup: no dialog, no breach of the policy, no axe finding.

One visit answers both questions. The pages are those of the policy table, so a new one is visited without a word here.
"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import Client as Browser
from pytest_django.live_server_helper import LiveServer

from server.accounts.models import RoleHeld, User
from server.accounts.rights import Role
from server.clients.models import Client
from tests.web.browser.hostile_rows import spoil_readings, spoil_rows
from tests.web.conftest import signed_in
from tests.web.matrix.routes import Route, routes
from tests.web.world import FEW, World, plant_world

ROOT: Final = Path(__file__).parents[3]
AXE: Final = ROOT / "node_modules/axe-core/axe.min.js"
CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or ""
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
]
NO_PAGES: Final = frozenset({
    "openid_connect_login", "openid_connect_callback", "brand_style", "brand_logo", "audit_export", "metrics",
    "healthz", "readyz", "api_description", "agent_time", "set_password", "device_sample",
    "recovery_codes",
})  # fmt: skip
"""GET routes that give a file, JSON, or send elsewhere."""


@dataclass
class Seen:
    """What went wrong, by address."""

    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)


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
    """Return two clients whose every text is hostile."""
    planted = plant_world()
    assert spoil_readings(Client.objects.get(uid=planted.own.client.uid), FEW) > 40
    assert spoil_rows() > 100
    return planted


@pytest.fixture
def session_of_administrator(transactional_db: None) -> str:
    """Return the session of an administrator whose own name is hostile, too."""
    user = User.objects.create_user("boss@msp.test", "<img src=x onerror=alert(1)>")
    User.objects.filter(pk=user.pk).update(all_clients=True)
    RoleHeld.objects.create(user=user, role=Role.ADMINISTRATOR)
    browser: Browser = signed_in(user)
    return browser.cookies["session"].value


def test_every_page_stands_markup_and_axe(world: World, session_of_administrator: str, live_server: LiveServer) -> None:
    addresses = [one.targets(world)["own"] for one in pages()]
    seen = visited(live_server.url, session_of_administrator, addresses)
    found = [*seen.dialogs, *seen.errors, *seen.axe]
    assert not found, "\n".join(found)


def visited(server: str, session: str, addresses: list[str]) -> Seen:
    """Return what went wrong on the pages, in light and in dark."""
    seen = Seen()
    with playwright.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        context.add_cookies([{"name": "session", "value": session, "url": server}])
        page = context.new_page()
        page.on("dialog", lambda one: dismissed(one, page.url, seen))
        page.on("console", lambda one: seen.errors.append(f"{page.url}: {one.text}") if one.type == "error" else None)
        page.on("pageerror", lambda one: seen.errors.append(f"{page.url}: {one}"))
        for address in addresses:
            response = page.goto(server + address, wait_until="load")
            if response is None or response.status != 200:
                seen.errors.append(f"{address}: {response.status if response else 'no answer'}")
                continue
            look(page, address, seen)
        chromium.close()
    return seen


def dismissed(dialog: Any, address: str, seen: Seen) -> None:
    """Note a dialog, which only a script of somebody else's opens, and close it."""
    seen.dialogs.append(f"{address}: {dialog.message}")
    dialog.dismiss()


def look(page: Any, address: str, seen: Seen) -> None:
    """Hold axe against the page as it stands in light and in dark; where axe is not installed, only open it."""
    if not AXE.is_file():
        return
    page.evaluate(AXE.read_text(encoding="utf-8"))  # through the debugger, which the policy does not bind
    for theme in ("light", "dark"):
        page.evaluate("theme => document.documentElement.setAttribute('data-bs-theme', theme)", theme)
        found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
        for one in found:
            where = "; ".join(node["html"][:120] for node in one["nodes"][:2])
            seen.axe.append(f"{address} {theme}: {one['id']} {where}")
