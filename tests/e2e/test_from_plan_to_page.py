"""A plan falls due, the agent reads, the server judges, and a person signs in and sees it: on both databases.

On SQLite the server has a certificate of its own, and the agent reaches it through a proxy.
"""

import os
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.demo.people import code_at
from tests.demo.processes import PASSWORD
from tests.e2e.conftest import MakeRig
from tests.e2e.rig import Rig
from tests.peers.connect_proxy import ConnectProxy
from tests.peers.postgresql import PostgreSQL, binaries

pytestmark = pytest.mark.timeout(600)  # processes, on a machine that may be busy


def test_a_person_sees_the_verdicts_of_a_planned_scan_that_came_by_tls_through_a_proxy(
    rig_of: MakeRig, chromium: Browser
) -> None:
    with ConnectProxy() as proxy:
        rig = rig_of(tls=True, proxy=proxy.url)
        _plan_to_page(rig, chromium)
        told = rig.ask("history")
        assert sorted(one for one, _, _ in told["reports"]) == sorted(rig.spool_history.taken)
        assert len(told["reports"]) == 4
        assert set(proxy.received) == {f"CONNECT {rig.processes.address}:{rig.processes.port}"}


@pytest.mark.peer
@pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed")
@pytest.mark.skipif("SOAK_SEED" not in os.environ, reason="the same on PostgreSQL is run by make soak")
def test_a_person_sees_the_verdicts_of_a_planned_scan_on_postgresql(rig_of: MakeRig, chromium: Browser) -> None:
    with PostgreSQL() as database:
        _plan_to_page(rig_of(database_url=database.url()), chromium)


def _plan_to_page(rig: Rig, chromium: Browser) -> None:
    rig.ask("night")
    rig.until(lambda: rig.ask("history")["slots"] == 1, "the scheduler opens the slot")
    rig.until_quiet()
    verdicts = rig.ask("verdicts")
    page = chromium.new_context(base_url=rig.processes.url, ignore_https_errors=True).new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    _sign_in(page, rig)
    page.goto(f"/clients/{rig.begun['client']}/standards/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Example Ltd")
    pills = page.locator("a.dl-filter")
    words = list(verdicts["client"].values())
    expect(pills.filter(has_text="Yes").locator("b")).to_have_text(str(words.count("yes")))
    expect(pills.filter(has_text="No").first.locator("b")).to_have_text(str(words.count("no")))
    assert words.count("no") > 0
    page.goto(f"/clients/{rig.begun['client']}/devices/")
    page.get_by_role("link", name="ups-office").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ups-office")
    own = [word for name, word in verdicts["devices"].items() if name.startswith("ups-office:")]
    shown = page.locator(".dl-kpi").filter(has=page.get_by_text("No", exact=True))
    expect(shown.locator("b")).to_have_text(str(own.count("no")))
    assert not problems


def _sign_in(page: Page, rig: Rig) -> None:
    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill("centralized-services@msp.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code", exact=True).fill(code_at(rig.begun["seed"], time.time()))
    page.get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url(f"{rig.processes.url}/sign-in/code/")
