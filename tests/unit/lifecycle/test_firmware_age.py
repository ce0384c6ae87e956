"""The AGE question: every case of the table, and what holds for all firmware."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.lifecycle.age import AgeAnswer, firmware_age
from rules.lifecycle.freshness import months_before
from rules.lifecycle.known import Question
from rules.lifecycle.support import supported
from tests.unit.lifecycle.tables import TODAY, catalogue, day, rows

CASES = rows("firmware_age_cases.csv")


def _question(row: dict[str, str]) -> Question:
    return Question(
        product=row["product"],
        version=row["version"],
        build_on=day(row["build_date"]),
        released_on=day(row["release_date"]),
        not_before_on=day(row["not_before"]),
    )


def _answer(row: dict[str, str], later: int = 0) -> AgeAnswer:
    at = date.fromisoformat(row["today"]) + timedelta(days=later)
    return firmware_age(_question(row), at, int(row["max_months"]), catalogue())


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["case"])
def test_the_age_answer_is_that_of_the_table(row: dict[str, str]) -> None:
    assert _answer(row).verdict == row["age_answer"]


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["case"])
def test_the_release_days_are_those_of_the_table(row: dict[str, str]) -> None:
    answer = _answer(row)
    assert (answer.earliest_on, answer.latest_on) == (day(row["release_lo"]), day(row["release_hi"]))


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["case"])
def test_the_support_answer_is_that_of_the_table(row: dict[str, str]) -> None:
    at = date.fromisoformat(row["today"])
    assert supported(row["product"], row["version"], at, catalogue()).verdict == row["supported_answer"]


@given(row=st.sampled_from(CASES), steps=st.lists(st.integers(-1500, 1500), min_size=2, max_size=6))
def test_firmware_never_grows_younger(row: dict[str, str], steps: list[int]) -> None:
    rank = {"yes": 0, "unknown": 1, "no": 2}
    answers = [_answer(row, later) for later in sorted(steps)]
    ranks = [rank[answer.verdict] for answer in answers if answer.reason_code != "DATE_IN_FUTURE"]
    assert ranks == sorted(ranks)


@given(product=st.sampled_from([p.id for p in catalogue().lifecycle.products]), version=st.text(max_size=40))
def test_a_version_that_is_not_known_is_never_yes(product: str, version: str) -> None:
    row = catalogue().product(product)
    known = row is not None and (catalogue().releases(row).find(version) or catalogue().releases(row).read(version))
    assert known or firmware_age(Question(product, version), TODAY, 600, catalogue()).verdict == "unknown"


_DAYS = st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1)) | st.just(date.max) | st.just(date.min)


@given(build_on=_DAYS, released_on=_DAYS, not_before_on=_DAYS, at=st.dates(), months=st.integers(1, 600))
def test_yes_means_that_no_told_day_lies_before_the_limit(
    build_on: date | None, released_on: date | None, not_before_on: date | None, at: date, months: int
) -> None:
    asked = Question("x", None, build_on, released_on, not_before_on)
    answer = firmware_age(asked, at, months, catalogue())
    limit = months_before(at, months)
    assert answer.verdict != "yes" or not any(d and d < limit for d in (released_on,))


@given(version=st.from_regex(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}(-h[0-9]{1,2})?", fullmatch=True))
def test_a_line_that_began_recently_does_not_make_an_unlisted_release_young(version: str) -> None:
    row = catalogue().product("pan-os")
    assert row
    releases = catalogue().releases(row)
    parsed = releases.read(version)
    if releases.find(version) is None and parsed and releases.bounds(parsed).after is None:
        assert firmware_age(Question("pan-os", version), TODAY, 12, catalogue()).verdict != "yes"


def _asked(question: Question, at: date = TODAY) -> AgeAnswer:
    return firmware_age(question, at, 12, catalogue())


def test_a_told_day_that_contradicts_the_catalogue_across_the_limit_is_unknown() -> None:
    answer = _asked(Question("pan-os", "10.2.18-h9", released_on=date(2024, 1, 1)))
    assert (answer.verdict, answer.reason_code) == ("unknown", "DATE_CONFLICT")


def test_a_told_day_that_contradicts_the_catalogue_on_the_same_side_stands() -> None:
    assert _asked(Question("pan-os", "10.2.18-h9", released_on=date(2026, 7, 1))).verdict == "yes"


def test_a_kernel_newer_than_its_release_is_a_contradiction() -> None:
    asked = Question("routeros", "7.12.2", not_before_on=date(2026, 6, 1))
    assert _asked(asked).reason_code == "DATE_CONFLICT"


def test_a_build_day_long_before_its_line_began_is_a_contradiction() -> None:
    assert _asked(Question("fortios", "7.4.8", build_on=date(2019, 5, 1))).reason_code == "DATE_CONFLICT"


def test_a_catalogue_row_settles_a_build_day_that_crosses_the_limit() -> None:
    asked = Question("pan-os", "10.1.14-h20", build_on=date(2025, 11, 10))
    assert _asked(asked).verdict == "yes"


def test_the_reason_names_what_proves_the_answer() -> None:
    asked = Question("pan-os", "10.1.14-h20", build_on=date(2025, 11, 10))
    assert _asked(asked).reason.startswith("the release day 2025-11-25 of 10.1.14-h20")


def test_a_row_on_which_sources_disagree_across_the_limit_is_unknown() -> None:
    asked = Question("pan-os", "9.0.17-h5")
    answer = firmware_age(asked, date(2024, 12, 15), 12, catalogue())
    assert (answer.verdict, answer.reason_code) == ("unknown", "DATE_CONFLICT")


def test_an_unlisted_release_is_no_when_a_newer_one_of_its_train_is_too_old() -> None:
    answer = _asked(Question("opnsense", "24.1.3_9"))
    assert (answer.verdict, answer.reason_code) == ("no", "UPPER_BOUND")


def test_a_release_that_came_out_after_the_day_of_the_question_is_unknown() -> None:
    asked = Question("pan-os", "10.2.18-h9")
    assert _asked(asked, date(2025, 1, 1)).reason_code == "DATE_IN_FUTURE"


def test_a_preview_is_not_younger_than_the_line_it_precedes() -> None:
    assert _asked(Question("routeros", "7.24beta2")).verdict == "unknown"


def test_a_persons_day_is_told_apart() -> None:
    asked = Question("sonicos", "7.0.1-R1456", released_on=date(2026, 3, 1), released_by="person")
    assert _asked(asked).reason_code == "HUMAN_DATE"


def test_the_reason_names_the_day_and_age_of_the_catalogue() -> None:
    assert "the catalogue of 2026-08-22 (91 days old)" in _asked(Question("pan-os", "10.2.18-h9")).reason


def test_an_old_catalogue_alone_makes_no_yes() -> None:
    answer = _asked(Question("pan-os", "10.2.18-h9"), date(2027, 3, 1))
    assert (answer.verdict, answer.reason_code) == ("unknown", "CATALOGUE_TOO_OLD")


@pytest.mark.parametrize(
    ("at", "months", "expected"),
    [
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 11, 21), 24, date(2024, 11, 21)),
        (date(1, 6, 1), 12, date.min),
    ],
)
def test_months_are_calendar_months(at: date, months: int, expected: date) -> None:
    assert months_before(at, months) == expected
