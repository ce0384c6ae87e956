"""How commands end: each reason has its code, and what was asked to fail on counts most."""

from datetime import UTC, datetime

import pytest

from agent.checklist import Checklist
from agent.cli import assess, collect
from agent.cli.assess import FailOn
from collectors.facts.exit_codes import ExitCode
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.reading import Device, Reading, Snapshot, Source
from collectors.facts.sections.power import Ups
from rules.verdict import Word
from tests.unit.agent.lists import UNREACHED, checklist, device, question

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SOURCE = Source(transport="snmp", driver="a_driver")
CODES = {
    GapReason.UNREACHABLE: 3,
    GapReason.ACCESS_DENIED: 4,
    GapReason.CREDENTIAL_ON_HOLD: 4,
    GapReason.UNSUPPORTED: 5,
    GapReason.UNEXPECTED_REPLY: 6,
    GapReason.IDENTITY_CHANGED: 7,
}


def snapshot(*readings: Reading, problem: Gap | None = None) -> Snapshot:
    return Snapshot(observed_at=AT, device=Device(name="d"), readings=readings, problem=problem)


def gap(reason: GapReason) -> Gap:
    return Gap(reason=reason, text="is not known")


def missing(section: str, reason: GapReason) -> Reading:
    return Reading(section=section, read_at=AT, source=SOURCE, gap=gap(reason))


READ = Reading(section="ups", read_at=AT, source=SOURCE, value=Ups(runtime_s=600))


@pytest.mark.parametrize("reason", CODES)
def test_a_device_that_told_nothing_ends_collect_with_its_reasons_code(reason: GapReason) -> None:
    assert collect.exit_code(snapshot(problem=gap(reason))) == CODES[reason]


@pytest.mark.parametrize("reason", CODES)
def test_sections_that_are_all_gaps_end_collect_with_their_code(reason: GapReason) -> None:
    assert collect.exit_code(snapshot(missing("ups", reason))) == CODES[reason]


def test_of_several_gaps_the_one_that_somebody_can_mend_decides() -> None:
    told = snapshot(missing("os", GapReason.NOT_TOLD), missing("ups", GapReason.ACCESS_DENIED))
    assert collect.exit_code(told) == ExitCode.ACCESS_DENIED


def test_one_section_that_was_read_is_enough() -> None:
    assert collect.exit_code(snapshot(READ, missing("os", GapReason.ACCESS_DENIED))) == ExitCode.DONE


def of(*words: Word, unread: bool = False, interrupted: bool = False) -> Checklist:
    devices = [device("a"), device("b", UNREACHED, read=not unread)]
    return checklist([question(f"q{one}", word) for one, word in enumerate(words)], devices, interrupted=interrupted)


@pytest.mark.parametrize(
    ("told", "fail_on", "code"),
    [
        (of(Word.YES), None, 0),
        (of(Word.NO, Word.UNKNOWN), None, 0),
        (of(Word.YES, unread=True), None, 8),
        (of(Word.NO), FailOn.NO, 9),
        (of(Word.UNKNOWN), FailOn.NO, 0),
        (of(Word.UNKNOWN), FailOn.UNKNOWN, 9),
        (of(Word.NO), FailOn.UNKNOWN, 9),
        (of(Word.YES, Word.NOT_APPLICABLE), FailOn.UNKNOWN, 0),
        (of(Word.NO, unread=True), FailOn.NO, 9),
        (of(Word.YES, unread=True), FailOn.NO, 8),
        (of(Word.NO, unread=True, interrupted=True), FailOn.NO, 130),
    ],
)
def test_an_assessment_ends_with_its_code(told: Checklist, fail_on: FailOn | None, code: int) -> None:
    assert assess.exit_code(told, fail_on) == code
