"""A page in Chromium, watched: dialogs, breaches of the policy, what a payload became, requests elsewhere, and axe."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

AXE: Final = Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js"
CHROMIUM: Final = next(
    (str(one) for one in map(Path, ("/usr/bin/chromium", "/usr/bin/chromium-browser")) if one.is_file()), ""
)
RUN_AXE: Final = """async () => (
  await axe.run(document, {resultTypes: ["violations"], rules: {"target-size": {enabled: true}}})
).violations"""
"""With the size of targets, which WCAG 2.2 AA asks for and axe leaves out by itself."""
BREACHES: Final = """
window.breaches = [];
document.addEventListener("securitypolicyviolation",
  (told) => window.breaches.push(`${told.effectiveDirective} ${told.blockedURI} ${told.sample}`));
"""
GROWN: Final = """
() => {
  const ours = (one) => one.src.startsWith(location.origin + "/static/");
  const strange = "iframe, frame, object, embed, base, style, marquee, video, math, dialog, plaintext";
  const handles = (one) => one.getAttributeNames().some((name) => name.startsWith("on"));
  return [
    ...window.breaches,
    ...[
      ...[...document.scripts].filter((one) => !ours(one)),
      ...document.querySelectorAll(strange),
      ...[...document.querySelectorAll("*")].filter(handles),
      ...[...document.links].filter((one) => !["http:", "https:", "mailto:"].includes(one.protocol)),
    ].map((one) => one.outerHTML.slice(0, 160)),
  ];
}
"""
"""What stands on a page and no template of ours writes."""


@dataclass
class Seen:
    """What went wrong, each with its address."""

    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    grown: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)

    def all(self) -> list[str]:
        """Return everything."""
        return [*self.dialogs, *self.errors, *self.grown, *self.axe]


class Watch:
    """One tab, and what was seen in it."""

    def __init__(self, page: Any, server: str) -> None:
        """Listen to all that a page does by itself."""
        self.page, self.seen, self._server = page, Seen(), server
        page.add_init_script(BREACHES)
        page.on("dialog", self._dismiss)
        page.on("console", lambda one: self._note(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda one: self._note(str(one)))
        page.on("request", lambda one: None if one.url.startswith((server, "data:")) else self._note(f"asks {one.url}"))

    def visit(self, address: str, themes: tuple[str, ...] = ()) -> None:
        """Open a page, look at what grew on it, and hold axe against it in these themes."""
        response = self.page.goto(self._server + address, wait_until="load")
        if response is None or response.status != 200:
            self.seen.errors.append(f"{address}: {response.status if response else 'no answer'}")
            return
        self.look(address, themes)

    def look(self, address: str, themes: tuple[str, ...] = ()) -> None:
        """Look at the page that is open."""
        self.seen.grown += [f"{address}: {one}" for one in self.page.evaluate(GROWN)]
        if themes:
            self.page.evaluate(AXE.read_text(encoding="utf-8"))  # through the debugger, which the policy does not bind
        for theme in themes:
            self.page.evaluate("theme => document.documentElement.setAttribute('data-bs-theme', theme)", theme)
            found = self.page.evaluate(RUN_AXE)
            for one in found:
                where = "; ".join(f"{node['target']} {node['html'][:160]}" for node in one["nodes"][:2])
                self.seen.axe.append(f"{address} {theme}: {one['id']} {where}")

    def _note(self, text: str) -> None:
        self.seen.errors.append(f"{self.page.url}: {text}")

    def _dismiss(self, dialog: Any) -> None:
        self.seen.dialogs.append(f"{self.page.url}: {dialog.message}")
        dialog.dismiss()


@contextmanager
def watched(server: str, cookies: Mapping[str, str]) -> Iterator[Watch]:
    """Give a watched tab of a Chromium of its own, signed in by these cookies; skips where there is none."""
    if not CHROMIUM:
        pytest.skip("no Chromium is installed")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        context.add_cookies([{"name": name, "value": value, "url": server} for name, value in cookies.items()])
        yield Watch(context.new_page(), server)
        chromium.close()
