"""The sentences that a check is made of: typed, immutable, and without any knowledge of how they are evaluated."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from collectors.facts.paths import FactKind, FactType

Written = str | int | float
"""A value as it is written in YAML: a text or a number."""

Subjects = Literal["own", "device", "site", "client", "domain"]


class Comparison(StrEnum):
    """How a value is held against the right side."""

    IS = "is"
    IS_NOT = "is_not"
    ONE_OF = "one_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BELOW = "below"
    BETWEEN = "between"
    AGE_AT_MOST = "age_at_most"
    AGE_OVER = "age_over"
    LEFT_AT_LEAST = "left_at_least"
    ONLY = "only"
    INCLUDES = "includes"
    EXCLUDES = "excludes"
    EMPTY = "empty"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class FactRef:
    """A fact that a sentence names: whose it is, and what stands there."""

    whose: Subjects
    type: FactType
    of_subject: bool
    """Whether it belongs to a whole subject; otherwise to the object of a list."""

    @property
    def path(self) -> str:
        """Return the dotted path in the vocabulary."""
        return self.type.path


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written in the check."""

    written: Written | tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class SettingRef:
    """`$name`: the client's value of a setting."""

    name: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Both ends of `between`, both included."""

    low: Constant | SettingRef
    high: Constant | SettingRef


@dataclass(frozen=True, slots=True)
class OtherFact:
    """Another fact on the right: its value, or the set of one field over all objects of a list."""

    fact: FactRef
    each: FactType | None


Right = Constant | SettingRef | Pair | OtherFact


@dataclass(frozen=True, slots=True)
class Limit:
    """A comparison with its right side."""

    comparison: Comparison
    right: Right


@dataclass(frozen=True, slots=True)
class Compare:
    """`fact: path` held against a limit."""

    fact: FactRef
    limit: Limit
    line: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """`agreed: setting`: what this client has agreed to."""

    setting: str
    wanted: bool
    line: int


@dataclass(frozen=True, slots=True)
class Rise:
    """`rise: counter, over: time`: by how much, or by what share of another counter's rise."""

    counter: FactRef
    per: FactRef | None
    over_s: int
    over_text: str
    limit: Limit
    line: int


@dataclass(frozen=True, slots=True)
class Usually:
    """`usually: fact, over: time`: in nearly all readings that the schedule should have given."""

    fact: FactRef
    over_s: int
    over_text: str
    readings_count: int
    limit: Limit
    line: int


@dataclass(frozen=True, slots=True)
class Joined:
    """`all_of` or `any_of`."""

    word: Literal["all_of", "any_of"]
    parts: "tuple[Sentence, ...]"
    line: int


@dataclass(frozen=True, slots=True)
class Not:
    """`not`: yes and no swapped."""

    part: "Sentence"
    line: int


@dataclass(frozen=True, slots=True)
class Choose:
    """The first `when` that is yes selects its `then`; else `otherwise`."""

    arms: "tuple[tuple[Sentence, Sentence], ...]"
    otherwise: "Sentence"
    line: int


ListWord = Literal["every", "any", "none", "count", "share"]
IfNone = Literal["yes", "no", "unknown", "not applicable"]


@dataclass(frozen=True, slots=True)
class OverList:
    """A sentence over the objects of a list, or over a client's devices."""

    word: ListWord
    objects: FactRef | None
    """None: the subject's devices."""
    where: "Sentence | None"
    leaving_out: "Sentence | None"
    has: "Sentence | None"
    if_none: IfNone | None
    called: str
    limit: Limit | None
    line: int


@dataclass(frozen=True, slots=True)
class EachOf:
    """`each_of: names, among: list`: every wanted name is there and passes."""

    names: Constant | SettingRef
    among: FactRef
    has: "Sentence | None"
    called: str
    line: int


Sentence = Compare | Agreed | Rise | Usually | Joined | Not | Choose | OverList | EachOf


def parts_of(sentence: Sentence) -> tuple[Sentence, ...]:
    """Return the sentences directly inside a sentence."""
    match sentence:
        case Joined():
            return sentence.parts
        case Not():
            return (sentence.part,)
        case Choose():
            return (*(part for arm in sentence.arms for part in arm), sentence.otherwise)
        case OverList():
            return tuple(p for p in (sentence.where, sentence.leaving_out, sentence.has) if p is not None)
        case EachOf():
            return () if sentence.has is None else (sentence.has,)
        case _:
            return ()


def walk(sentence: Sentence) -> Iterator[Sentence]:
    """Yield a sentence and all inside it, outermost first."""
    yield sentence
    for part in parts_of(sentence):
        yield from walk(part)


def limit_of(sentence: Sentence) -> Limit | None:
    """Return the comparison that a sentence makes itself, if it makes one."""
    match sentence:
        case Compare() | Rise() | Usually():
            return sentence.limit
        case OverList():
            return sentence.limit
        case _:
            return None


def facts_of(sentence: Sentence) -> Iterator[FactRef]:
    """Yield the facts that a sentence names itself, those on its right side included."""
    match sentence:
        case Compare() | Usually():
            yield sentence.fact
        case Rise():
            yield sentence.counter
            if sentence.per is not None:
                yield sentence.per
        case OverList() if sentence.objects is not None:
            yield sentence.objects
        case EachOf():
            yield sentence.among
        case _:
            pass
    limit = limit_of(sentence)
    if limit is not None and isinstance(limit.right, OtherFact):
        yield limit.right.fact
        if limit.right.each is not None:
            yield FactRef(limit.right.fact.whose, limit.right.each, of_subject=False)


def settings_of(sentence: Sentence) -> Iterator[str]:
    """Yield the settings that a sentence names itself."""
    limit = limit_of(sentence)
    rights: list[object] = [limit.right] if limit is not None else []
    if isinstance(sentence, EachOf):
        rights.append(sentence.names)
    for right in rights:
        for part in (right.low, right.high) if isinstance(right, Pair) else (right,):
            if isinstance(part, SettingRef):
                yield part.name
    if isinstance(sentence, Agreed):
        yield sentence.setting


def is_list(fact: FactRef) -> bool:
    """Return whether a fact is a list, which may have been read only partly."""
    return fact.type.kind in {FactKind.TEXTS, FactKind.NUMBERS, FactKind.OBJECTS}
