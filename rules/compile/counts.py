"""count and share: how many objects, or what part of them; an interval where some are not known."""

from rules.compile.comparisons import Test, test_for
from rules.compile.context import Check, Compiling, Outcome
from rules.compile.env import NO, NOT_APPLICABLE, NUMBER, UNKNOWN, YES, Env
from rules.compile.lines import Counted, Owner, Place, Unagreed, Vague, Want
from rules.compile.lists import ONLY_PARTLY, if_none, listed
from rules.compile.sifting import Tally, numbering, tallying
from rules.compile.sifting_at_once import AtOnce, numbering_at_once, tallying_at_once
from rules.grammar.read import COUNT, SHARE
from rules.grammar.sentences import Comparison, Limit, OtherFact, OverList
from rules.problems import Refused
from rules.verdict import Reason

NO_END = 10**12  # more objects than any list holds


def count(sentence: OverList, limit: Limit, counts: Check, compiling: Compiling, whole: AtOnce | None = None) -> Check:
    """Return the closure of `count: list` with a comparison."""
    if isinstance(limit.right, OtherFact):
        raise Refused("count is held against a value or a setting", sentence.line)
    source = listed(sentence.objects)
    see = source.see
    slot = compiling.slot(limit, COUNT)
    test = compiling.watched(test_for(limit.comparison, COUNT), limit, COUNT, sentence.line)
    closures = numbering(counts, source.path)
    number = closures if whole is None else numbering_at_once(whole, closures)

    def check(env: Env, owner: Owner, place: Place | None) -> Outcome:
        want = env.wanted[slot]
        if want.lacking is not None:
            return UNKNOWN, (Unagreed(want.lacking),)
        listed_so = see(env, owner)
        if listed_so is None:
            return UNKNOWN, (source.missing(place, owner),)
        objects, may_lack = listed_so
        found_count, open_count, places, unknown = number(env, objects, place)
        most = NO_END if may_lack else found_count + open_count
        if most == 0 and sentence.if_none is not None:
            return if_none(sentence, place, NOT_APPLICABLE)
        result = _over_interval(test, limit.comparison, want, found_count, most, env)
        if result is None:
            return UNKNOWN, unknown or (Vague(place, sentence.called, Reason.PARTIAL, ONLY_PARTLY),)
        told = (place, sentence.called, found_count, None, limit.comparison, want, places, False)
        line = tuple.__new__(Counted, told)
        return (YES if result else NO), (line,)

    return check


def share(
    sentence: OverList, limit: Limit, counts: Check, has: Check, compiling: Compiling, whole: AtOnce | None = None
) -> Check:
    """Return the closure of `share: list` with `has` and a comparison in %; the worst and the best case must agree."""
    if isinstance(limit.right, OtherFact):
        raise Refused("share is held against a value or a setting", sentence.line)
    source = listed(sentence.objects)
    see = source.see
    slot = compiling.slot(limit, SHARE)
    test = compiling.watched(test_for(limit.comparison, SHARE), limit, SHARE, sentence.line)
    closures = tallying(counts, has, source.path)
    tallied = closures if whole is None else tallying_at_once(whole, closures)

    def check(env: Env, owner: Owner, place: Place | None) -> Outcome:
        want = env.wanted[slot]
        if want.lacking is not None:
            return UNKNOWN, (Unagreed(want.lacking),)
        listed_so = see(env, owner)
        if listed_so is None:
            return UNKNOWN, (source.missing(place, owner),)
        objects, may_lack = listed_so
        tally, failing, unknown = tallied(env, objects, place)
        whole = not may_lack
        low, high = _interval(tally) if whole else (0.0, 100.0)
        good, total = tally.get((YES, YES), 0), sum(n for (counted, _), n in tally.items() if counted == YES)
        if total == 0 or not whole:
            if tally or not whole:
                return UNKNOWN, unknown or (Vague(place, sentence.called, Reason.PARTIAL, ONLY_PARTLY),)
            return if_none(sentence, place, NOT_APPLICABLE)
        result = _over_interval(test, limit.comparison, want, low, high, env)
        if result is None:
            return UNKNOWN, unknown or (Vague(place, sentence.called, Reason.PARTIAL, ONLY_PARTLY),)
        line = Counted(place, sentence.called, good, total, limit.comparison, want, tuple)
        return (YES, (line,)) if result else (NO, (line, *failing))

    return check


def _interval(tally: Tally) -> tuple[float, float]:
    """Return the share in the worst and in the best case; objects that may not count stand on the worse side."""
    good, bad, open_count = (tally.get((YES, word), 0) for word in (YES, NO, UNKNOWN))
    perhaps_good, perhaps_bad, perhaps = (tally.get((UNKNOWN, word), 0) for word in (YES, NO, UNKNOWN))
    total = good + bad + open_count
    worst = total + perhaps_bad + perhaps
    best = total + perhaps_good + perhaps
    if not worst or not best:
        return 0.0, 100.0
    return 100 * good / worst, 100 * (good + open_count + perhaps_good + perhaps) / best


def _over_interval(test: Test, comparison: Comparison, want: Want, low: float, high: float, env: Env) -> bool | None:
    """Return the answer where it is the same over the whole interval."""
    if low == high:
        return test(low, want.value, env)
    if comparison in {Comparison.IS, Comparison.BETWEEN}:
        ends = want.value if isinstance(want.value, tuple) else (want.value, want.value)
        first, last = ends
        if not isinstance(first, NUMBER) or not isinstance(last, NUMBER):
            return None
        if comparison is Comparison.BETWEEN and first <= low and high <= last:
            return True
        return False if high < first or low > last else None
    at_low, at_high = test(low, want.value, env), test(high, want.value, env)
    return at_low if at_low == at_high else None
