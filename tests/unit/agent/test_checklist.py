"""The checklist counts what is known, orders by need, and its headline is the news."""

import pytest

from agent.checklist import Checklist, Counts, sections_of, spoken
from rules.verdict import Reason, Word
from tests.unit.agent.lists import UNREACHED, checklist, device, question

YES, NO, UNKNOWN, NOT_APPLICABLE = Word.YES, Word.NO, Word.UNKNOWN, Word.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("words", "percent"),
    [
        ([], 0),
        ([YES], 100),
        ([UNKNOWN], 0),
        ([NOT_APPLICABLE], 0),
        ([YES, NO, UNKNOWN, NOT_APPLICABLE], 66),
        ([YES] * 199 + [UNKNOWN], 99),
    ],
)
def test_coverage_is_the_share_of_applicable_questions_with_a_definite_answer(words: list[Word], percent: int) -> None:
    assert Counts.of(question("q", word) for word in words).coverage_percent == percent


def test_the_measurement_weighs_by_priority() -> None:
    told = checklist([question("a", YES, priority="critical"), question("b", NO, priority="high")])
    assert told.measurement == 66


def test_below_sixty_percent_coverage_there_is_no_measurement() -> None:
    told = checklist([question("a", YES), question("b", UNKNOWN)])
    assert told.measurement is None


def test_not_measured_is_never_in_the_measurement() -> None:
    some = [question("a", YES), question("b", NO), question("d", NO)]
    assert checklist(some).measurement == checklist([*some, question("c", UNKNOWN)]).measurement


def test_questions_that_need_somebody_come_first() -> None:
    words = [NOT_APPLICABLE, YES, UNKNOWN, NO]
    (section,) = sections_of(question(f"q{number}", word) for number, word in enumerate(words))
    assert [one.word for one in section.questions] == [NO, UNKNOWN, YES, NOT_APPLICABLE]


@pytest.mark.parametrize(
    ("told", "headline"),
    [
        (
            checklist([question("a", NO), question("b", UNKNOWN)]),
            "1 device, 2 standards: 1 is not aligned, 1 not measured",
        ),
        (
            checklist([question("a", YES), question("b", NOT_APPLICABLE)]),
            "1 device, 2 standards: all that apply are aligned",
        ),
        (
            checklist([question("a", UNKNOWN)], [device("x", UNREACHED, read=False)]),
            "None of 1 device could be read: nothing is known yet",
        ),
        (
            checklist([question("a", UNKNOWN, reason=Reason.NO_DEVICE)], []),
            "No device is in the inventory, so nothing of 1 standard was measured",
        ),
        (checklist([]), "1 device read, but the library holds no standard"),
    ],
)
def test_the_headline_is_the_news(told: Checklist, headline: str) -> None:
    assert told.headline == headline


def test_people_read_not_measured_with_its_cause() -> None:
    assert spoken(UNKNOWN, Reason.STALE) == "Not measured: too old"


def test_every_reason_has_words_for_people() -> None:
    assert all(spoken(UNKNOWN, reason) != "Not measured" for reason in Reason)
