"""A value in one line of evidence: its object, its noun, its amount beside the limit, and what must be."""

from datetime import timedelta

from collectors.facts.amounts import say_amount_beside
from collectors.facts.model import Fact
from collectors.facts.paths import FactKind, FactType
from collectors.facts.words import derivation, noun, say, say_beside, statement
from rules.compile.env import Env, key_of
from rules.compile.lines import Held, Owner, Place
from rules.evidence.limits import limit, must
from rules.grammar.sentences import Comparison
from rules.grammar.values import DURATIONS
from rules.view import View

NAME_SHOWN = 120  # characters of an object's name in a line of evidence


def label(place: Place | None) -> str:
    """Return the names of the objects that lead to a value: 'SQL01 / before update'."""
    names = []
    while place is not None:
        names.append(one_line(key_of(place.item)))
        place = place.outer
    return " / ".join(reversed(names))


def one_line(name: str) -> str:
    """Return a device's name on one line and of bounded length: evidence goes into tickets and tables."""
    line = " ".join(name.split())
    return f"{line[:NAME_SHOWN]}…" if len(line) > NAME_SHOWN else line or "(no name)"


def before(place: Place | None) -> str:
    """Return the beginning of a line that names its object: 'SQL01: ', and nothing for the subject itself."""
    names = label(place)
    if not names:
        return ""
    return f"{names} " if names.endswith(":") else f"{names}: "


def value_alone(line: Held, env: Env) -> str:
    """Return the value with its noun and without its limit: 'severity critical', 'switched on'."""
    if line.fact.kind is FactKind.BOOLEAN and isinstance(line.value, bool):
        return statement(line.fact.path, line.value)
    shown = amount(line, env)
    made_of = derived_from(line.fact, line.owner, env)
    return f"{made_of} = {shown}" if made_of else f"{noun(line.fact.path)} {shown}"


def held(line: Held, env: Env, *, passes: bool) -> str:
    """Return a value that was held against its limit, as a sentence."""
    alone = value_alone(line, env)
    if line.fact.kind is FactKind.BOOLEAN:
        return f"{before(line.place)}{alone}"
    if isinstance(line.want.shown, str) and line.want.shown.endswith(" known") and line.want.value is None:
        among = "is among" if _stands_among(line, passes=passes) else "is not among"
        return f"{before(line.place)}{alone} {among} {line.want.shown}"
    if passes:
        return f"{before(line.place)}{alone} {limit(line.comparison, line.want, negated=line.negated)}"
    return f"{before(line.place)}{alone}, {must(line.comparison, line.want, negated=line.negated)}"


def amount(line: Held, env: Env) -> str:
    """Return the value with as many digits as keep it on its own side of the limit."""
    value = line.value[0] if line.fact.kind is FactKind.VERSION and isinstance(line.value, tuple) else line.value
    return shown_value(line.fact, value, env, _beside(line, env))


def shown_value(fact: FactType, value: object, env: Env, beside: object = None) -> str:
    """Return a value in words at the instant of the evaluation; one too large to write is said to be."""
    clock = env.clock
    try:
        if beside is not None:
            return say_beside(fact.path, value, beside, at=clock.at, zone=clock.zone)
        return say(fact.path, value, at=clock.at, zone=clock.zone)
    except (ArithmeticError, ValueError):
        return "a number too large to show"


def share_beside(value: float, wanted: object) -> str:
    """Return a percentage with as many digits as keep it on its own side of the limit."""
    bound = wanted if isinstance(wanted, int | float) else 100
    try:
        return say_amount_beside(value, bound, "percent")
    except (ArithmeticError, ValueError):
        return "a share too large to show"


def derived_from(fact: FactType, owner: Owner, env: Env) -> str | None:
    """Return what a derived value was worked out from, or None for other facts."""
    if not fact.derived:
        return None
    holder: object = owner
    if isinstance(owner, View):
        holder = env.section(owner, fact.section).value
    if not isinstance(holder, Fact):
        return None
    try:
        return derivation(fact.path, holder)
    except (ArithmeticError, ValueError):
        return None


def _beside(line: Held, env: Env) -> object:
    wanted = line.want.value
    if line.comparison in DURATIONS:
        if not isinstance(wanted, int | float) or wanted > 10**10:
            return None
        return env.clock.at - timedelta(seconds=wanted)
    if line.fact.kind is not FactKind.NUMBER:
        return None
    if isinstance(wanted, tuple) and len(wanted) == 2:
        low, high = wanted
        if isinstance(line.value, int | float) and isinstance(low, int | float) and isinstance(high, int | float):
            return low if line.value < low else high
        return None
    return wanted if isinstance(wanted, int | float) else None


def _stands_among(line: Held, *, passes: bool) -> bool:
    """Return whether the value is one of the known, from what was asked and how it came out."""
    asked_in = line.comparison in {Comparison.IS, Comparison.ONE_OF, Comparison.ONLY, Comparison.INCLUDES}
    return asked_in is (passes is not line.negated)
