"""every, any, none and each_of: sentences over the objects of a list, or over a client's devices."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from collectors.facts.model import Item
from rules.compile.context import Check, Compiling, Outcome
from rules.compile.env import NO, NOT_APPLICABLE, UNKNOWN, YES, Env, TooMuch, has_key
from rules.compile.lines import (
    Absent,
    AllPass,
    Found,
    Line,
    Lines,
    Missing,
    NoneOf,
    NothingHere,
    Owner,
    Place,
    Unagreed,
    Unlisted,
    Vague,
)
from rules.compile.reach import getter, kept, partly
from rules.compile.sifting import searching, sifting
from rules.compile.sifting_at_once import AtOnce, searching_at_once, sifting_at_once
from rules.compile.texts import Matcher
from rules.grammar.sentences import EachOf, FactRef, OverList
from rules.verdict import Reason
from rules.view import View

DEVICES = "devices"
made = tuple.__new__
"""Makes a line without the detour through the named tuple's own __new__: one is made for each sentence."""
ONLY_PARTLY = "only partly read"

ListSeen = tuple[tuple[Owner, ...], bool]
"""The objects of a list, and whether it may lack some."""


@dataclass(frozen=True)
class Listed:
    """A list: how to see it, what is missing when it is not known, and its name."""

    see: Callable[[Env, Owner], ListSeen | None]
    missing: Callable[[Place | None, Owner], Line]
    path: str


def listed(fact: FactRef | None) -> Listed:
    """Return the list that a fact names; None stands for the subject's devices."""
    if fact is None:
        return Listed(_devices, lambda place, _owner: Unlisted(place), DEVICES)
    get, may_lack = getter(fact), partly(fact)

    def whole(env: Env, owner: Owner) -> ListSeen | None:
        value = get(env, owner)
        return (value, may_lack(env, owner)) if isinstance(value, tuple) else None

    known = kept(fact, f"{fact.path} and its objects", whole)

    def see(env: Env, owner: Owner) -> ListSeen | None:
        seen = known(env, owner)
        if seen is not None:
            env.steps -= len(seen[0])
            if env.steps < 0:
                raise TooMuch
        return seen

    return Listed(see, lambda place, owner: Missing(place, fact, owner), fact.path)


def _devices(_env: Env, owner: Owner) -> ListSeen | None:
    devices = owner.devices() if isinstance(owner, View) else None
    return None if devices is None or not isinstance(owner, View) else (devices, not owner.devices_complete())


def counting(where: Check | None, leaving_out: Check | None) -> Check:
    """Return which objects count: those for which `where` holds and `except` does not."""

    def check(env: Env, owner: Owner, place: Place | None) -> Outcome:
        word = YES
        lines: Lines = ()
        if where is not None:
            word, lines = where(env, owner, place)
            if word in {NO, NOT_APPLICABLE}:
                return NO, lines
        if leaving_out is not None:
            out, why = leaving_out(env, owner, place)
            if out == YES:
                return NO, why
            if out == UNKNOWN:
                return UNKNOWN, (*lines, *why) if word == UNKNOWN else why
        return word, lines

    return check


def every(sentence: OverList, counts: Check, has: Check, whole: AtOnce | None = None) -> Check:
    """Return the closure of `every: list` with `has`."""
    source = listed(sentence.objects)
    see = source.see
    closures = sifting(counts, has, source.path)
    sift = closures if whole is None else sifting_at_once(whole, closures)
    called = sentence.called

    def check(env: Env, owner: Owner, place: Place | None) -> Outcome:
        listed_so = see(env, owner)
        if listed_so is None:
            return UNKNOWN, (source.missing(place, owner),)
        objects, may_lack = listed_so
        bad, unknown, good, perhaps = sift(env, objects, place)
        if bad or unknown:
            return (NO, bad) if bad else (UNKNOWN, unknown)
        if may_lack:
            return UNKNOWN, (Vague(place, sentence.called, Reason.PARTIAL, ONLY_PARTLY),)
        if good:
            return YES, (made(AllPass, (place, called, good)),)
        if perhaps:
            return UNKNOWN, (Vague(place, sentence.called, Reason.GAP, "not known which of them count"),)
        return if_none(sentence, place, NOT_APPLICABLE)

    return check


