"""A client's own values for settings."""

from rules.settings import ClientSettings, check_overrides
from tests.unit.rules.words_library import words_library

STANDARDS = words_library().by_id


def test_a_bare_number_is_taken_in_the_unit_of_the_default() -> None:
    values = ClientSettings({"words.every": {"least": 15}}).values(STANDARDS["words.every"])
    assert values["least"] == "15 %"


def test_a_truth_of_a_settings_file_is_a_yes_or_a_no() -> None:
    values = ClientSettings({"words.agreed": {"locked_room": False}}).values(STANDARDS["words.agreed"])
    assert values["locked_room"] == "no"


def test_what_is_wrong_is_told_in_sentences() -> None:
    overrides: dict[str, dict[str, object]] = {
        "words.every": {"least": 99, "most": 1, "least_large": "60 %"},
        "words.nothing": {"a": 1},
        "words.each-of": {"required": "ips"},
        "words.agreed": {"locked_room": "perhaps"},
    }
    assert check_overrides(STANDARDS, overrides) == (
        "words.every: least: 99 % is outside 5 % to 50 %",
        "words.every: there is no setting 'most'; it has least, least_large",
        "words.every: least_large: '60 %' is not in the unit of 50 GB",
        "words.nothing: there is no such standard",
        "words.each-of: required is a list of texts, not 'ips'",
        "words.agreed: locked_room is yes or no, not 'perhaps'",
    )


def test_right_values_have_nothing_wrong() -> None:
    assert check_overrides(STANDARDS, {"words.every": {"least": 15, "least_large": "100 GB"}}) == ()
