"""Days on which licences end: forms of text, and the gap where there is none."""

from datetime import date

import pytest

from collectors.driver import Part
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.firewall import Licence
from collectors.readers.mibs import licence_ends

FORMS = ("%a %d %b %Y", "%b %d %Y", "%Y-%m-%d")


@pytest.mark.parametrize("text", ["Sun 31 Jan 2027", "Jan  31 2027", "2027-01-31"])
def test_a_day_in_any_of_the_forms_is_read(text: str) -> None:
    assert licence_ends.last_day(text, FORMS) == date(2027, 1, 31)


@pytest.mark.parametrize("text", ["31/01/2027", "never", "2027-02-30"])
def test_a_text_in_no_form_is_a_gap_that_quotes_it(text: str) -> None:
    day = licence_ends.last_day(text, FORMS)
    assert isinstance(day, Gap)
    assert day.reason == GapReason.UNEXPECTED_REPLY
    assert repr(text) in day.text


def test_a_day_that_is_not_told_leaves_the_licence_with_a_gap() -> None:
    part = licence_ends.licences([("web filter", licence_ends.last_day(None, FORMS))], complete=False)
    assert part == Part((Licence(name="web filter"),), {"[web filter].valid_until_on": NOT_TOLD}, complete=False)


def test_no_licence_is_no_section() -> None:
    assert licence_ends.licences([], complete=True) == Part(None)
