"""The corpus beside the project: nothing invented, and the shares that were asked for are reached."""

import pytest

from tests.corpus.__main__ import CORPUS, LISTED, all_results, listing, share_percent
from tests.corpus.cli import NO_SHEET, SHEETS
from tests.corpus.disputed import DISPUTED
from tests.corpus.outcome import Outcome, Result

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded devices are not beside the project"),
]
LEAST_PERCENT = {
    "snmp": 99.0,
    "nut": 99.0,
    "configs": 98.0,
    "cli": 98.0,
    "windows": 100.0,
    "windows, translated text": 95.0,
}


@pytest.fixture(scope="module")
def results() -> list[Result]:
    return all_results(CORPUS)


def test_no_driver_invents_a_fact(results: list[Result]) -> None:
    invented = listing(results, Outcome.INVENTED)
    assert not invented, "\n".join(invented)


@pytest.mark.parametrize("folder", LEAST_PERCENT)
def test_the_share_of_right_facts_is_kept(results: list[Result], folder: str) -> None:
    own = [result for result in results if result.folder == folder]
    share = share_percent(own)
    assert share is not None
    assert share >= LEAST_PERCENT[folder], "\n".join([f"{share:.2f} % right", *listing(own, *LISTED)])


def test_every_output_that_a_driver_asks_for_has_a_sheet(results: list[Result]) -> None:
    missing = [result.file for result in results if result.fact == NO_SHEET]
    assert not missing, missing


def test_every_sheet_is_of_a_file_in_the_corpus(results: list[Result]) -> None:
    assert len({result.file for result in results if result.folder == "cli"}) >= len(list(SHEETS.glob("*/*.yaml")))


def test_what_is_disputed_is_not_right_otherwise(results: list[Result]) -> None:
    disputed = {(one.folder, one.file, one.fact) for one in results if one.outcome is Outcome.DISPUTED}
    assert set(DISPUTED) == disputed


def test_what_has_no_place_has_a_reason(results: list[Result]) -> None:
    without = [result for result in results if result.outcome is Outcome.NO_PLACE and not result.reason]
    assert not without, without
