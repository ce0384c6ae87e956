"""The pages and the generated parts inside them: `<!-- begin NAME WORD ... -->` up to `<!-- end NAME -->`."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tools.docs import commands_part, drivers_part, facts_part, library_part, words_part

ROOT: Final = Path(__file__).parents[2]
NOTE: Final = "<!-- made by `python -m tools.docs`; do not edit up to the end mark -->"

PARTS: Final[Mapping[str, Callable[..., str]]] = {
    "accounts": drivers_part.accounts,
    "commands": commands_part.commands,
    "credential-kinds": words_part.credential_kinds,
    "device-kinds": words_part.device_kinds,
    "driver-table": drivers_part.driver_table,
    "drivers": drivers_part.drivers,
    "exit-codes": words_part.exit_codes,
    "facts": facts_part.facts,
    "fitting": words_part.fitting,
    "freshness": facts_part.freshness,
    "gap-reasons": words_part.gap_reasons,
    "personal": facts_part.personal,
    "recordings": drivers_part.recordings,
    "settings": library_part.settings,
    "standards": library_part.standards,
    "transports": words_part.transports,
    "verdict-reasons": words_part.verdict_reasons,
}

_PART = re.compile(
    r"(?P<begin><!-- begin (?P<name>[a-z-]+)(?P<words>(?: [\w-]+)*) -->\n).*?(?P<end><!-- end (?P=name) -->)",
    re.DOTALL,
)


def pages() -> list[Path]:
    """Return every page of the documentation, README.md first; the results of long runs are no pages."""
    written = (page for page in (ROOT / "docs").rglob("*.md") if page.parent.name != "soak")
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(written)]


def rendered(text: str) -> str:
    """Return a page with its generated parts made anew; raises KeyError for a part that does not exist."""

    def part(found: re.Match[str]) -> str:
        made = PARTS[found["name"]](*found["words"].split())
        return f"{found['begin']}{NOTE}\n\n{made.strip()}\n\n{found['end']}"

    return _PART.sub(part, text)
