"""A rule in words, for the library's pages and for 'none of 24 interfaces with ...'."""

from collections.abc import Mapping

from collectors.facts.paths import FactKind
from collectors.facts.words import noun, statement
from rules.evidence.limits import written
from rules.grammar.sentences import (
    Agreed,
    Choose,
    Compare,
    Comparison,
    Constant,
    EachOf,
    Joined,
    Limit,
    Not,
    OtherFact,
    OverList,
    Pair,
    Right,
    Rise,
    Sentence,
    SettingRef,
    Usually,
)

CONDITIONS = {
    Comparison.IS: "is",
    Comparison.IS_NOT: "is not",
    Comparison.ONE_OF: "is one of",
    Comparison.AT_LEAST: "is at least",
    Comparison.AT_MOST: "is at most",
    Comparison.BELOW: "is below",
    Comparison.BETWEEN: "is between",
    Comparison.AGE_AT_MOST: "is at most",
    Comparison.AGE_OVER: "is more than",
    Comparison.LEFT_AT_LEAST: "has at least",
    Comparison.ONLY: "holds nothing but",
    Comparison.INCLUDES: "holds",
    Comparison.EXCLUDES: "holds none of",
    Comparison.EMPTY: "is empty",
    Comparison.INSIDE: "lies inside",
}
_TAILS = {
    Comparison.AGE_AT_MOST: " old",
    Comparison.AGE_OVER: " old",
    Comparison.LEFT_AT_LEAST: " left",
}
_STARTS = {
    "every": "every one of the ",
    "any": "at least one of the ",
    "none": "none of the ",
    "count": "the number of ",
    "share": "the share of ",
}

Shown = Mapping[str, object]
"""The settings as shown to a client; one that is not there is named."""


def in_words(sentence: Sentence, settings: Shown) -> str:
    """Return a rule as a sentence."""
    match sentence:
        case Compare():
            return _compare(sentence, settings)
        case Agreed():
            return f"it is agreed that {sentence.setting.replace('_', ' ')}: {'yes' if sentence.wanted else 'no'}"
        case Rise():
            per = f" per {noun(sentence.per.path)}" if sentence.per is not None else ""
            start = f"the rise of {noun(sentence.counter.path)}{per} over {sentence.over_text}"
            return f"{start} {_limit(sentence.limit, settings)}"
        case Usually():
            start = f"in 95 % of the readings of the last {sentence.over_text}, {noun(sentence.fact.path)}"
            return f"{start} {_limit(sentence.limit, settings)}"
        case Joined():
            parts = [in_words(part, settings) for part in sentence.parts]
            return ", and ".join(parts) if sentence.word == "all_of" else "either " + ", or ".join(parts)
        case Not():
            return f"not: {in_words(sentence.part, settings)}"
        case Choose():
            arms = [f"when {in_words(when, settings)}: {in_words(then, settings)}" for when, then in sentence.arms]
            return "; ".join([*arms, f"otherwise: {in_words(sentence.otherwise, settings)}"])
        case EachOf():
            has = f" and {in_words(sentence.has, settings)}" if sentence.has is not None else ""
            return f"each of {_right(sentence.names, settings)} is among the {sentence.called}{has}"
        case OverList():
            return _over_list(sentence, settings)


def _compare(sentence: Compare, settings: Shown) -> str:
    limit, fact = sentence.limit, sentence.fact.type
    if fact.kind is FactKind.BOOLEAN and isinstance(limit.right, Constant):
        wanted = (limit.right.written == "yes") is (limit.comparison is Comparison.IS)
        return statement(fact.path, wanted)
    if limit.comparison is Comparison.EMPTY and isinstance(limit.right, Constant):
        return f"{noun(fact.path)} is {'' if limit.right.written == 'yes' else 'not '}empty"
    return f"{noun(fact.path)} {_limit(limit, settings)}"


def _limit(limit: Limit, settings: Shown) -> str:
    tail = _TAILS.get(limit.comparison, "")
    return f"{CONDITIONS[limit.comparison]} {_right(limit.right, settings)}{tail}"


def _right(right: Right, settings: Shown) -> str:
    match right:
        case Constant():
            return written(right.written)
        case SettingRef():
            shown = settings.get(right.name)
            return f"the agreed {right.name.replace('_', ' ')}" if shown is None else written(shown)
        case Pair():
            return f"{_right(right.low, settings)} and {_right(right.high, settings)}"
        case OtherFact():
            of = noun(right.each.path) if right.each is not None else noun(right.fact.path)
            where = "" if right.fact.whose in {"own", "device"} else f" of the {right.fact.whose}"
            inside = f" in the {noun(right.fact.path)}" if right.each is not None else ""
            return f"the {of}{inside}{where}"


def _over_list(sentence: OverList, settings: Shown) -> str:
    text = _STARTS[sentence.word] + sentence.called
    if sentence.where is not None:
        text += f" for which {in_words(sentence.where, settings)}"
    if sentence.leaving_out is not None:
        text += f", leaving out those where {in_words(sentence.leaving_out, settings)},"
    if sentence.has is not None:
        text += f"{':' if sentence.word == 'every' else ' with'} {in_words(sentence.has, settings)}"
    if sentence.limit is not None:
        text += f" {_limit(sentence.limit, settings)}"
    return text
