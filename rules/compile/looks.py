"""Comparisons over a whole column at once: for which objects a limit is kept, and for which that cannot be said.

Each says the same as the closure of the same comparison (`leaves.py`), object by object, and notes the same seconds.
"""

from collections.abc import Callable, Sequence
from functools import partial
from math import ceil, floor, inf, nextafter
from operator import attrgetter, ge, le, lt

from collectors.facts.paths import FactKind, FactType
from rules.compile.columns import Column, Order, Table, Told, chosen, mask_of, never_turns
from rules.compile.comparisons import Test, test_for
from rules.compile.context import Compiling
from rules.compile.env import NUMBER, Env
from rules.compile.reach import getter
from rules.compile.texts import plain_texts
from rules.grammar.sentences import Compare, Comparison, OtherFact, is_list
from rules.grammar.values import DURATIONS
from rules.view import CLOCK_ERROR_S, FOR_EVER_S

Masks = tuple[int, int]
"""For which objects something holds, and for which that is not known; both say nothing of objects not asked about."""
Look = Callable[[Table, Env, int], Masks]
"""Asks those objects of a list that a mask names."""

_made = tuple.__new__
"""Makes what a comparison told without the detour through the named tuple's own __new__."""

Find = Callable[[Column, object, Env], Told | None]
"""Looks through a column; None where the values or the limit are not of the kind that it knows."""


def compared(sentence: Compare, compiling: Compiling) -> Look | None:
    """Return how a comparison looks at a whole list; None for one that cannot be made in columns."""
    fact, comparison = sentence.fact.type, sentence.limit.comparison
    if sentence.fact.of_subject or is_list(sentence.fact) or comparison is Comparison.INSIDE:
        return None
    if isinstance(sentence.limit.right, OtherFact):
        return None
    slot, name = compiling.slot_of(sentence.limit, fact), fact.name
    get = getter(sentence.fact) if fact.derived or fact.kind is FactKind.VERSION else None
    told_by, find = attrgetter(name), _find_for(comparison, fact.kind)
    one_by_one = partial(_one_by_one, test_for(comparison, fact))

    def look(table: Table, env: Env, asked: int) -> Masks:
        want = env.wanted[slot]
        if want.lacking is not None:
            return 0, asked
        key = want.key or key_of(comparison, fact, want.value)
        told = table.found.get(key)
        if told is None:
            column = table.columns.get(name)
            if column is None:
                values = [get(env, one) for one in table.objects] if get is not None else map(told_by, table.objects)
                column = table.columns[name] = Column([*values], table.everything)
            told = find(column, want.value, env) or one_by_one(column, want.value, env)
            table.found[key] = told
            column.asked_count += 1
        if told.soonest_s < env.until_s:
            env.until(told.turns_at_s(asked))
        return told.yes, told.unknown

    return look


def key_of(comparison: Comparison, fact: FactType, value: object) -> object:
    """Return what a list keeps the answer of a comparison under; sets of texts are the same whoever made them."""
    textual = comparison is Comparison.ONE_OF or fact.kind in {FactKind.TEXT, FactKind.WORD}
    return fact.name, comparison.value, plain_texts(value) or value if textual else value


def _find_for(comparison: Comparison, kind: FactKind) -> Find:
    """Return the quick way through a column for a comparison over such a fact."""
    if kind is FactKind.VERSION:
        return _never
    if comparison is Comparison.ONE_OF or (comparison in _SAME and kind in {FactKind.TEXT, FactKind.WORD}):
        return partial(_texts, negated=comparison is Comparison.IS_NOT)
    if comparison in _SAME:
        return partial(_values, negated=comparison is Comparison.IS_NOT)
    if comparison in DURATIONS:
        return _TIMES[comparison] if kind is FactKind.INSTANT else _never
    return _numbers_between if comparison is Comparison.BETWEEN else partial(_numbers, _ORDERS[comparison])


def _never(_column: Column, _wanted: object, _env: Env) -> Told | None:
    return None


def _texts(column: Column, wanted: object, _env: Env, *, negated: bool) -> Told | None:
    if not callable(wanted):
        return None
    return _same(column, column.among(wanted), negated=negated)


