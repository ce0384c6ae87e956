"""Choosing between objects that tell the same thing."""

from collectors.errors import UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, SENTINEL, Gap
from collectors.told import either, yes_or_no


def refuses() -> object:
    raise UnexpectedReply("is told as nonsense")


def test_the_first_value_that_is_told_counts() -> None:
    assert either(lambda: SENTINEL, refuses, lambda: None, lambda: 0, lambda: 7) == 0


def test_without_a_value_the_first_reason_is_told() -> None:
    assert either(lambda: None, lambda: SENTINEL, lambda: NOT_TOLD) == SENTINEL


def test_without_value_and_reason_nothing_is_told() -> None:
    assert either(lambda: None, lambda: None) is None


def test_false_is_a_value() -> None:
    assert either(lambda: False, lambda: True) is False


def test_yes_is_one_and_no_is_two() -> None:
    assert (yes_or_no(1, "flag"), yes_or_no(2, "flag"), yes_or_no(None, "flag")) == (True, False, None)


def test_any_other_number_is_neither_yes_nor_no() -> None:
    assert isinstance(yes_or_no(0, "flag"), Gap)
