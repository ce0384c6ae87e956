"""The corpus beside the project: nothing invented, and the shares that were reached are kept."""

import pytest

from tests.corpus.__main__ import CORPUS, all_results
from tests.corpus.outcome import Outcome, Result, counts

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded devices are not beside the project"),
]
LEAST_PERCENT = {"snmp": 97.0, "nut": 98.0, "configs": 98.0}


@pytest.fixture(scope="module")
def results() -> list[Result]:
    return all_results(CORPUS)


def test_no_driver_invents_a_fact(results: list[Result]) -> None:
    assert not [result for result in results if result.outcome is Outcome.INVENTED]


@pytest.mark.parametrize("folder", LEAST_PERCENT)
def test_the_share_of_right_facts_is_kept(results: list[Result], folder: str) -> None:
    row = counts(results)[folder]
    asked = sum(row[outcome] for outcome in (Outcome.RIGHT, Outcome.WRONG, Outcome.MISSING, Outcome.INVENTED))
    assert 100 * row[Outcome.RIGHT] / asked >= LEAST_PERCENT[folder]
