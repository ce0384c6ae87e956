"""Ways to a fact: from the subject or the object of a list to its value, its product, and whether a list is whole."""

from collections.abc import Callable
from typing import TypeVar

from collectors.facts.model import Item
from collectors.facts.paths import FactKind, FactType
from rules.compile.env import Env, attribute
from rules.compile.lines import Owner
from rules.grammar.sentences import FactRef
from rules.view import Seen, View

Get = Callable[[Env, Owner], object]
T = TypeVar("T")
GetSeen = Callable[[Env, Owner], Seen | None]
Partly = Callable[[Env, Owner], bool]

NO_PRODUCT = "dotted"  # the order of plain numbered versions


def getter(fact: FactRef) -> Get:
    """Return the way to a fact's value; None from it means not known."""
    get = kept(fact, fact.path, _of_subject(fact)) if fact.of_subject else _of_item(fact.type)
    if fact.type.kind is not FactKind.VERSION:
        return get
    product = _product(fact)

    def version(env: Env, owner: Owner) -> object:
        value = get(env, owner)
        return None if value is None else (value, product(env, owner))

    return version


def partly(fact: FactRef) -> Partly:
    """Return whether a list may lack elements."""
    name = fact.type.name
    if not fact.of_subject:
        return lambda _env, owner: name in owner.partial if isinstance(owner, Item) else False
    see = _section_of(fact)
    inner = "" if "." not in fact.path else name

    def of_subject(env: Env, owner: Owner) -> bool:
        seen = see(env, owner)
        if seen is None:
            return True
        return not seen.complete or (bool(inner) and inner in (seen.field_gaps or {}))

    return kept(fact, f"{fact.path} and whether it is whole", of_subject)


def _whose(env: Env, owner: Owner, whose: str) -> View | None:
    if whose == "own" and isinstance(owner, View):
        return owner
    return env.view.whose(whose)


def _of_item(fact: FactType) -> Get:
    name = fact.name
    if fact.derived:
        return lambda _env, owner: attribute(owner, name)
    return lambda _env, owner: getattr(owner, name)


def _section_of(fact: FactRef) -> GetSeen:
    section, whose = fact.type.section, fact.whose

    def see(env: Env, owner: Owner) -> Seen | None:
        view = _whose(env, owner, whose)
        return None if view is None else env.section(view, section)

    return see


def kept(fact: FactRef, under: str, get: Callable[[Env, Owner], T]) -> Callable[[Env, Owner], T]:
    """Return the way to something of a section that keeps it for all standards, unless sources disagree about it.

    What a rule reads of a subject is the same for all standards at one instant, and so is how long it holds.
    """
    if fact.whose != "own" or not fact.of_subject:
        return get
    section = fact.type.section

    def keeping(env: Env, owner: Owner) -> T:
        if owner is not env.view:
            return get(env, owner)
        known = env.kept.get(under)
        if known is not None:
            value, until_s = known
            if until_s < env.until_s:  # noqa: PLR1730 - as in Env.section
                env.until_s = until_s
            return value  # type: ignore[return-value]
        value = get(env, owner)
        seen = env.view.section(section, env.fresh_s)
        if not seen.others:
            env.kept[under] = value, seen.until_s
        return value

    return keeping


def _of_subject(fact: FactRef) -> Get:
    see = _section_of(fact)
    if "." not in fact.path:

        def whole(env: Env, owner: Owner) -> object:
            seen = see(env, owner)
            return None if seen is None else seen.value

        return whole
    name, derived = fact.type.name, fact.type.derived

    def of_section(env: Env, owner: Owner) -> object:
        seen = see(env, owner)
        value = None if seen is None else seen.value
        if value is None or isinstance(value, tuple):
            return None
        if not derived:
            return getattr(value, name)
        try:
            return getattr(value, name, None)
        except (ArithmeticError, ValueError):
            return None

    return of_section


def _product(fact: FactRef) -> Get:
    """Return the way to the product whose order a version follows: told beside it, or known from its section."""
    known = {"os": "windows_build", "sql": "sqlserver", "exchange": "exchange"}.get(fact.type.section)

    def product(env: Env, owner: Owner) -> object:
        beside: object = None
        if isinstance(owner, Item):
            beside = getattr(owner, "product", None)
        elif (view := _whose(env, owner, fact.whose)) is not None:
            beside = getattr(env.section(view, fact.type.section).value, "product", None)
        return known or beside or NO_PRODUCT

    return product
