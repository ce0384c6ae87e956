"""Sorts the objects of a list all at once, by columns; the closures make the lines, when they are read, and of those
objects alone that matter.

What comes out is the same as from `sifting.py`: verdict, reason, lines, and the second up to which it holds.
"""

from collections.abc import Sequence
from functools import partial

from collectors.facts.paths import FactKind
from rules.compile.columns import chosen, table_of, up_to
from rules.compile.context import Compiling
from rules.compile.env import NO, UNKNOWN, YES, Env
from rules.compile.joined_looks import counted, look_for
from rules.compile.lines import Later, Lines, Owner, Passing, Place
from rules.compile.looks import Look
from rules.compile.sifting import ListWay, Numbered, Searched, Sifted, Tallied, Way
from rules.grammar.sentences import Compare, OverList, Sentence, walk

FEWEST = 4
"""A shorter list is not worth its columns."""


class AtOnce:
    """How a whole list is asked at once which of its objects count and which pass."""

    def __init__(self, sentence: OverList, counts: Look, has: Look | None) -> None:
        self.counts = counts
        self.has: Look = has or counts
        self.measured = sentence.has is not None and any(map(_by_number, walk(sentence.has)))
        """Whether what an object has can be near to its limit."""
        self.path = sentence.objects.path if sentence.objects is not None else ""


def at_once(sentence: OverList, compiling: Compiling) -> AtOnce | None:
    """Return how a sentence asks a whole list at once; None for one that must ask each object.

    Only lists of a subject are kept as columns, and a watch wants to see each object.
    """
    if compiling.watch is not None or sentence.objects is None or not sentence.objects.of_subject:
        return None
    counts = counted(sentence.where, sentence.leaving_out, compiling)
    has = None if sentence.has is None else look_for(sentence.has, compiling)
    if counts is None or (has is None) is not (sentence.has is None):
        return None
    return AtOnce(sentence, counts, has)


def _by_number(sentence: Sentence) -> bool:
    return isinstance(sentence, Compare) and sentence.fact.type.kind is FactKind.NUMBER


def sifting_at_once(asks: AtOnce, closures: Way[Sifted]) -> ListWay[Sifted]:
    """Return how the objects of an `every` are sorted."""
    counts, has, measured = asks.counts, asks.has, asks.measured
    failing, doubtful_ones = partial(_lines_of, closures, 0), partial(_lines_of, closures, 1)

    def passing(env: Env, objects: Sequence[Owner], place: Place | None, mask: int) -> tuple[Lines, ...]:
        return tuple(closures(env, chosen(objects, mask), place)[2])

    def sift(env: Env, objects: Sequence[Owner], place: Place | None) -> Sifted:
        if len(objects) < FEWEST:
            return closures(env, objects, place)
        table = table_of(env.view, objects)
        counting, perhaps = counts(table, env, table.everything)
        asked = counting | perhaps
        if not asked:
            return NOTHING
        yes, unknown = has(table, env, asked)
        bad = counting & ~(yes | unknown)
        if bad:
            return (Later(partial(failing, env, objects, place, bad)),), (), (), False
        doubtful = counting & unknown | perhaps & ~yes
        if doubtful:
            return (), (Later(partial(doubtful_ones, env, objects, place, doubtful)),), (), False
        if not counting:
            return PERHAPS
        return (), (), Passing(counting, partial(passing, env, objects, place), measured), perhaps != 0

    return sift


NOTHING: Sifted = ((), (), (), False)
PERHAPS: Sifted = ((), (), (), True)


def _lines_of(
    closures: Way[Sifted] | Way[Searched] | Way[Numbered] | Way[Tallied],
    which: int,
    env: Env,
    objects: Sequence[Owner],
    place: Place | None,
    mask: int,
) -> Lines:
    """Return the lines of the objects that a mask names; `which`: where they stand in what the closures return."""
    lines: Lines = closures(env, chosen(objects, mask), place)[which]  # type: ignore[assignment]
    return lines


def searching_at_once(asks: AtOnce, closures: Way[Searched], one_is_enough: bool) -> ListWay[Searched]:
    """Return how the objects of an `any` or a `none` are searched."""
    counts = asks.counts
    certain, possible = partial(_lines_of, closures, 0), partial(_lines_of, closures, 1)

    def search(env: Env, objects: Sequence[Owner], place: Place | None) -> Searched:
        if len(objects) < FEWEST:
            return closures(env, objects, place)
        table = table_of(env.view, objects)
        until_s = env.until_s
        found, perhaps = counts(table, env, table.everything)
        if found:
            if one_is_enough:
                found &= -found
                if env.until_s != until_s:  # what comes after the first is not asked, which is known only now
                    env.until_s = until_s
                    counts(table, env, up_to(found) & table.everything)
            return (Later(partial(certain, env, objects, place, found)),), ()
        if perhaps:
            return (), (Later(partial(possible, env, objects, place, perhaps)),)
        return NOBODY

    return search


NOBODY: Searched = ((), ())


def numbering_at_once(asks: AtOnce, closures: Way[Numbered]) -> ListWay[Numbered]:
    """Return how the objects of a `count` are counted."""
    counts, path = asks.counts, asks.path
    possible = partial(_lines_of, closures, Numbered._fields.index("unknown"))

    def places(objects: Sequence[Owner], place: Place | None, mask: int) -> tuple[Place, ...]:
        return tuple(Place(place, one, path) for one in chosen(objects, mask))

    def number(env: Env, objects: Sequence[Owner], place: Place | None) -> Numbered:
        if len(objects) < FEWEST:
            return closures(env, objects, place)
        table = table_of(env.view, objects)
        found, perhaps = counts(table, env, table.everything)
        unknown: Lines = (Later(partial(possible, env, objects, place, perhaps)),) if perhaps else ()
        return Numbered(found.bit_count(), perhaps.bit_count(), partial(places, objects, place, found), unknown)

    return number


def tallying_at_once(asks: AtOnce, closures: Way[Tallied]) -> ListWay[Tallied]:
    """Return how the objects of a `share` are counted."""
    counts, has = asks.counts, asks.has

    def tallied(env: Env, objects: Sequence[Owner], place: Place | None) -> Tallied:
        if len(objects) < FEWEST:
            return closures(env, objects, place)
        table = table_of(env.view, objects)
        counting, perhaps = counts(table, env, table.everything)
        if not counting | perhaps:
            return Tallied({}, (), ())
        yes, unknown = has(table, env, counting | perhaps)
        no = ~(yes | unknown)
        masks = {
            (counted, word): among & mask
            for counted, among in ((YES, counting), (UNKNOWN, perhaps))
            for word, mask in ((YES, yes), (NO, no), (UNKNOWN, unknown))
        }
        bad, doubtful = counting & no, counting & unknown | perhaps

        def lines_of() -> Tallied:
            return closures(env, chosen(objects, bad | doubtful), place)

        return Tallied(
            {key: mask.bit_count() for key, mask in masks.items() if mask},
            (Later(lambda: lines_of().failing),) if bad else (),
            (Later(lambda: lines_of().unknown),) if doubtful else (),
        )

    return tallied
