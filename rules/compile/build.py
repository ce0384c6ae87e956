"""Compiles a sentence: each kind to its closure."""

from rules.compile.context import Check, Compiling
from rules.compile.counts import count, share
from rules.compile.history import rise, usually
from rules.compile.joins import choose, join, negate
from rules.compile.leaves import agreed, compare
from rules.compile.lists import any_or_none, counting, each_of, every
from rules.compile.sifting_at_once import at_once
from rules.grammar.sentences import (
    Agreed,
    Choose,
    Compare,
    EachOf,
    Joined,
    Not,
    OverList,
    Rise,
    Sentence,
    Usually,
)


def build(sentence: Sentence, compiling: Compiling) -> Check:
    """Return the closure of a sentence."""
    match sentence:
        case Compare():
            return compare(sentence, compiling)
        case Agreed():
            return agreed(sentence, compiling)
        case Rise():
            return rise(sentence, compiling)
        case Usually():
            return usually(sentence, compiling)
        case Joined():
            parts = tuple(build(part, compiling) for part in sentence.parts)
            return join(parts, any_of=sentence.word == "any_of")
        case Not():
            return negate(build(sentence.part, compiling))
        case Choose():
            arms = tuple((build(when, compiling), build(then, compiling)) for when, then in sentence.arms)
            return choose(sentence, arms, build(sentence.otherwise, compiling), compiling)
        case EachOf():
            return each_of(sentence, _maybe(sentence.has, compiling), compiling)
        case OverList():
            return _over_list(sentence, compiling)


def _over_list(sentence: OverList, compiling: Compiling) -> Check:
    counts = counting(_maybe(sentence.where, compiling), _maybe(sentence.leaving_out, compiling))
    has = _maybe(sentence.has, compiling)
    whole = at_once(sentence, compiling)
    if sentence.limit is not None:
        if has is None:
            return count(sentence, sentence.limit, counts, compiling, whole)
        return share(sentence, sentence.limit, counts, has, compiling, whole)
    return any_or_none(sentence, counts, whole) if has is None else every(sentence, counts, has, whole)


def _maybe(sentence: Sentence | None, compiling: Compiling) -> Check | None:
    return None if sentence is None else build(sentence, compiling)