def _values(column: Column, wanted: object, _env: Env, *, negated: bool) -> Told | None:
    return _same(column, column.equal_to(wanted), negated=negated)


def _same(column: Column, same: int, *, negated: bool) -> Told:
    yes = column.everything ^ column.missing ^ same if negated else same
    return _made(Told, (yes, column.missing, inf, never_turns))


def _numbers(order: Order, column: Column, wanted: object, _env: Env) -> Told | None:
    if not isinstance(wanted, NUMBER) or wanted == inf:
        return None
    kept = column.numbers_that(order, wanted)
    missing = column.missing
    return None if kept is None else _made(Told, (kept & ~missing if missing else kept, missing, inf, never_turns))


def _numbers_between(column: Column, wanted: object, env: Env) -> Told | None:
    if not isinstance(wanted, tuple):
        return None
    above, under = _numbers(ge, column, wanted[0], env), _numbers(le, column, wanted[1], env)
    return None if above is None or under is None else Told(above.yes & under.yes, column.missing)


def _young(column: Column, length: object, env: Env, *, over: bool) -> Told | None:
    """Find moments that are at most that old, or older; one that lies ahead cannot be right."""
    moments, at_s = column.moments(), env.clock.at_s
    if not moments or not isinstance(length, NUMBER):
        return None
    young, first = column.since(at_s - length)
    if column.ahead is None:  # a column is of one instant
        column.ahead = column.since(nextafter(at_s + CLOCK_ERROR_S, inf))
    ahead, first_ahead = column.ahead
    young &= ~ahead

    def turns_at_s(asked: int) -> int:
        ages = _soonest_s(moments, asked & young, lambda one: floor(one + length) + 1, at_s)
        if not ahead:
            return ages
        return min(ages, _soonest_s(moments, asked & ahead, lambda one: ceil(one) - CLOCK_ERROR_S, at_s))

    yes = column.everything & ~(young | ahead | column.missing) if over else young
    soonest_s = min(first + length, first_ahead - CLOCK_ERROR_S) - 1
    return _made(Told, (yes, column.missing | ahead, soonest_s, turns_at_s))


def _lasting(column: Column, length: object, env: Env) -> Told | None:
    """Find moments until which at least that much time is left; what never ends has."""
    moments, at_s = column.moments(), env.clock.at_s
    if not moments or not isinstance(length, NUMBER):
        return None
    lasting, first = column.lasting(at_s, length)

    def turns_at_s(asked: int) -> int:
        return _soonest_s(moments, asked & lasting, lambda one: floor(one - length) + 1, at_s)

    return _made(Told, (lasting | column.endless, column.missing, first - length - 1, turns_at_s))


def _soonest_s(moments: Sequence[float], mask: int, turns_at_s: Callable[[float], int], at_s: int) -> int:
    """Return the first second, after this one, at which one of some moments turns; later moments turn later."""
    if not mask:
        return FOR_EVER_S
    first = turns_at_s(min(chosen(moments, mask)))
    if first > at_s:
        return first
    turns = (turns_at_s(one) for one in chosen(moments, mask))
    return min((one for one in turns if one > at_s), default=FOR_EVER_S)


def _one_by_one(test: Test, column: Column, wanted: object, env: Env) -> Told:
    """Ask the comparison itself about each value."""
    alone = Env(env.view, (), {})
    said: list[bool | None] = []
    seconds: list[int] = []
    for value in column.values:
        alone.until_s = FOR_EVER_S
        said.append(None if value is None else test(value, wanted, alone))
        seconds.append(alone.until_s)
    yes, unknown = mask_of([one is True for one in said]), mask_of([one is None for one in said])
    return Told(yes, unknown, min(seconds, default=inf), lambda asked: min(chosen(seconds, asked), default=FOR_EVER_S))


_SAME = {Comparison.IS, Comparison.IS_NOT}
_TIMES: dict[Comparison, Find] = {
    Comparison.AGE_AT_MOST: partial(_young, over=False),
    Comparison.AGE_OVER: partial(_young, over=True),
    Comparison.LEFT_AT_LEAST: _lasting,
}
_ORDERS: dict[Comparison, Order] = {Comparison.AT_LEAST: ge, Comparison.AT_MOST: le, Comparison.BELOW: lt}
