"""The folder configs: whole configurations through the drivers that read them."""

from collections.abc import Iterator
from pathlib import Path

from collectors.detection import named
from collectors.replay import Recorded, replies_of
from tests.corpus.config_places import NOT_STATED, NOWHERE, PLACES
from tests.corpus.fields import OBSERVED_AT
from tests.corpus.outcome import Outcome, Result, judge
from tests.corpus.sheet import rows_of

FOLDER = "configs"
DRIVERS = {"junos": "juniper_junos", "opnsense": "pfsense_opnsense", "pfsense": "pfsense_opnsense"}
"""Drivers that are not called as the sheet calls their platform."""


def results(corpus: Path) -> Iterator[Result]:
    """Give what became of every audit item of configs/index.csv."""
    sheet = rows_of(corpus / "configs" / "index.csv")
    for file, platform in dict.fromkeys((row["file"], row["platform"]) for row in sheet):
        rows = [row for row in sheet if row["file"] == file]
        if platform not in PLACES:
            for row in rows:
                yield Result(FOLDER, file, row["audit_item"], Outcome.NO_DRIVER, row["value"], reason=platform)
            continue
        known = named(DRIVERS.get(platform, platform), "ssh")
        replies = replies_of(known, Recorded(config=(corpus / "configs" / file).read_bytes()), OBSERVED_AT)
        facts = known.driver.read(replies)  # type: ignore[arg-type]
        for row in rows:
            item = row["audit_item"]
            place = PLACES[platform].get(item)
            if place is None:
                yield Result(FOLDER, file, item, Outcome.NO_PLACE, row["value"], reason=NOWHERE.get(item, ""))
                continue
            expected = "" if row["value"] == NOT_STATED else row["value"]
            yield judge(FOLDER, file, item, expected, place, facts)
