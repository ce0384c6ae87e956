"""A list as columns: what one field says over all its objects at once, worked out once for all standards at an instant.

A mask is a whole number with one byte an object, the first object lowest: 1 where something holds. Masks join by `&`,
`|` and `^` at the speed of long integers, and they are as long as the list, so that a very long list stays cheap.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import accumulate, compress, repeat
from math import inf
from operator import eq, ge, le, or_
from typing import NamedTuple, TypeVar

from rules.compile.env import NUMBER
from rules.compile.lines import Owner
from rules.compile.texts import Matcher, lowered, plain_texts
from rules.view import FOR_EVER_S, View

T = TypeVar("T")
OFTEN = 4
"""Comparisons after which it pays to know where each text stands, and which values come after each."""
LONG = 256
"""Objects from which on the masks of all values in their order would take too much memory."""
Order = Callable[[float, float], bool]


def mask_of(holds: Iterable[bool]) -> int:
    """Return the mask of what holds for each object in turn."""
    return int.from_bytes(bytes(holds), "little")


def chosen(objects: Sequence[T], mask: int) -> Iterable[T]:
    """Return the objects that a mask names, in their order."""
    return compress(objects, mask.to_bytes(len(objects), "little"))


def up_to(one: int) -> int:
    """Return a number that covers all objects up to the one that a mask names; it is a mask when joined with one."""
    return (one << 8) - 1


def never_turns(_asked: int) -> int:
    """Return the end of time: what does not depend on time finds the same for ever."""
    return FOR_EVER_S


class Told(NamedTuple):
    """What a comparison found in a column, and from when on it may find something else."""

    yes: int
    unknown: int
    soonest_s: float = inf
    """It finds the same of every object until then."""
    turns_at_s: Callable[[int], int] = never_turns
    """Returns the first second from which on it may find something else of some objects."""


class Ordered:
    """Values in their order, with the mask of those from each place on: a limit is then one search, not a comparison
    with each object.
    """

    __slots__ = ("_from", "everything", "values")

    def __init__(self, values: Sequence[float], everything: int) -> None:
        places = sorted(range(len(values)), key=values.__getitem__)
        self.values = [values[place] for place in places]
        self.everything = everything
        self._from = [*accumulate([1 << 8 * place for place in reversed(places)], or_, initial=0)][::-1]

    def that(self, order: Order, limit: float) -> int:
        """Return which values are at least (ge), at most (le) or below (lt) a limit."""
        if order is le:
            return self.everything ^ self._from[bisect_right(self.values, limit)]
        least = self._from[bisect_left(self.values, limit)]
        return least if order is ge else self.everything ^ least


class Column:
    """One field over all objects of a list, and what comparisons have found in it."""

    __slots__ = (
        "_moments",
        "_numbers",
        "_ordered_moments",
        "_ordered_numbers",
        "_places",
        "_texts",
        "ahead",
        "asked_count",
        "endless",
        "everything",
        "missing",
        "sorted_moments",
        "values",
    )

    def __init__(self, values: Sequence[object], everything: int) -> None:
        self.values = values
        self.everything = everything
        self.missing = mask_of([value is None for value in values])
        self.asked_count = 0
        """How many comparisons were made with it."""
        self.sorted_moments: Sequence[float] = ()
        self.endless = 0
        """Which are 'never' and no moment."""
        self.ahead: tuple[int, float] | None = None
        """Which moments lie too far ahead to be right, and the first of them; None until somebody asks."""
        self._texts: Sequence[str | None] | None = None
        self._places: dict[str | None, int] | None = None
        self._numbers: Sequence[int | float] | None = None
        self._moments: Sequence[float] | None = None
        self._ordered_numbers: Ordered | None = None
        self._ordered_moments: Ordered | None = None

    def equal_to(self, wanted: object) -> int:
        """Return which values are this one."""
        return mask_of(map(eq, self.values, repeat(wanted)))

    def among(self, wanted: Matcher) -> int:
        """Return which values, as texts in lower case, are among the wanted."""
        if self._texts is None:
            self._texts = _lowered(self.values)
        plain = plain_texts(wanted)
        if plain is None:
            plain = frozenset(text for text in set(self._texts) if text is not None and wanted(text))
        if self.asked_count < OFTEN:
            return mask_of(map(plain.__contains__, self._texts))
        if self._places is None:
            self._places = dict(zip(self._texts, range(len(self._texts)), strict=True))
        if len(self._places) < len(self._texts):  # a text stands in several places
            return mask_of(map(plain.__contains__, self._texts))
        return sum(1 << 8 * self._places[text] for text in plain if text in self._places)

    def numbers(self) -> Sequence[int | float]:
        """Return the values as numbers, 'unlimited' as more than any, 0 for the unknown; empty where one is none."""
        if self._numbers is None:
            made = [one if isinstance(one, NUMBER) else _AS_NUMBERS.get(one) for one in self.values]
            self._numbers = [one for one in made if one is not None]
            if len(self._numbers) < len(made):
                self._numbers = ()
        return self._numbers

    def numbers_that(self, order: Order, limit: float) -> int | None:
        """Return which numbers keep a limit; None where a value is no number."""
        if self._ordered_numbers is None:
            numbers = self.numbers()
            if not numbers:
                return None
            if not self._pays():
                return mask_of(map(order, numbers, repeat(limit)))
            self._ordered_numbers = Ordered(numbers, self.everything)
        return self._ordered_numbers.that(order, limit)

    def _pays(self) -> bool:
        return self.asked_count >= OFTEN and len(self.values) <= LONG

    def moments(self) -> Sequence[float]:
        """Return the values as seconds since 1970, 'never' and the unknown before all; empty where one is no moment."""
        if self._moments is None:
            made = [one.timestamp() if isinstance(one, datetime) else _AS_MOMENTS.get(one) for one in self.values]
            self._moments = [one for one in made if one is not None]
            if len(self._moments) < len(made):
                self._moments = ()
            self.sorted_moments = sorted(self._moments)
            if str in map(type, self.values):
                self.endless = self.equal_to("never")
        return self._moments

    def since(self, least: float) -> tuple[int, float]:
        """Return which moments are at least that late, and the first of them (without one, the end of time)."""
        ordered = self.sorted_moments
        return self._from(bisect_left(ordered, least)) if ordered and ordered[-1] >= least else (0, inf)

    def lasting(self, at_s: float, length: float) -> tuple[int, float]:
        """Return which moments are at least that long after a second, and the first of them.

        What is held against the second is the difference, as the comparison of one value does it: sums of floats round.
        """
        ordered = self.sorted_moments
        start = bisect_left(ordered, at_s + length)
        while start and ordered[start - 1] - length >= at_s:
            start -= 1
        while start < len(ordered) and ordered[start] - length < at_s:
            start += 1
        return self._from(start)

    def _from(self, start: int) -> tuple[int, float]:
        """Return which moments come at a place in their order or later, and the one that stands there."""
        if start == len(self.sorted_moments):
            return 0, inf
        first, moments = self.sorted_moments[start], self.moments()
        if self._ordered_moments is None:
            if not self._pays():
                return mask_of(map(ge, moments, repeat(first))), first
            self._ordered_moments = Ordered(moments, self.everything)
        return self._ordered_moments.that(ge, first), first


def _lowered(values: Sequence[object]) -> Sequence[str | None]:
    """Return values as texts in lower case, None for the unknown."""
    return [one.lower() if isinstance(one, str) else None if one is None else lowered(one) for one in values]


_AS_NUMBERS: dict[object, float] = {None: 0.0, "unlimited": inf}
_AS_MOMENTS: dict[object, float] = {None: -inf, "never": -inf}


class Table:
    """A list of objects with the columns that were asked for."""

    __slots__ = ("columns", "everything", "found", "objects")

    def __init__(self, objects: Sequence[Owner]) -> None:
        self.objects = objects
        self.everything = mask_of([True] * len(objects))
        self.columns: dict[str, Column] = {}
        self.found: dict[object, Told] = {}
        """What comparisons have found, each under its field, its word and its right side."""


def table_of(view: View, objects: Sequence[Owner]) -> Table:
    """Return a list as a table, which is kept with the view for all standards."""
    kept = view.tables.get(id(objects))
    if isinstance(kept, Table):  # it holds its list, so that no other list can have this id
        return kept
    made = view.tables[id(objects)] = Table(objects)
    return made
