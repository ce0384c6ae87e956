"""Comparing a text of a sheet with a fact: by meaning, with the precision that the sheet has."""

import json
from collections.abc import Callable, Mapping

Same = Callable[[str, object], bool]


def text(expected: str, found: object) -> bool:
    """Return whether both say the same, without case and outer or double spaces."""
    return _plain(expected) == _plain(str(found))


def holds(expected: str, found: object) -> bool:
    """Return whether one name is part of the other: a maker is written short and long."""
    return _plain(expected) in _plain(str(found)) or _plain(str(found)) in _plain(expected)


def number(tolerance: float, scale: float = 1) -> Same:
    """Return a comparison of numbers; the sheet's number times the scale is in our unit."""

    def same(expected: str, found: object) -> bool:
        return isinstance(found, int | float) and abs(float(expected) * scale - found) <= tolerance

    return same


def yes_or_no(expected: str, found: object) -> bool:
    """Return whether a yes or a no is the same."""
    return {"yes": True, "no": False, "on": True, "off": False}.get(expected) is found


def word(words: Mapping[str, str]) -> Same:
    """Return a comparison through a table of the sheet's words."""
    return lambda expected, found: words.get(expected, expected) == found


def entries(expected: str, found: object) -> bool:
    """Return whether a list of texts is the same, in any order."""
    listed = json.loads(expected)
    return isinstance(found, tuple) and sorted(map(str, listed)) == sorted(map(str, found))


def length(expected: str, found: object) -> bool:
    """Return whether a list has so many entries."""
    return isinstance(found, tuple) and len(found) == int(expected)


def any_of(same: Same, others: str) -> Same:
    """Return a comparison that takes the sheet's other texts for the same thing as well."""
    more = [other.strip() for other in others.split(" | ") if other.strip()]
    return lambda expected, found: any(same(one, found) for one in (expected, *more))


def _plain(words: str) -> str:
    return " ".join(words.casefold().replace("|", " ").split()).removeprefix("v")
