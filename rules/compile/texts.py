"""Sets of texts: case does not matter, and `*` stands for any letters (through RE2, which cannot run away)."""

from collections.abc import Callable

import re2

Matcher = Callable[[str], bool]


def matcher(texts: tuple[str, ...]) -> Matcher:
    """Return whether a text in lower case is one of these."""
    plain = frozenset(text for text in texts if "*" not in text)
    patterns = [text for text in texts if "*" in text]
    if not patterns:
        return plain.__contains__
    joined = "|".join(f"(?:{re2.escape(text).replace(_STAR, '.*')})" for text in patterns)
    options = re2.Options()
    options.dot_nl = True
    pattern = re2.compile(joined, options)

    def matches(text: str) -> bool:
        return text in plain or pattern.fullmatch(text) is not None

    return matches


def plain_texts(matches: object) -> frozenset[str] | None:
    """Return the texts of a matcher without patterns; None for one that has some."""
    texts = getattr(matches, "__self__", None)
    return texts if isinstance(texts, frozenset) else None


_STAR = re2.escape("*")


def lowered(value: object) -> str:
    """Return a value as the text that sets are made of."""
    return value.lower() if isinstance(value, str) else str(value).lower()
