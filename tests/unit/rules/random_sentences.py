"""Random sentences over the objects of a list, and subjects whose lists are long enough to be asked at once."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import get_args

from collectors.facts.model import Item
from collectors.facts.paths import FactKind, FactType, fields_of, resolve
from collectors.facts.reading import Reading
from collectors.facts.subject import Subject
from collectors.facts.vocabulary import SECTIONS
from rules.grammar.sentences import (
    Choose,
    Compare,
    Comparison,
    Constant,
    FactRef,
    IfNone,
    Joined,
    Limit,
    ListWord,
    Not,
    OtherFact,
    OverList,
    Pair,
    Right,
    Sentence,
    SettingRef,
)  # fmt: skip
from rules.grammar.values import FITTING
from rules.standard import Standard, compiled, reads_of
from tests.unit.rules.random_subjects import AT, TEXTS, reading

LISTS = tuple(name for name in SECTIONS if resolve(name).kind is FactKind.OBJECTS)
AMOUNTS = {
    "s": ("0 seconds", "10 minutes", "90 days"), "bytes": ("20 GB", "100 GB"), "percent": ("5 %", "20 %", "100 %"),
    "celsius": ("20 °C",), "volts": ("230 V",), "bps": ("1 Gbit/s",),
}  # fmt: skip
LENGTHS = (
    "0 days", "1 day", "30 days", "31 days", "0.5 seconds", "90 minutes", "1 month", "12 months", "400 days",
    "4000 days",
)  # fmt: skip
PERCENTS = ("0 %", "50 %", "66.6 %", "100 %")


def random_standard(like: Standard, rng: random.Random) -> Standard:
    """Return a standard with a random check over lists, in all else like another."""
    check = random_check(rng)
    reads = reads_of((check,))
    return replace(like, check=check, where=None, settings={}, compiled=compiled(None, check, {}), reads=reads)


def random_check(rng: random.Random) -> Sentence:
    """Return a sentence over a list, sometimes negated or joined with another."""
    one = _over_list(rng)
    chance = rng.random()
    if chance < 0.15:
        return Not(one, 1)
    if chance < 0.3:
        return Joined("any_of" if rng.random() < 0.5 else "all_of", (one, Not(_over_list(rng), 1), _over_list(rng)), 1)
    return one


def _over_list(rng: random.Random) -> OverList:
    path = rng.choice(LISTS)
    word = rng.choice(get_args(ListWord))
    needs_where, needs_has = word in {"any", "none"}, word in {"every", "share"}
    where = _about(path, rng, 2) if needs_where or rng.random() < 0.6 else None
    out = _about(path, rng, 1) if rng.random() < 0.3 else None
    limit = None
    if word in {"count", "share"}:
        comparison = rng.choice((Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.BELOW, Comparison.BETWEEN))
        written = [rng.choice(PERCENTS) if word == "share" else rng.randint(0, 9) for _ in range(2)]
        low, high = Constant(written[0]), Constant(written[1])
        limit = Limit(comparison, Pair(low, high) if comparison is Comparison.BETWEEN else low)
    return OverList(
        word=word,
        objects=FactRef("own", resolve(path), of_subject=True),
        where=where,
        leaving_out=out,
        has=_about(path, rng, 2) if needs_has else None,
        if_none=rng.choice((None, *get_args(IfNone))),
        called="things",
        limit=limit,
        line=1,
    )


def _about(path: str, rng: random.Random, depth: int) -> Sentence:
    """Return a sentence about an object of a list."""
    chance = rng.random()
    if depth and chance < 0.4:
        parts = tuple(_about(path, rng, depth - 1) for _ in range(rng.randint(1, 3)))
        return Joined("any_of" if rng.random() < 0.5 else "all_of", parts, 1)
    if depth and chance < 0.5:
        return Not(_about(path, rng, depth - 1), 1)
    if depth and chance < 0.53:
        return Choose(((_compare(path, rng), _compare(path, rng)),), _compare(path, rng), 1)
    return _compare(path, rng)


def _compare(path: str, rng: random.Random) -> Compare:
    fields = [resolve(name, path) for name in fields_of(path)]
    times = [one for one in fields if one.kind in {FactKind.INSTANT, FactKind.DAY, FactKind.SPAN}]
    fact = rng.choice(times if times and rng.random() < 0.4 else fields)
    fitting = sorted(comparison for comparison, kinds in FITTING.items() if fact.kind in kinds)
    if not fitting or fact.kind is FactKind.OBJECTS:
        return _compare(path, rng)
    comparison = rng.choice(fitting)
    return Compare(FactRef("own", fact, of_subject=False), Limit(comparison, _right(comparison, fact, rng)), 1)


def _right(comparison: Comparison, fact: FactType, rng: random.Random) -> Right:
    if rng.random() < 0.04:
        return SettingRef("not_agreed")
    if comparison is Comparison.ONE_OF and rng.random() < 0.1:
        return OtherFact(FactRef("own", resolve("roles"), of_subject=True), None)
    if comparison is Comparison.BETWEEN:
        return Pair(Constant(_single(comparison, fact, rng)), Constant(_single(comparison, fact, rng)))
    if comparison in {Comparison.ONE_OF, Comparison.ONLY, Comparison.INCLUDES, Comparison.EXCLUDES}:
        return Constant(tuple(_single(comparison, fact, rng) for _ in range(rng.randint(0, 3))))
    if comparison is Comparison.INSIDE:
        return Constant(("10.0.0.0/8", "1.2.3.0/24"))
    return Constant(_single(comparison, fact, rng))


def _single(comparison: Comparison, fact: FactType, rng: random.Random) -> str | int:
    if fact.kind in {FactKind.INSTANT, FactKind.DAY, FactKind.SPAN}:
        return rng.choice(LENGTHS)
    if fact.kind is FactKind.BOOLEAN or comparison is Comparison.EMPTY:
        return rng.choice(("yes", "no"))
    if fact.words:
        return rng.choice(fact.words)
    if fact.kind is FactKind.VERSION:
        return rng.choice(("2.0", "1.2", "10"))
    if fact.kind in {FactKind.NUMBER, FactKind.NUMBERS}:
        if comparison is Comparison.ONE_OF or fact.kind is FactKind.NUMBERS:
            return rng.choice((0, 3, 22, 443))
        return rng.choice(AMOUNTS.get(fact.unit or "", (0, 2, 3, 20, 600)))
    return rng.choice((*TEXTS, "s*", "*1*", "*"))


def with_long_lists(subject: Subject, rng: random.Random) -> Subject:
    """Return the subject, read lately, with up to some thirty objects in each list, of which often all is known."""
    readings = {name: tuple(_longer(one, rng) for one in told) for name, told in subject.readings.items()}
    return replace(subject, readings=readings)


def _longer(one: Reading, rng: random.Random) -> Reading:
    read_at = AT - timedelta(hours=rng.randint(0, 30)) if rng.random() < 0.9 else one.read_at
    if one.section not in LISTS:
        return one.model_copy(update={"read_at": read_at})
    told = (reading(one.section, rng, AT).value for _ in range(rng.randint(0, 12)))
    objects = [part for value in told if isinstance(value, tuple) for part in value if isinstance(part, Item)]
    if rng.random() < 0.7:
        objects = [_filled(part, objects, rng) for part in objects]
    complete = rng.random() < 0.9
    return one.model_copy(update={"read_at": read_at, "value": tuple(objects), "complete": complete})


def _filled(item: Item, others: Sequence[Item], rng: random.Random) -> Item:
    """Return an object that lacks nothing that any of the others knows."""
    known = {}
    for name in type(item).model_fields:
        told = [value for other in others if (value := getattr(other, name)) is not None]
        if getattr(item, name) is None and told:
            known[name] = rng.choice(told)
    return item.model_copy(update=known)
