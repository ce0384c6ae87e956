"""The HTML file in a real browser: its filter works without script of ours, and nothing runs or is requested."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

from agent.report.html_page import to_html
from rules.verdict import Word
from tests.unit.agent.lists import checklist, question, row

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
pytestmark = pytest.mark.skipif(not BROWSER, reason="no Chromium is installed")
WORDS = (Word.YES, Word.YES, Word.NO, Word.UNKNOWN, Word.NOT_APPLICABLE)
# Clicks as a person would and writes what is seen; it runs in a copy without the policy, which forbids every script.
PROBE = """<script>
const seen = {};
for (const id of ["f-all", "f-no", "f-unknown", "f-yes", "f-na"]) {
  document.getElementById(id).click();
  const shown = (kind) => [...document.querySelectorAll(kind)].filter((one) => one.offsetParent !== null).length;
  seen[id] = [shown(".q"), shown(".section")];
}
document.body.setAttribute("data-seen", JSON.stringify(seen));
document.body.setAttribute("data-wide", document.documentElement.scrollWidth > window.innerWidth);
</script>"""


def dom(file: Path, *options: str) -> str:
    """Return the page as the browser holds it after it was loaded."""
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={file.parent / 'profile'}"]
    done = subprocess.run(
        [*command, *options, "--dump-dom", file.as_uri()], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def page() -> str:
    long = row(Word.NO, "KES-FS01." + "very-long-name." * 6 + "example", ("x" * 280,))
    questions = [
        question(f"q{number}", word, (long,) if word is Word.NO else (), section=f"Section {word}")
        for number, word in enumerate(WORDS)
    ]
    return to_html(checklist(questions))


def probed(tmp_path: Path, *options: str) -> str:
    open_page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page())
    file = tmp_path / "page.html"
    file.write_text(
        open_page.replace("</body>", f"{PROBE}</body>").replace("<details", "<details open"), encoding="utf-8"
    )
    return dom(file, *options)


def test_each_filter_shows_its_questions_and_sections_alone(tmp_path: Path) -> None:
    found = re.search(r'data-seen="([^"]+)"', probed(tmp_path))
    assert found is not None
    assert json.loads(unescape(found[1])) == {
        "f-all": [5, 4],
        "f-no": [1, 1],
        "f-unknown": [1, 1],
        "f-yes": [2, 1],
        "f-na": [1, 1],
    }


@pytest.mark.parametrize("width", [1280, 500])
def test_the_page_never_scrolls_sideways(tmp_path: Path, width: int) -> None:
    assert 'data-wide="false"' in probed(tmp_path, f"--window-size={width},900")


def test_the_policy_forbids_a_script_that_got_in(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    planted = "<script>document.body.id = 'ran'</script>"
    file.write_text(page().replace("</body>", f"{planted}</body>"), encoding="utf-8")
    assert 'id="ran"' not in dom(file)


def test_the_policy_lets_the_style_in(tmp_path: Path) -> None:
    pictured = tmp_path / "page.html"
    pictured.write_text(page(), encoding="utf-8")
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    logged = subprocess.run(
        [*command, "--enable-logging=stderr", "--dump-dom", pictured.as_uri()],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "Content Security Policy" not in logged.stderr
