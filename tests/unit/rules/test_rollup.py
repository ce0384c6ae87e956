"""The roll-up to the client (decision 9)."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from collectors.facts.subject import Subject
from rules.rollup import Judged, RolledUp, Statement, Waiver, roll_up
from rules.standard import Standard
from rules.verdict import Evidence, Reason, Verdict, Word
from tests.unit.rules.subjects import AT
from tests.unit.rules.words_library import words_library

STANDARD = words_library().standard("words.number")
YES, NO, UNKNOWN, NA = Word.YES, Word.NO, Word.UNKNOWN, Word.NOT_APPLICABLE


def judged(name: str, word: Word, **more: object) -> Judged:
    reason = Reason.GAP if word is UNKNOWN else None
    subject = Subject(name=name, kind="ups", **more)  # type: ignore[arg-type]
    return Judged(subject, Verdict(word, reason, None, lambda: Evidence((f"{name} says {word}",))))


def standard(over: str = "device", holds_for: str = "every") -> Standard:
    entry = STANDARD.entry.model_copy(update={"over": over, "holds_for": holds_for})
    return replace(STANDARD, entry=entry)


def rolled(*words: Word, **options: str) -> Word:
    some = [judged(f"u{n}", word) for n, word in enumerate(words)]
    return roll_up(standard(**options), some, AT).word


@pytest.mark.parametrize("words", list(itertools.product(Word, repeat=3)), ids=str)
def test_every_one_must_be_aligned(words: tuple[Word, ...]) -> None:
    said = set(words) - {NA}
    wanted = NO if NO in said else UNKNOWN if UNKNOWN in said else YES if said else NA
    assert rolled(*words) is wanted


@pytest.mark.parametrize("words", list(itertools.product(Word, repeat=3)), ids=str)
def test_any_one_is_enough_where_the_standard_says_so(words: tuple[Word, ...]) -> None:
    said = set(words) - {NA}
    wanted = YES if YES in said else UNKNOWN if UNKNOWN in said else NO if said else NA
    assert rolled(*words, holds_for="any") is wanted


@pytest.mark.parametrize("words", list(itertools.product((YES, NO, NA), repeat=3)), ids=str)
def test_one_more_that_is_not_known_never_makes_another_answer(words: tuple[Word, ...]) -> None:
    for holds_for in ("every", "any"):
        assert rolled(*words, UNKNOWN, holds_for=holds_for) in {rolled(*words, holds_for=holds_for), UNKNOWN}


def test_the_text_counts_first_and_then_lists() -> None:
    result = roll_up(STANDARD, [judged("a", YES), judged("b", NO), judged("c", UNKNOWN)], AT)
    assert result.text == "1 of 3 UPS devices aligned; 1 not: b (b says no); 1 not known: c (c says unknown)"
    assert (result.reason, result.counts.no) == (None, 1)


def test_no_device_is_unknown_until_the_record_says_that_there_is_none() -> None:
    assert summary(roll_up(STANDARD, [], AT)) == (UNKNOWN, Reason.NO_DEVICE)
    stated = roll_up(STANDARD, [], AT, [Statement("UPS", "the TAM", date(2027, 6, 15))])
    assert summary(stated) == (NA, None)
    assert stated.text == "there is no UPS, says the TAM, until 2027-06-15"
    assert stated.valid_until == datetime(2027, 6, 16, tzinfo=UTC)


def test_a_statement_that_is_over_or_runs_longer_than_a_year_proves_nothing() -> None:
    over = roll_up(STANDARD, [], AT, [Statement("ups", "x", date(2026, 6, 14))])
    long = roll_up(STANDARD, [], AT, [Statement("ups", "x", date(2027, 6, 16))])
    assert summary(over) == summary(long) == (UNKNOWN, Reason.NO_DEVICE)
    assert long.valid_until == datetime(2026, 6, 16, tzinfo=UTC)


def test_a_statement_never_hides_a_device_that_is_there() -> None:
    stated = [Statement("ups", "x", date(2027, 1, 1))]
    assert roll_up(STANDARD, [judged("a", NO)], AT, stated).word is NO


def test_a_retired_device_does_not_count() -> None:
    result = roll_up(STANDARD, [judged("a", NO, retired=True), judged("b", YES)], AT)
    assert (result.word, result.counts.retired) == (YES, 1)


def test_a_waived_device_does_not_count_until_the_day_is_over() -> None:
    waiver = Waiver("words.number", "a", "the client", date(2026, 6, 15))
    some = [judged("a", NO), judged("b", YES)]
    result = roll_up(STANDARD, some, AT, waivers=[waiver])
    assert (result.word, result.text) == (YES, "1 of 1 UPS device aligned, 1 waived")
    assert result.valid_until == datetime(2026, 6, 16, tzinfo=UTC)
    assert roll_up(STANDARD, some, AT + timedelta(days=1), waivers=[waiver]).word is NO


def test_all_waived_is_not_a_yes() -> None:
    waiver = Waiver("words.number", "a", "the client", date(2026, 6, 15))
    assert summary(roll_up(STANDARD, [judged("a", NO)], AT, waivers=[waiver])) == (UNKNOWN, Reason.NO_DEVICE)


def test_a_group_counts_once() -> None:
    pair = [judged("a", YES, group="pair"), judged("b", YES, group="pair"), judged("c", YES)]
    assert roll_up(STANDARD, pair, AT).counts.yes == 2


def test_over_a_group_any_member_may_hold_but_every_group_must() -> None:
    pair = [judged("a", YES, group="one"), judged("b", NO, group="one")]
    other = [judged("c", NO, group="two"), judged("d", NO, group="two")]
    rule = standard("group", "any")
    assert roll_up(rule, pair, AT).word is YES
    assert roll_up(rule, [*pair, *other], AT).word is NO


def test_over_a_site_any_device_may_hold_but_every_site_must() -> None:
    def at(site: str, name: str, word: Word) -> Judged:
        return judged(name, word, parents={"site": Subject(site, "site")})

    rule = standard("site", "any")
    assert roll_up(rule, [at("A", "a", YES), at("A", "b", NO)], AT).word is YES
    assert roll_up(rule, [at("A", "a", YES), at("B", "b", NO)], AT).word is NO


def summary(result: RolledUp) -> tuple[Word, Reason | None]:
    return result.word, result.reason
