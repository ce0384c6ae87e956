"""Sentences over earlier readings: how far a counter rose, and what usually holds.

Both look back from the current reading, not from the instant of evaluation, so that time alone does not change them.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from collectors.facts.model import Item
from collectors.facts.reading import Reading
from rules.compile.comparisons import test_for
from rules.compile.context import Check, Compiling, Outcome
from rules.compile.env import NO, UNKNOWN, YES, Env, attribute
from rules.compile.lines import Doubt, Missing, Often, Owner, Place, Rose, Unagreed
from rules.compile.reach import getter
from rules.grammar.read import SHARE
from rules.grammar.sentences import FactRef, OtherFact, Rise, Usually
from rules.problems import Refused
from rules.verdict import Reason
from rules.view import Seen, View

OLDEST = 1.5  # a reading up to that many periods old may stand for one period ago
NEARLY_ALL = 0.95  # of the readings that the schedule should have given
FEW = 0.05

TOO_FEW = "not enough history"
RESET = "the counter was reset"
NOTHING_PASSED = "nothing passed in the period"


class Rest(NamedTuple):
    """A counter's rise, or why there is none; a reason of None is a missing value."""

    value: float | None
    why: str | None


def rise(sentence: Rise, compiling: Compiling) -> Check:
    """Return the closure of `rise: counter, over: time`."""
    if isinstance(sentence.limit.right, OtherFact):
        raise Refused("rise is held against a value or a setting", sentence.line)
    shown = SHARE if sentence.per is not None else sentence.counter.type
    slot = compiling.slot(sentence.limit, shown)
    comparison = sentence.limit.comparison
    test = compiling.watched(test_for(comparison, shown), sentence.limit, sentence.counter.type, sentence.line)
    risen = _risen(sentence)
    per = sentence.per.type if sentence.per is not None else None

    def check(env: Env, owner: Owner, place: Place | None) -> Outcome:
        want = env.wanted[slot]
        if want.lacking is not None:
            return UNKNOWN, (Unagreed(want.lacking),)
        value, why = risen(env, owner, place)
        counter = sentence.counter
        if value is None:
            if why is None:
                return UNKNOWN, (Missing(place, counter, owner),)
            return UNKNOWN, (Doubt(place, counter.type, owner, None, Reason.NOT_ENOUGH_HISTORY, why),)
        result = test(value, want.value, env)
        if result is None:
            return UNKNOWN, (Doubt(place, counter.type, owner, value, Reason.DOUBTFUL, ""),)
        line = Rose(place, counter.type, per, sentence.over_text, value, comparison, want)
        return (YES if result else NO), (line,)

    return check


def _risen(sentence: Rise) -> Callable[[Env, Owner, Place | None], Rest]:
    get = getter(sentence.counter)
    get_per = getter(sentence.per) if sentence.per is not None else None
    past, past_per = _in_reading(sentence.counter), _in_reading(sentence.per or sentence.counter)
    low, high = timedelta(seconds=sentence.over_s), timedelta(seconds=OLDEST * sentence.over_s)

    def risen(env: Env, owner: Owner, place: Place | None) -> Rest:
        now = get(env, owner)
        if not isinstance(now, int | float):
            return Rest(None, None)
        current, earlier = _readings(env, owner, place, sentence.counter)
        old = next((one for one in earlier if low <= current.read_at - one.read_at <= high), None)
        before = past(old, place) if old is not None else None
        if not isinstance(before, int | float):
            return Rest(None, TOO_FEW)
        if now < before:
            return Rest(None, RESET)
        if get_per is None or old is None:
            return Rest(now - before, None)
        per_now, per_before = get_per(env, owner), past_per(old, place)
        if not isinstance(per_now, int | float) or not isinstance(per_before, int | float):
            return Rest(None, TOO_FEW)
        if per_now <= per_before:
            return Rest(None, NOTHING_PASSED if per_now == per_before else RESET)
        try:
            return Rest(round(100 * (now - before) / (per_now - per_before), 6), None)
        except OverflowError:
            return Rest(None, RESET)

    return risen


def usually(sentence: Usually, compiling: Compiling) -> Check:
    """Return the closure of `usually: fact, over: time`; a missing reading counts against both answers."""
    if isinstance(sentence.limit.right, OtherFact):
        raise Refused("usually is held against a value or a setting", sentence.line)
    fact, comparison = sentence.fact.type, sentence.limit.comparison
    slot = compiling.slot(sentence.limit, fact)
    test = compiling.watched(test_for(comparison, fact), sentence.limit, fact, sentence.line)
    get, past = getter(sentence.fact), _in_reading(sentence.fact)
    over = timedelta(seconds=sentence.over_s)

    def check(env: Env, owner: Owner, place: Place | None) -> Outcome:
        want = env.wanted[slot]
        if want.lacking is not None:
            return UNKNOWN, (Unagreed(want.lacking),)
        now = get(env, owner)
        if now is None:
            return UNKNOWN, (Missing(place, sentence.fact, owner),)
        current, earlier = _readings(env, owner, place, sentence.fact)
        old = (past(one, place) for one in earlier if current.read_at - one.read_at <= over)
        values = [now, *(value for value in old if value is not None)]
        results = [test(value, want.value, env) for value in values]
        good, bad = results.count(True), results.count(False)
        due = max(sentence.readings_count, len(values))
        if good < NEARLY_ALL * due and bad <= FEW * due:
            text = f"{TOO_FEW} ({len(values)} of {due} readings)"
            return UNKNOWN, (Doubt(place, fact, owner, None, Reason.NOT_ENOUGH_HISTORY, text),)
        line = Often(place, fact, good, len(values), comparison, want, sentence.over_text)
        return (YES if good >= NEARLY_ALL * due else NO), (line,)

    return check


def _readings(env: Env, owner: Owner, place: Place | None, fact: FactRef) -> tuple[Reading, tuple[Reading, ...]]:
    """Return the current reading of the fact's section and the earlier ones of the same source, newest first."""
    view = _view_of(env, owner, place)
    seen: Seen = env.section(view, fact.type.section)
    current = seen.readings[0]
    source = (current.source.transport, current.source.driver)
    earlier = view.subject.earlier.get(fact.type.section, ())
    same = tuple(one for one in earlier if (one.source.transport, one.source.driver) == source)
    return current, same


def _view_of(env: Env, owner: Owner, place: Place | None) -> View:
    if isinstance(owner, View):
        return owner
    while place is not None:
        if isinstance(place.item, View):
            return place.item
        place = place.outer
    return env.view


def _in_reading(fact: FactRef) -> Callable[[Reading, Place | None], object]:
    """Return the way to the same fact in an earlier reading: through the objects with the same keys."""
    name, section_path = fact.type.name, fact.type.section

    def find(reading: Reading, place: Place | None) -> object:
        here: object = reading.value
        for key, list_path in _keys(place):
            items = here if list_path == section_path else getattr(here, list_path.rpartition(".")[2], None)
            if not isinstance(items, tuple):
                return None
            here = next((one for one in items if isinstance(one, Item) and one.key == key), None)
        if here is None or isinstance(here, tuple):
            return None
        return attribute(here, name) if isinstance(here, Item) else getattr(here, name, None)

    return find


def _keys(place: Place | None) -> list[tuple[str, str]]:
    keys = []
    while place is not None and not isinstance(place.item, View):
        keys.append((place.item.key, place.list_path))
        place = place.outer
    return keys[::-1]
