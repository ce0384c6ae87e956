"""The folder cli: one recorded output as the reply to its command, against the sheets that careful readers wrote."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from collectors.detection import Known
from collectors.driver_index import DriverIndex, index_of
from collectors.facts.facts import Facts
from collectors.facts.model import Item, Section
from collectors.facts.vocabulary import SECTIONS
from collectors.replay import Recorded, questions_of, replies_of
from tests.corpus.fields import OBSERVED_AT
from tests.corpus.outcome import Outcome, Result
from tests.corpus.sheet import rows_of

FOLDER = "cli"
SHEETS = Path(__file__).parents[1] / "corpus_answers"
DRIVERS = {"mikrotik_routeros": "routeros", "paloalto_panos": "panos", "fortinet": "fortios"}
"""Drivers that are not called as the platform is; sheets and outputs are by platform."""
SAME = {"brocade_fastiron": "ruckus_fastiron"}
"""Platforms whose commands another platform's driver asks: the same system under its earlier owner."""
GLUED = {
    "hp_comware/display_device_manuinfo/hp_comware_display_device_manuinfo2.raw": (
        "holds the replies of three devices one after the other, which no device gives"
    ),
}
"""Files that are no reply of one device."""
NO_SHEET = "has no sheet"
NOT_STATED = object()


class Sheet(BaseModel):
    """What a careful reader finds in one file, which is the reply to one command."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    command: str
    facts: Mapping[str, object]


def results(corpus: Path) -> Iterator[Result]:
    """Give what became of every fact of every sheet, and the outputs that no sheet is for with the reason."""
    index = index_of()
    sheets: dict[str, tuple[str, Sheet]] = {}
    for file in sorted(SHEETS.glob("*/*.yaml")):
        sheet = Sheet.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
        sheets[sheet.file] = (DRIVERS.get(file.parent.name, file.parent.name), sheet)
        yield from _judged(corpus, *sheets[sheet.file], index)
    rows = rows_of(corpus / "cli" / "index.csv")
    written = {(row["platform"], row["command"]) for row in rows if row["raw_file"] in sheets}
    for row in rows:
        if row["raw_file"] in sheets:
            continue
        reason = GLUED.get(row["raw_file"]) or _why_none(row["platform"], row["command"], index, written)
        outcome = Outcome.NO_SHEET if reason else Outcome.MISSING
        command = row["command"] if reason else NO_SHEET
        yield Result(FOLDER, row["raw_file"], command, outcome, reason=reason or f"{row['command']}: a driver asks it")


def _why_none(platform: str, command: str, index: DriverIndex, written: set[tuple[str, str]]) -> str | None:
    """Return why no sheet is for an output, None when a driver asks its command and one should be."""
    name = SAME.get(platform, DRIVERS.get(platform, platform))
    if name not in index:
        return f"no driver is for {platform}"
    asked = {question.removeprefix("/").removesuffix(" without-paging") for question in questions_of(index[name])}
    if command in asked or (platform, command) in written:
        return None
    return f"{name} does not ask it"


def _judged(corpus: Path, driver: str, sheet: Sheet, index: DriverIndex) -> Iterator[Result]:
    if driver not in index or sheet.command not in questions_of(index[driver]):
        yield Result(FOLDER, sheet.file, sheet.command, Outcome.NO_DRIVER, reason=f"no driver {driver} asks it")
        return
    known = Known(driver, index[driver])
    recorded = Recorded({sheet.command: (corpus / "cli" / sheet.file).read_bytes()})
    facts = known.driver.read(replies_of(known, recorded, OBSERVED_AT))  # type: ignore[arg-type]
    stated = Facts.model_validate(sheet.facts)
    for section in SECTIONS:
        yield from compared(sheet.file, facts, told(stated, section), told(facts, section))


def compared(file: str, facts: Facts, stated: Mapping[str, object], found: Mapping[str, object]) -> Iterator[Result]:
    """Give what became of each fact of a section, by its path: also of what was told and is not stated."""
    for path in dict.fromkeys((*stated, *found)):
        expected, value = stated.get(path, NOT_STATED), found.get(path, NOT_STATED)
        if _same(expected, value):
            outcome = Outcome.RIGHT
        elif value is NOT_STATED:
            outcome = Outcome.MISSING
        else:
            outcome = Outcome.INVENTED if expected is NOT_STATED else Outcome.WRONG
        gap = facts.gaps.get(path) or facts.gaps.get(path.partition("[")[0].partition(".")[0])
        reason = gap.text if gap and outcome is Outcome.MISSING else ""
        stands, came = _written(expected), _written(value)
        yield Result(FOLDER, file, path, outcome, stands, came, reason)


def _written(value: object) -> str:
    return "" if value is NOT_STATED else str(value)


def _same(expected: object, found: object) -> bool:
    """Return whether both are the same; moments, which are told to the minute, may be rounded or cut to it."""
    if isinstance(expected, datetime) and isinstance(found, datetime):
        return abs(expected - found) <= timedelta(minutes=1)
    return expected == found


def told(facts: Facts, section: str) -> dict[str, object]:
    """Return the facts of a section by their paths; a list that was read and is empty is a fact as well."""
    value = getattr(facts, section)
    if isinstance(value, Section):
        return {f"{section}.{name}": field for name, field in value if field is not None}
    found: dict[str, object] = {}
    if value == ():
        found[section] = ()
    for item in value or ():
        if isinstance(item, Item):
            fields = {name: field for name, field in item if field is not None and name != "partial"}
            found |= {f"{section}[{item.key}].{name}": field for name, field in fields.items()}
        else:
            found[f"{section}[{item}]"] = True
    return found
