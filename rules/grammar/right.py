"""Reads the right side of a comparison: a value, a setting, both ends of an interval, or another fact."""

from typing import Protocol

from collectors.facts.paths import FactKind, FactType, UnknownFact, resolve
from rules.grammar.sentences import Comparison, Constant, FactRef, OtherFact, Pair, Right, SettingRef
from rules.grammar.settings import Setting
from rules.grammar.values import DURATIONS, TEXT_SETS, internal
from rules.problems import Refused
from rules.yaml_texts import Map, Row

_WITH_A_SET = TEXT_SETS | {Comparison.IS, Comparison.IS_NOT}


class Names(Protocol):
    """What the right side needs of the reader."""

    settings: dict[str, Setting]

    def fact(self, path: object, within: str) -> FactRef: ...

    def setting_ref(self, written: object) -> SettingRef | None: ...


def right_side(names: Names, comparison: Comparison, written: object, fact: FactType, within: str) -> Right:
    """Return the right side, held against the fact's type, unit and words; raises Refused."""
    if isinstance(written, Map):
        return _other_fact(names, comparison, written, fact, within)
    if comparison is Comparison.BETWEEN:
        if not isinstance(written, Row) or len(written) != 2:
            raise Refused("between wants two values: [1, 10]")
        low, high = (_value(names, comparison, end, fact) for end in written)
        return Pair(low, high)
    return _value(names, comparison, written, fact)


def _value(names: Names, comparison: Comparison, written: object, fact: FactType) -> Constant | SettingRef:
    setting = names.setting_ref(written)
    if setting is None:
        kept = tuple(written) if isinstance(written, Row) else written
        if not isinstance(kept, str | int | float | tuple):
            raise Refused(f"{written!r} is no value")
        internal(comparison, kept, fact)
        return Constant(kept)
    known = names.settings[setting.name]
    if known.default is not None:
        internal(comparison, known.default, fact)
    if known.low is not None and known.high is not None and comparison not in DURATIONS:
        for end in (known.low, known.high):
            internal(comparison, _as_written(end.text), fact)
    if (known.kind == "list") != (comparison in TEXT_SETS | {Comparison.INSIDE}):
        raise Refused(f"{comparison} and the setting {setting.name} do not go together: one is a list, one is not")
    return setting


def _as_written(text: str) -> str | int | float:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def _other_fact(names: Names, comparison: Comparison, written: Map, fact: FactType, within: str) -> OtherFact:
    if set(written) - {"fact", "each"} or "fact" not in written:
        raise Refused("another fact is written {fact: path} or {fact: list, each: field}", written.line)
    other = names.fact(written["fact"], within)
    if comparison not in _WITH_A_SET:
        raise Refused(f"{comparison} takes a value or a setting; two facts are compared in a derived fact")
    if "each" not in written:
        if other.type.kind in {FactKind.OBJECTS, FactKind.SECTION}:
            raise Refused(f"{other.path} is a {other.type.kind.value}: say which field with 'each'", written.line)
        return OtherFact(other, None)
    if other.type.kind is not FactKind.OBJECTS:
        raise Refused(f"{other.path} is no list of objects", written.line)
    try:
        each = resolve(str(written["each"]), other.path)
    except UnknownFact as error:
        raise Refused(f"no such fact: {error}", written.line) from error
    if each.kind in {FactKind.OBJECTS, FactKind.TEXTS, FactKind.NUMBERS, FactKind.SPAN}:
        raise Refused(f"{each.path} is a {each.kind.value}, of which no set can be made", written.line)
    return OtherFact(other, each)
