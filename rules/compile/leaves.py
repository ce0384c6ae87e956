"""Sentences about one fact: a value against a limit, against another fact, or what the client has agreed to."""

from collections.abc import Callable

from collectors.facts.paths import FactKind, FactType
from rules.compile.comparisons import test_for
from rules.compile.context import Check, Compiling, Outcome
from rules.compile.env import NO, UNKNOWN, YES, Env, attribute
from rules.compile.lines import AgreedSo, Doubt, Held, Missing, Owner, Place, Unagreed, Want
from rules.compile.reach import getter, partly
from rules.compile.texts import lowered
from rules.grammar.sentences import Agreed, Compare, Comparison, Limit, OtherFact, SettingRef, is_list
from rules.verdict import Reason
from rules.view import View

_MORE_MAY_FAIL = {Comparison.ONLY, Comparison.EXCLUDES, Comparison.INSIDE}
_POSITIVE = {Comparison.IS, Comparison.ONE_OF}


def compare(sentence: Compare, compiling: Compiling) -> Check:
    """Return the closure of `fact: ...` with its comparison."""
    if isinstance(sentence.limit.right, OtherFact):
        return _against_fact(sentence, sentence.limit.right, compiling)
    if is_list(sentence.fact):
        return _list_of_texts(sentence, compiling)
    fact, comparison = sentence.fact.type, sentence.limit.comparison
    slot = compiling.slot(sentence.limit, fact)
    test = compiling.watched(test_for(comparison, fact), sentence.limit, fact, sentence.line)
    get, made = getter(sentence.fact), tuple.__new__

    def check(env: Env, owner: Owner, place: Place | None) -> Outcome:
        want = env.wanted[slot]
        if want.lacking is not None:
            return UNKNOWN, (Unagreed(want.lacking),)
        value = get(env, owner)
        if value is None:
            return UNKNOWN, (Missing(place, sentence.fact, owner),)
        result = test(value, want.value, env)
        if result is None:
            return UNKNOWN, (Doubt(place, fact, owner, value, Reason.DOUBTFUL, ""),)
        # on the path of every fact: without the detour through the named tuple's own __new__
        return (YES if result else NO), (made(Held, (place, fact, owner, value, comparison, want, False)),)

    return check


def agreed(sentence: Agreed, compiling: Compiling) -> Check:
    """Return the closure of `agreed: setting`."""
    limit = Limit(Comparison.IS, SettingRef(sentence.setting))
    slot = compiling.slot(limit, AGREEMENT)
    name, wanted = sentence.setting, sentence.wanted

    def check(env: Env, _owner: Owner, _place: Place | None) -> Outcome:
        want = env.wanted[slot]
        if want.lacking is not None:
            return UNKNOWN, (Unagreed(name),)
        return (YES if want.value is wanted else NO), (AgreedSo(name, want.value is True, wanted),)

    return check


def _list_of_texts(sentence: Compare, compiling: Compiling) -> Check:
    fact, comparison = sentence.fact.type, sentence.limit.comparison
    slot = compiling.slot(sentence.limit, fact)
    test = test_for(comparison, fact)
    get, may_lack, made = getter(sentence.fact), partly(sentence.fact), tuple.__new__

    def check(env: Env, owner: Owner, place: Place | None) -> Outcome:
        want = env.wanted[slot]
        if want.lacking is not None:
            return UNKNOWN, (Unagreed(want.lacking),)
        value = get(env, owner)
        if value is None:
            return UNKNOWN, (Missing(place, sentence.fact, owner),)
        if isinstance(value, tuple):
            env.step(len(value))
        result = test(value, want.value, env)
        if result is None:
            return UNKNOWN, (Doubt(place, fact, owner, value, Reason.DOUBTFUL, "cannot be read as addresses"),)
        if _overturned(comparison, result, want.value) and may_lack(env, owner):
            return UNKNOWN, (Doubt(place, fact, owner, value, Reason.PARTIAL, "was only partly read"),)
        return (YES if result else NO), (made(Held, (place, fact, owner, value, comparison, want, False)),)

    return check


def _overturned(comparison: Comparison, result: bool, wanted: object) -> bool:
    """Return whether elements that were not read could turn the result."""
    if comparison in _MORE_MAY_FAIL:
        return result
    if comparison is Comparison.INCLUDES:
        return not result
    return result is wanted  # empty: a list that looks empty may not be; one that holds something does


def _against_fact(sentence: Compare, right: OtherFact, compiling: Compiling) -> Check:
    fact, comparison = sentence.fact.type, sentence.limit.comparison
    get, texts = getter(sentence.fact), _set_of(right, compiling)
    may_lack = partly(sentence.fact) if is_list(sentence.fact) else None

    def check(env: Env, owner: Owner, place: Place | None) -> Outcome:
        value = get(env, owner)
        if value is None:
            return UNKNOWN, (Missing(place, sentence.fact, owner),)
        known = texts(env, owner)
        if known is None:
            return UNKNOWN, (Missing(None, right.fact, owner),)
        have, whole = known
        result = _in_set(comparison, value, have, whole)
        if result is None:
            return UNKNOWN, (Doubt(None, right.fact.type, owner, None, Reason.PARTIAL, "was only partly read"),)
        if may_lack is not None and _overturned(comparison, result, True) and may_lack(env, owner):
            return UNKNOWN, (Doubt(place, fact, owner, value, Reason.PARTIAL, "was only partly read"),)
        want = Want(None, f"the {len(have)} known")
        return (YES if result else NO), (Held(place, fact, owner, value, comparison, want),)

    return check


def _in_set(comparison: Comparison, value: object, have: frozenset[str], whole: bool) -> bool | None:
    if isinstance(value, tuple):
        told = {lowered(one) for one in value}
        if comparison is Comparison.ONLY:
            return True if told <= have else (False if whole else None)
        if comparison is Comparison.EXCLUDES:
            return False if told & have else (True if whole else None)
        return False if not have <= told else (True if whole else None)
    hit = lowered(value) in have
    if not hit and not whole:
        return None
    return hit is (comparison in _POSITIVE)


Known = tuple[frozenset[str], bool]
AGREEMENT = FactType("agreement", FactKind.BOOLEAN)


def _set_of(right: OtherFact, compiling: Compiling) -> Callable[[Env, Owner], Known | None]:
    """Return the way to the set on the right, which is made once per evaluation where it belongs to a subject."""
    get, may_lack = getter(right.fact), partly(right.fact)
    field = right.each.name if right.each is not None else None
    number = compiling.set_number()

    def made(env: Env, owner: Owner) -> Known | None:
        values = get(env, owner)
        if values is None:
            return None
        if not isinstance(values, tuple) or right.fact.type.kind is FactKind.VERSION:
            return frozenset({lowered(values)}), True
        env.step(len(values))
        parts = values if field is None else tuple(attribute(one, field) for one in values)
        known = frozenset(lowered(part) for part in parts if part is not None)
        return known, None not in parts and not may_lack(env, owner)

    def once(env: Env, owner: Owner) -> Known | None:
        view = owner if right.fact.whose == "own" and isinstance(owner, View) else env.view
        key = (number, id(view))
        if env.memo is None:
            env.memo = {}
        if key not in env.memo:
            env.memo[key] = made(env, owner)
        return env.memo[key]

    return once if right.fact.of_subject else made
