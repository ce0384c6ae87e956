"""A rig for each test that asks for one, and a browser where Chromium is installed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.rig import Rig, small_site

CHROMIUM = Path("/usr/bin/chromium")
MakeRig = Callable[..., Rig]


@pytest.fixture
def rig_of(tmp_path: Path) -> Iterator[MakeRig]:
    """Return what sets up a server, an agent and a small site; all of it ends with the test."""
    with ExitStack() as stack:

        def make(*, database_url: str = "", tls: bool = False, proxy: str = "") -> Rig:
            rig = Rig(stack, tmp_path, small_site(stack), database_url, tls, proxy)
            rig.set_up()
            return rig

        yield make


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """Return a browser; a test that asks for it is skipped where Chromium is not installed."""
    if not CHROMIUM.exists():
        pytest.skip(f"Chromium is not installed ({CHROMIUM})")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()
