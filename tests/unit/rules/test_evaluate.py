"""Evaluation of one standard: sources that differ, old readings, kinds, and until when a verdict holds."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from collectors.facts.reading import Reading
from collectors.facts.scalars import Span
from collectors.facts.sections.power import Ups
from collectors.facts.sections.storage import Part
from collectors.facts.sections.system import Firmware, Os
from collectors.facts.subject import Subject
from rules.compile import env
from rules.evaluate import evaluate
from rules.verdict import Reason, Word
from tests.unit.rules.subjects import AT, DENIED, NUT, SNMP, reading, running, ups
from tests.unit.rules.words_library import words_library

RUNTIME = words_library().standard("words.number")
PRODUCT = words_library().standard("words.texts")
FIRMWARE = words_library().standard("words.age-span")


def server(product: str, licence: Literal["licensed", "grace"] = "licensed") -> Os:
    return Os(product=product, family="windows", licence=licence)


def told_by_two(one: Os, other: Os) -> Subject:
    return Subject("s", "windows server", {"os": (reading("os", one), reading("os", other, NUT))})


def test_sources_that_differ_but_agree_in_the_answer_make_that_answer_with_both_as_evidence() -> None:
    verdict = evaluate(PRODUCT, told_by_two(server("Debian"), server("Windows Server 2022")), AT)
    assert verdict.word is Word.YES
    assert "product Debian (limit: one of Windows Server*, debian)" in verdict.evidence
    assert "product Windows Server 2022 (limit: one of Windows Server*, debian)" in verdict.evidence
    assert verdict.evidence[-1].endswith("snmp (apc_powernet) and nut (nut) differ about product")


def test_sources_that_differ_on_both_sides_of_the_limit_are_a_conflict() -> None:
    verdict = evaluate(PRODUCT, told_by_two(server("Debian"), server("Debian", "grace")), AT)
    assert (verdict.word, verdict.reason) == (Word.UNKNOWN, Reason.CONFLICT)
    assert "licence grace, must be licensed" in verdict.evidence


def test_a_difference_that_changes_by_itself_is_no_conflict() -> None:
    verdict = evaluate(RUNTIME, ups("u", running(1200), running(900, NUT)), AT)
    assert verdict.evidence == ("runtime 20 minutes (limit: at least 10 minutes)",)


def test_a_difference_that_makes_another_answer_is_a_conflict_though_it_changes_by_itself() -> None:
    verdict = evaluate(RUNTIME, ups("u", running(1200), running(300, NUT)), AT)
    assert verdict.word is Word.UNKNOWN
    assert verdict.reason is Reason.CONFLICT
    assert verdict.evidence[-1].endswith("snmp (apc_powernet) and nut (nut) differ about runtime_s")


def test_sources_that_differ_in_what_the_rule_does_not_read_are_no_conflict() -> None:
    one = reading("ups", Ups(runtime_s=900, battery="normal"))
    other = reading("ups", Ups(runtime_s=900, battery="low"), NUT)
    assert evaluate(RUNTIME, ups("u", one, other), AT).evidence == ("runtime 15 minutes (limit: at least 10 minutes)",)


def test_a_source_that_does_not_tell_the_fact_leaves_it_to_the_other() -> None:
    verdict = evaluate(RUNTIME, ups("u", running(None), running(300, NUT)), AT)
    assert verdict.word is Word.NO


def test_a_source_that_is_too_old_does_not_count() -> None:
    verdict = evaluate(RUNTIME, ups("u", running(1200, age=timedelta(days=5)), running(300, NUT)), AT)
    assert verdict.word is Word.NO


def test_an_old_value_that_still_counts_says_that_it_was_not_re_read() -> None:
    subject = ups("u", running(1200, age=timedelta(days=2)), not_reread={"ups": DENIED})
    verdict = evaluate(RUNTIME, subject, AT)
    assert verdict.word is Word.YES
    assert verdict.evidence[-1] == "UPS: not re-read since 2026-06-13, because it could not be read: access denied"


def test_a_stale_value_is_shown_with_its_day() -> None:
    verdict = evaluate(RUNTIME, ups("u", running(1200, age=timedelta(days=12))), AT)
    assert (verdict.word, verdict.reason) == (Word.UNKNOWN, Reason.STALE)
    assert verdict.evidence == (
        "UPS was last read 12 days ago, too long to say yes or no (runtime 20 minutes on 2026-06-03)",
    )


def test_a_gap_is_told_in_the_collectors_words_and_by_its_path() -> None:
    verdict = evaluate(RUNTIME, ups("u", gaps={"ups": DENIED}), AT)
    assert (verdict.word, verdict.reason) == (Word.UNKNOWN, Reason.GAP)
    assert verdict.evidence == ("UPS could not be read: access denied",)
    assert verdict.gaps == (("ups", DENIED),)


def test_a_gap_of_the_whole_device_is_the_gap_of_every_section() -> None:
    assert evaluate(RUNTIME, ups("u", gaps={"*": DENIED}), AT).gaps == (("ups", DENIED),)


def test_a_subject_of_another_kind_is_not_asked() -> None:
    verdict = evaluate(RUNTIME, ups("sw", running(1200), kind="switch"), AT)
    assert verdict.word is Word.NOT_APPLICABLE
    assert verdict.evidence == ("does not apply: asked of each ups, and this is a switch",)


def test_a_yes_holds_until_its_reading_is_too_old() -> None:
    verdict = evaluate(RUNTIME, ups("u", running(1200)), AT)
    assert verdict.valid_until == AT + timedelta(days=3, seconds=1)


def test_a_calendar_age_holds_until_the_day_after_the_limit_day_begins_at_the_site() -> None:
    released = Firmware(released=Span.exactly(datetime(2025, 6, 20, tzinfo=UTC).date()))
    subject = Subject("fw", "firewall", {"firmware": (reading("firmware", released),)})
    verdict = evaluate(FIRMWARE, subject, AT, zone=ZoneInfo("Europe/Berlin"))
    assert verdict.word is Word.YES
    assert verdict.valid_until == datetime(2026, 6, 20, 22, 0, tzinfo=UTC)


def test_the_limit_day_is_the_day_at_the_site() -> None:
    released = Firmware(released=Span.exactly(datetime(2025, 6, 15, tzinfo=UTC).date()))
    subject = Subject("fw", "firewall", {"firmware": (reading("firmware", released),)})
    late = datetime(2026, 6, 15, 23, 0, tzinfo=UTC)
    assert evaluate(FIRMWARE, subject, late).word is Word.YES
    assert evaluate(FIRMWARE, subject, late, zone=ZoneInfo("Europe/Berlin")).word is Word.NO


def test_too_many_objects_end_the_evaluation_as_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "MAX_STEPS", 1)
    standard = words_library().standard("words.count")
    parts = tuple(Part(name=str(n), ok=True) for n in range(5))
    told = Reading(section="power_supplies", read_at=AT, source=SNMP, value=parts)
    verdict = evaluate(standard, Subject("s", "windows server", {"power_supplies": (told,)}), AT)
    assert (verdict.word, verdict.reason) == (Word.UNKNOWN, Reason.DOUBTFUL)
    assert verdict.evidence == ("objects: too many to look at",)


def test_a_hostile_name_stays_on_one_short_line() -> None:
    part = Part(name="PS1\nyes, all is well " + "x" * 4000, ok=True)
    told = Reading(section="power_supplies", read_at=AT, source=SNMP, value=(part,))
    subject = Subject("s", "windows server", {"power_supplies": (told,)})
    (line,) = evaluate(words_library().standard("words.count"), subject, AT).evidence
    assert "\n" not in line
    assert len(line) < 400
