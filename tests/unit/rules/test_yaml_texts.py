"""The house loader for YAML."""

import pytest

from rules.problems import Refused
from rules.yaml_texts import MAX_CHARACTERS, Map, Row, parse


@pytest.mark.parametrize(
    "text", ["no", "yes", "on", "12:30", "2026-01-01", "1e5", "0x10", "1_000", "007", "~", "null", ".5"]
)
def test_what_plain_yaml_turns_into_something_else_stays_text(text: str) -> None:
    assert parse(f"a: {text}") == {"a": text}


def test_whole_and_decimal_numbers_are_numbers() -> None:
    assert parse("[1, -2, 0.5, '1']") == [1, -2, 0.5, "1"]


def test_lines_are_known() -> None:
    document = parse("a: 1\nb:\n  - c: 2\n")
    assert isinstance(document, Map)
    inner = document["b"]
    assert isinstance(inner, Row)
    assert (document.line_of("b"), inner.line) == (2, 3)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\na: 2", 2, "twice"),
        ("a: &x 1\nb: 2", 1, "anchor"),
        ("a: 1\nb: *x", 2, "alias|not YAML"),
        ("a: !!python/object:os.system 1", 1, "tag"),
        ("a: !!int 1", 1, "tag"),
        ("a:\nb: 2", 1, "missing"),
        ("{a: 1}: 2", 1, "key"),
        ("<<: 1", 1, "key"),
        ("a: [1", 1, "not YAML"),
        ("--- 1\n--- 2", 2, "one document"),
        ("", 1, "empty"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(Refused, match=says) as refused:
        parse(text)
    assert refused.value.line == line or says == "not YAML"


def test_a_document_that_is_too_deep_or_too_long_is_refused() -> None:
    with pytest.raises(Refused, match="deep"):
        parse("[" * 60 + "]" * 60)
    with pytest.raises(Refused, match="longer"):
        parse("a" * (MAX_CHARACTERS + 1))
