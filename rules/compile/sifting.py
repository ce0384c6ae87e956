"""Sorts the objects of a list, one after the other, by whether they count and whether they pass, with their lines."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple, TypeVar

from rules.compile.context import Check
from rules.compile.env import NO, NOT_APPLICABLE, UNKNOWN, YES, Env
from rules.compile.lines import Found, Line, Lines, Owner, Place

Tally = dict[tuple[int, int], int]
"""How many objects, by whether they count and whether they pass."""


Sifted = tuple[Lines, Lines, Collection[Lines], bool]
"""The lines of the objects that fail, of those that are not known, and of each that passes; and whether one passes that
might not count at all: it does no harm, and cannot alone make a yes."""

Searched = tuple[Lines, Lines]
"""The lines of the objects that count, and of those that may."""


class Numbered(NamedTuple):
    """How many objects count and how many more may, where those are that do, and the lines of those that may."""

    found_count: int
    open_count: int
    places: Callable[[], tuple[Place, ...]]
    unknown: Lines


class Tallied(NamedTuple):
    """How many objects pass, with the lines of those that fail and of those that are not known."""

    tally: Tally
    failing: Lines
    unknown: Lines


Result = TypeVar("Result")
Way = Callable[[Env, Iterable[Owner], Place | None], Result]
ListWay = Callable[[Env, Sequence[Owner], Place | None], Result]


def sifting(counts: Check, has: Check, path: str) -> Way[Sifted]:
    """Return how the objects of an `every` are sorted."""

    def sift(env: Env, objects: Iterable[Owner], place: Place | None) -> Sifted:
        bad: list[Line] = []
        unknown: list[Line] = []
        good: list[Lines] = []
        perhaps = False
        for one in objects:
            here = Place(place, one, path)
            counted, why = counts(env, one, here)
            word, lines = (NOT_APPLICABLE, ()) if counted == NO else has(env, one, here)
            if word == NOT_APPLICABLE:
                continue
            if counted == UNKNOWN:
                perhaps = perhaps or word == YES
                unknown += why if word != YES else ()
            elif word == NO:
                bad += lines
            elif word == UNKNOWN:
                unknown += lines
            else:
                good.append(lines)
        return tuple(bad), tuple(unknown), tuple(good), perhaps

    return sift


def searching(counts: Check, path: str, *, one_is_enough: bool) -> Way[Searched]:
    """Return how the objects of an `any` or a `none` are searched."""

    def search(env: Env, objects: Iterable[Owner], place: Place | None) -> Searched:
        found: list[Line] = []
        unknown: list[Line] = []
        for one in objects:
            here = Place(place, one, path)
            word, lines = counts(env, one, here)
            if word == YES:
                found.append(Found(here, lines))
                if one_is_enough:
                    break
            elif word == UNKNOWN:
                unknown += lines
        return tuple(found), tuple(unknown)

    return search


def numbering(counts: Check, path: str) -> Way[Numbered]:
    """Return how the objects of a `count` are counted."""

    def number(env: Env, objects: Iterable[Owner], place: Place | None) -> Numbered:
        found: list[Place] = []
        unknown: list[Line] = []
        open_count = 0
        for one in objects:
            here = Place(place, one, path)
            word, lines = counts(env, one, here)
            if word == YES:
                found.append(here)
            elif word == UNKNOWN:
                open_count += 1
                unknown += lines
        return Numbered(len(found), open_count, lambda: tuple(found), tuple(unknown))

    return number


def tallying(counts: Check, has: Check, path: str) -> Way[Tallied]:
    """Return how the objects of a `share` are counted."""

    def tallied(env: Env, objects: Iterable[Owner], place: Place | None) -> Tallied:
        tally: Tally = {}
        failing: list[Line] = []
        unknown: list[Line] = []
        for one in objects:
            here = Place(place, one, path)
            counted, why = counts(env, one, here)
            word, lines = (NOT_APPLICABLE, ()) if counted == NO else has(env, one, here)
            if word == NOT_APPLICABLE:
                continue
            tally[counted, word] = tally.get((counted, word), 0) + 1
            if counted == UNKNOWN:
                unknown += why
            elif word != YES:
                (failing if word == NO else unknown).extend(lines)
        return Tallied(tally, tuple(failing), tuple(unknown))

    return tallied
