"""Every driver against every recording of it: exactly the facts of the answer sheet come out, and nothing else."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from collectors import driver_index, snmprec
from collectors.facts.facts import Facts
from collectors.facts.vocabulary import SECTIONS
from collectors.replies import JsonReplies, TextReplies
from collectors.session import AnyDriver, Replies

RECORDINGS = Path(__file__).parent / "recordings"
FILES = sorted(RECORDINGS.glob("*/*.yaml"))
ALLOWED_KEYS = {
    "device", "origin", "observed_at", "replies", "snmprec", "facts", "gaps", "incomplete", "device_class", "marks",
}  # fmt: skip


def load(path: Path) -> dict[str, Any]:
    recording = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(recording, dict)
    assert set(recording) <= ALLOWED_KEYS, f"{path}: unknown keys {set(recording) - ALLOWED_KEYS}"
    assert recording["device"], path
    assert recording["origin"], path
    return recording


def replies_of(recording: dict[str, Any], driver: AnyDriver) -> Replies:
    observed_at = recording.get("observed_at", datetime(2026, 11, 21, 3, 0, tzinfo=UTC))
    observed_at = observed_at if observed_at.tzinfo else observed_at.replace(tzinfo=UTC)
    if driver.TRANSPORT == "snmp":
        return snmprec.replies_from(snmprec.parse(recording["snmprec"]), driver.ASKS, observed_at)
    if driver.TRANSPORT == "ssh":
        return TextReplies(observed_at, recording["replies"])
    return JsonReplies(observed_at, recording["replies"])


def read(path: Path) -> tuple[Facts, dict[str, Any]]:
    recording = load(path)
    driver = driver_index.driver(path.parent.name)
    facts: Facts = driver.read(replies_of(recording, driver))  # type: ignore[arg-type]
    return facts, recording


def test_every_driver_has_a_recording() -> None:
    recorded = {path.parent.name for path in FILES}
    assert set(driver_index.drivers()) == recorded


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_recording_gives_exactly_the_facts_of_its_sheet(path: Path) -> None:
    facts, recording = read(path)
    expected = Facts.model_validate(recording.get("facts", {}))
    for section in SECTIONS:
        assert getattr(facts, section) == getattr(expected, section), section
    assert facts.device_class == recording.get("device_class")
    assert facts.marks.model_dump(exclude_none=True) == recording.get("marks", {})


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_recording_leaves_exactly_the_gaps_of_its_sheet(path: Path) -> None:
    facts, recording = read(path)
    assert {where: gap.reason.value for where, gap in facts.gaps.items()} == recording.get("gaps", {})
    assert facts.incomplete == frozenset(recording.get("incomplete", []))
