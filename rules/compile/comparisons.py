"""The comparisons: each holds a value against a ready right side and says yes, no, or None where it cannot be said."""

from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_network

from collectors.facts.paths import FactKind, FactType
from rules.compile import times
from rules.compile.env import NUMBER, Env
from rules.compile.texts import Matcher, lowered, matcher
from rules.grammar.sentences import Comparison
from rules.grammar.values import DURATIONS, Network, internal
from rules.lifecycle.order.compare import compare

Test = Callable[[object, object, Env], bool | None]


def ready(comparison: Comparison, written: object, fact: FactType) -> object:
    """Return the right side as the test wants it: numbers in the fact's unit, matchers, networks, lengths of time."""
    if comparison is Comparison.BETWEEN and isinstance(written, tuple):
        return tuple(internal(comparison, end, fact) for end in written)
    made = internal(comparison, written, fact)
    if comparison is Comparison.INCLUDES and isinstance(made, tuple):
        return tuple(matcher((text,)) for text in made)
    if isinstance(made, tuple) and comparison is not Comparison.INSIDE:
        return matcher(made)
    if fact.kind in {FactKind.TEXT, FactKind.WORD} and isinstance(made, str):
        return matcher((made,))
    return made


def test_for(comparison: Comparison, fact: FactType) -> Test:
    """Return the test of a comparison over such a fact."""
    if fact.kind is FactKind.VERSION:
        return _VERSIONS[comparison]
    if comparison in {Comparison.IS, Comparison.IS_NOT} and fact.kind in {FactKind.TEXT, FactKind.WORD}:
        return _one_of if comparison is Comparison.IS else _no_one_of
    return _TESTS[comparison]


def at_limit(comparison: Comparison, value: object, wanted: object, env: Env) -> bool:
    """Return whether a value lies exactly on its limit."""
    if comparison in DURATIONS:
        return times.at_limit(value, wanted, env, ahead=comparison is Comparison.LEFT_AT_LEAST)
    if isinstance(value, tuple):  # a version with its product
        return isinstance(wanted, str) and compare(value[1], value[0], wanted).relation == "equal"
    return value in wanted if isinstance(wanted, tuple) else value == wanted


def _equal(value: object, wanted: object, _: Env) -> bool | None:
    return value == wanted


def _different(value: object, wanted: object, _: Env) -> bool | None:
    return value != wanted


def _one_of(value: object, wanted: object, _: Env) -> bool | None:
    return wanted(lowered(value)) if callable(wanted) else None


def _no_one_of(value: object, wanted: object, _: Env) -> bool | None:
    return not wanted(lowered(value)) if callable(wanted) else None


def _at_least(value: object, wanted: object, _: Env) -> bool | None:
    if isinstance(value, NUMBER) and isinstance(wanted, NUMBER):
        return value >= wanted
    return True if value == "unlimited" else None


def _at_most(value: object, wanted: object, _: Env) -> bool | None:
    if isinstance(value, NUMBER) and isinstance(wanted, NUMBER):
        return value <= wanted
    return False if value == "unlimited" else None


def _below(value: object, wanted: object, _: Env) -> bool | None:
    if isinstance(value, NUMBER) and isinstance(wanted, NUMBER):
        return value < wanted
    return False if value == "unlimited" else None


def _between(value: object, wanted: object, env: Env) -> bool | None:
    if not isinstance(wanted, tuple):
        return None
    low, high = wanted
    above, under = _at_least(value, low, env), _at_most(value, high, env)
    return None if above is None or under is None else above and under


def _only(value: object, wanted: object, _: Env) -> bool | None:
    if not isinstance(value, tuple) or not callable(wanted):
        return None
    return all(map(wanted, _all_lowered(value)))


def _excludes(value: object, wanted: object, _: Env) -> bool | None:
    if not isinstance(value, tuple) or not callable(wanted):
        return None
    return not any(map(wanted, _all_lowered(value)))


def _all_lowered(values: tuple[object, ...]) -> list[str]:
    return [one.lower() if isinstance(one, str) else lowered(one) for one in values]


def _includes(value: object, wanted: object, _: Env) -> bool | None:
    if not isinstance(value, tuple) or not isinstance(wanted, tuple):
        return None
    have = _all_lowered(value)
    matchers: tuple[Matcher, ...] = wanted
    return all(any(matches(one) for one in have) for matches in matchers)


def _empty(value: object, wanted: object, _: Env) -> bool | None:
    return (not value) is wanted


def _inside(value: object, wanted: object, env: Env) -> bool | None:
    if not isinstance(wanted, tuple):
        return None
    told = value if isinstance(value, tuple) else (value,)
    env.step(len(told) * len(wanted))
    parsed = [network(str(one)) for one in told]
    if any(one == "any" for one in parsed):
        return False
    certain = [one for one in parsed if not isinstance(one, str)]
    if any(not _within(one, wanted) for one in certain):
        return False
    return True if len(certain) == len(parsed) else None


@lru_cache(maxsize=4096)
def network(text: str) -> Network | str:
    """Return an address or network; 'any' for everywhere, and the text '?' for what is neither."""
    if text.strip().lower() in {"any", "all", "0.0.0.0/0", "::/0"}:
        return "any"
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return "?"


def _within(one: Network, wanted: tuple[Network, ...]) -> bool:
    return any(
        one.version == outer.version
        and int(outer.network_address) <= int(one.network_address)
        and int(one.broadcast_address) <= int(outer.broadcast_address)
        for outer in wanted
    )


def _version_test(yes: frozenset[str]) -> Test:
    def test(value: object, wanted: object, _: Env) -> bool | None:
        if not isinstance(value, tuple) or not isinstance(wanted, str):
            return None
        relation = compare(str(value[1]), str(value[0]), wanted).relation
        return None if relation == "incomparable" else relation in yes

    return test


def _version_between(value: object, wanted: object, env: Env) -> bool | None:
    if not isinstance(wanted, tuple):
        return None
    above = _VERSIONS[Comparison.AT_LEAST](value, wanted[0], env)
    under = _VERSIONS[Comparison.AT_MOST](value, wanted[1], env)
    return None if above is None or under is None else above and under


_VERSIONS: dict[Comparison, Test] = {
    Comparison.IS: _version_test(frozenset({"equal"})),
    Comparison.IS_NOT: _version_test(frozenset({"older", "newer"})),
    Comparison.AT_LEAST: _version_test(frozenset({"equal", "newer"})),
    Comparison.AT_MOST: _version_test(frozenset({"equal", "older"})),
    Comparison.BELOW: _version_test(frozenset({"older"})),
    Comparison.BETWEEN: _version_between,
}
_TESTS: dict[Comparison, Test] = {
    Comparison.IS: _equal,
    Comparison.IS_NOT: _different,
    Comparison.ONE_OF: _one_of,
    Comparison.AT_LEAST: _at_least,
    Comparison.AT_MOST: _at_most,
    Comparison.BELOW: _below,
    Comparison.BETWEEN: _between,
    Comparison.AGE_AT_MOST: times.age_at_most,
    Comparison.AGE_OVER: times.age_over,
    Comparison.LEFT_AT_LEAST: times.left_at_least,
    Comparison.ONLY: _only,
    Comparison.INCLUDES: _includes,
    Comparison.EXCLUDES: _excludes,
    Comparison.EMPTY: _empty,
    Comparison.INSIDE: _inside,
}
