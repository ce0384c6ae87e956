"""What a comparator is made of: a version that was read whole, the scheme it belongs to, and how two of them stand."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Relation = Literal["older", "equal", "newer", "incomparable"]


@dataclass(frozen=True)
class Order:
    """How the first version stands to the second, and why."""

    relation: Relation
    reason: str


@dataclass(frozen=True)
class Parsed:
    """A version of which every character was understood."""

    line: str
    """What must be the same on both sides: a train, platform letters, a model code; empty if there is one only."""
    key: tuple[int, ...]
    build: int | None = None
    """Decides between equal keys, and only when both sides tell one."""
    prerelease: bool = False


@dataclass(frozen=True)
class Scheme:
    """One vendor's way of numbering."""

    name: str
    parse: Callable[[str], Parsed | None]
    lines: str = "belong to different lines"
    """Ends the sentence 'A and B ...' when the lines differ."""
    alike: Callable[[str, str], bool] = str.__eq__
    """Says whether two lines may be compared."""
    relate: Callable[[Parsed, Parsed], Order | None] | None = None
    """A rule of the vendor's own, asked first; None leaves the answer to lines, key and build."""


def grammar(pattern: str, read: Callable[[re.Match[str]], Parsed | None]) -> Callable[[str], Parsed | None]:
    """Return a parser that understands the whole text or nothing of it; digits are ASCII digits only."""
    compiled = re.compile(pattern, re.ASCII)

    def parse(text: str) -> Parsed | None:
        found = compiled.fullmatch(text)
        return read(found) if found else None

    return parse


def number(digits: str | None) -> int:
    """Return the number, 0 where the part is missing."""
    return int(digits) if digits else 0


def letter(text: str | None) -> int:
    """Return 0 for no letter, 1 for a, 27 for aa: a rebuild letter comes after its base."""
    place = 0
    for character in (text or "").lower():
        place = place * 26 + ord(character) - ord("a") + 1
    return place


def optional(digits: str | None) -> int | None:
    """Return the number, or None where the part is missing."""
    return int(digits) if digits else None


def of_keys(left: tuple[int, ...], right: tuple[int, ...]) -> Relation:
    """Return how two rows of numbers stand; a missing number is 0."""
    size = max(len(left), len(right))
    left, right = left + (0,) * (size - len(left)), right + (0,) * (size - len(right))
    return "equal" if left == right else "older" if left < right else "newer"
