"""The folder nut: dumps of UPS variables through the driver that detection chooses."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from collectors.detection import detect, named
from collectors.facts.facts import Facts
from collectors.facts.marks import is_junk
from collectors.replay import Recorded, replies_of
from collectors.session import AnyDriver, Hello, Replies
from tests.corpus import compare
from tests.corpus.fields import OBSERVED_AT, field
from tests.corpus.outcome import Outcome, Place, Result, judge
from tests.corpus.sheet import rows_of

FOLDER = "nut"
SENTINELS = {"65535", "-1", "4294967295"}
NO_RESULTS = {"aborted", "unknown", "invalidtest"}
"""Words that are neither passed nor failed: what a test gave is not known."""
CANNOT_BE = {"battery.charge": lambda text: float(text) > 100}
TESTS = {"done and passed": "passed", "no test initiated": "never-run"}


class Dumped:
    """A dump as a session, for detection."""

    hello = Hello()

    def __init__(self, replies: Replies) -> None:
        self._replies = replies

    def try_question(self, question: str) -> str | None:
        """Return a list as text, as the transport does."""
        return str(self._replies.replies[question])  # type: ignore[union-attr]

    def ask(self, driver: AnyDriver) -> Replies:
        """Return all lists."""
        return self._replies

    def close(self) -> None:
        """Nothing to close."""


def results(corpus: Path) -> Iterator[Result]:
    """Give what became of every variable of nut/index.csv."""
    for row in rows_of(corpus / "nut" / "index.csv"):
        file = row["file"]
        dump = (corpus / "nut" / file).read_bytes()
        replies = replies_of(named("nut_ups", "nut"), Recorded(nut=dump), OBSERVED_AT)
        driver = detect(Dumped(replies), "nut").driver
        facts = driver.read(replies)  # type: ignore[arg-type]
        for name, place in PLACES.items():
            told = (row.get(name) or "").strip()
            if told or name in FILLED:
                yield _result(file, name, told, place, facts)


def _result(file: str, name: str, told: str, place: Place, facts: Facts) -> Result:
    expected = _meant(name, told)
    if expected and place.find(facts) is None and is_junk(expected):
        return Result(FOLDER, file, name, Outcome.RIGHT, told, reason="a filler, told as a gap")
    return judge(FOLDER, file, name, expected, place, facts)


def _meant(name: str, told: str) -> str:
    """Return what a careful reader takes; empty for what the dump's keeper marked as bad, and for sentinels."""
    if name == "ups.status":  # what the keeper says of it concerns single words, and only this pair cannot be
        words = told.partition("#")[0].split()
        return "" if {"OL", "OB"} <= set(words) else " ".join(words)
    if "#BAD" in told or told in SENTINELS or told.casefold() in NO_RESULTS:
        return ""
    if name in CANNOT_BE and told and CANNOT_BE[name](told):
        return ""
    return told


def _day(expected: str, found: object) -> bool:
    """Return whether a day, year first or month first, is the same."""
    parts = [int(part) for part in re.split(r"[/-]", expected)]
    year, month, day = parts if parts[0] > 31 else (parts[2], parts[0], parts[1])
    if isinstance(found, datetime):
        found = found.date()
    return str(found) == f"{year if year > 99 else 2000 + year:04}-{month:02}-{day:02}"


def _status(expected: str, found: object) -> bool:
    words = set(expected.split())
    ours = [("BYPASS", "bypass"), ("OFF", "off"), ("BOOST", "boost"), ("TRIM", "trim"), ("OB", "battery")]
    return found == next((word for told, word in ours if told in words), "normal")


def _load(facts: Facts) -> object:
    return facts.phases[0].load_percent if facts.phases else None


def _place(path: str, same: compare.Same = compare.text, find: Callable[[Facts], object] | None = None) -> Place:
    return Place(path, find or field(path), same)


FILLED = {"battery.charge", "battery.runtime"}
PLACES: Mapping[str, Place] = {
    "device.mfr": _place("identity.vendor"),
    "device.model": _place("identity.model"),
    "device.serial": _place("identity.serial"),
    "ups.firmware": _place("firmware.version"),
    "ups.status": _place("ups.output", _status),
    "battery.charge": _place("ups.charge_percent", compare.number(0.05)),
    "battery.runtime": _place("ups.runtime_s", compare.number(0.5)),
    "ups.load": _place("phases", compare.number(0.05), _load),
    "battery.date": _place("ups.battery_installed_on", _day),
    "ups.test.result": _place("ups.self_test", lambda told, found: TESTS.get(told.casefold(), told) == found),
    "ups.test.date": _place("ups.self_test_at", _day),
    "ups.mfr.date": _place("identity.manufactured_on", _day),
}
