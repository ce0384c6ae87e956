"""Plain text: whatever a device says becomes a text that steers nothing, whichever way it is written."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.facts.cells import CELL_LIMIT, safe_cell
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.plain_text import MARKS_LIMIT, first_hidden, plain_line, plain_text
from collectors.facts.scalars import TEXT_LIMIT, clean_text
from tests.hostile.texts import STEERS, all_payloads, marks_in_a_row, payloads

KINDS = tuple(payloads())
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=())) | st.sampled_from(all_payloads())


def test_the_corpus_has_no_payload_twice_and_at_least_250() -> None:
    told = all_payloads()
    assert (len(told) >= 250, len(set(told))) == (True, len(told))


@pytest.mark.parametrize("kind", KINDS)
def test_a_payload_as_a_fact_steers_nothing_and_is_bounded(kind: str) -> None:
    for text in payloads()[kind]:
        told = str(clean_text(text))
        assert (STEERS.search(told), len(told) <= TEXT_LIMIT, marks_in_a_row(told) <= MARKS_LIMIT) == (None, True, True)


@given(ANY_TEXT)
def test_a_plain_text_steers_nothing_and_is_composed(text: str) -> None:
    told = plain_text(text)
    assert (STEERS.search(told), unicodedata.is_normalized("NFC", told)) == (None, True)


@given(ANY_TEXT)
def test_what_is_plain_stays_as_it_is(text: str) -> None:
    told = plain_text(text)
    assert (plain_text(told), first_hidden(told)) == (told, None)


@given(ANY_TEXT)
def test_a_line_has_one_line(text: str) -> None:
    assert len(plain_line(text).splitlines()) <= 1


@given(st.text(st.characters(max_codepoint=0x2FFF, categories=["L", "N", "P", "S"])))
def test_letters_digits_and_signs_are_never_lost(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    lost = [letter for letter in composed if letter not in plain_text(text)]
    assert all(first_hidden(letter) for letter in lost)


def test_family_and_flag_emoji_and_persian_joiners_stay() -> None:
    family, persian = "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    assert (plain_text(family), plain_text(persian)) == (family, persian)


def test_a_flood_of_accents_is_cut_before_it_is_sorted() -> None:
    # composing them costs the square of their number: the same flood unshortened would take an hour
    assert len(plain_text("a" + "\u0315\u0300" * 1_000_000)) <= 1 + MARKS_LIMIT


@given(ANY_TEXT)
def test_a_gap_is_one_line(text: str) -> None:
    told = Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {text}").text
    assert (STEERS.search(told), "\n" in told, "\t" in told) == (None, False, False)


FORMULA_BEGINS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@given(ANY_TEXT)
def test_no_cell_and_no_part_of_one_begins_a_formula(text: str) -> None:
    cell = safe_cell(text)
    parts = cell.replace(";", "\n").replace("\t", "\n").replace("|", "\n").split("\n")
    assert not [part for part in parts if part.lstrip().startswith(FORMULA_BEGINS)]
    assert len(text) > CELL_LIMIT or cell.replace("'", "") == plain_text(text).replace("'", "")