def any_or_none(sentence: OverList, counts: Check, whole: AtOnce | None = None) -> Check:
    """Return the closure of `any: list` or `none: list` with `where`."""
    source = listed(sentence.objects)
    see = source.see
    hit, miss = (YES, NO) if sentence.word == "any" else (NO, YES)
    closures = searching(counts, source.path, one_is_enough=hit == YES)
    search = closures if whole is None else searching_at_once(whole, closures, hit == YES)

    def check(env: Env, owner: Owner, place: Place | None) -> Outcome:
        listed_so = see(env, owner)
        if listed_so is None:
            return UNKNOWN, (source.missing(place, owner),)
        objects, may_lack = listed_so
        found, unknown = search(env, objects, place)
        if found:
            return hit, found
        if unknown:
            return UNKNOWN, unknown
        if may_lack:
            return UNKNOWN, (Vague(place, sentence.called, Reason.PARTIAL, ONLY_PARTLY),)
        if sentence.if_none is not None and not objects:
            return if_none(sentence, place, miss)
        return miss, (made(NoneOf, (place, sentence.called, len(objects), sentence.where)),)

    return check


_IF_NONE = {"yes": YES, "no": NO, "unknown": UNKNOWN, "not applicable": NOT_APPLICABLE}


def if_none(sentence: OverList, place: Place | None, otherwise: int) -> Outcome:
    """Return what an empty list, or one of which nothing counts, means."""
    word = otherwise if sentence.if_none is None else _IF_NONE[sentence.if_none]
    if word == UNKNOWN:
        called = sentence.called
        return UNKNOWN, (Vague(place, called, Reason.DOUBTFUL, f"no {called} reported, which cannot be"),)
    return word, (NothingHere(place, sentence.called),)


def each_of(sentence: EachOf, has: Check | None, compiling: Compiling) -> Check:
    """Return the closure of `each_of: names, among: list`; one passing object per name is enough."""
    source = listed(sentence.among)
    see = source.see
    slot = compiling.names_slot(sentence)
    called = sentence.called

    def check(env: Env, owner: Owner, place: Place | None) -> Outcome:
        want = env.wanted[slot]
        if want.lacking is not None:
            return UNKNOWN, (Unagreed(want.lacking),)
        listed_so = see(env, owner)
        if listed_so is None:
            return UNKNOWN, (source.missing(place, owner),)
        objects, may_lack = listed_so
        names: tuple[tuple[str, Matcher], ...] = want.value if isinstance(want.value, tuple) else ()
        env.step(len(objects) * len(names))
        keyed = [(one.key.lower(), one) for one in objects if isinstance(one, Item) and has_key(one)]
        whole = len(keyed) == len(objects) and not may_lack
        bad: list[Line] = []
        unknown: list[Line] = []
        good: list[Lines] = []
        for name, matches in names:
            same = (one for key, one in keyed if matches(key))
            word, lines = _best(env, same, has, place, source.path)
            if word == YES:
                good.append(lines)
            elif word == UNKNOWN:
                unknown += lines
            elif not whole:  # an object that was not read may be it
                unknown.append(Vague(place, called, Reason.PARTIAL, ONLY_PARTLY))
            elif word is None:
                bad.append(Absent(place, called, name))
            elif word == NO:
                bad += lines
        if bad or unknown:
            return (NO, tuple(bad)) if bad else (UNKNOWN, tuple(unknown))
        if good:
            return YES, (AllPass(place, called, tuple(good)),)
        return NOT_APPLICABLE, (NothingHere(place, called),)

    return check


def _best(
    env: Env, same: Iterable[Item], has: Check | None, place: Place | None, path: str
) -> tuple[int | None, Lines]:
    """Return the best answer of the objects with one name: yes, else unknown, else no; None when there is no object."""
    best: int | None = None
    kept: Lines = ()
    for one in same:
        here = Place(place, one, path)
        word, lines = (YES, (Found(here, ()),)) if has is None else has(env, one, here)
        if word == YES:
            return YES, lines
        if best in {None, NOT_APPLICABLE} or (word == UNKNOWN and best == NO):
            best, kept = word, lines
    return best, kept
