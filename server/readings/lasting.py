"""What lasts in a section and what changes by itself: the first makes history, of the second a day keeps its numbers.

The table is the vocabulary's own: the VOLATILE fields of each section and object (`collectors.facts.model`), and the
fields that may name a person (`collectors.facts.vocabulary.PERSONAL_FIELDS`), which no history keeps.
"""

import hashlib
from collections.abc import Iterator
from functools import cache

from pydantic import AwareDatetime, JsonValue

from collectors.facts.entries import canonical
from collectors.facts.facts import Facts
from collectors.facts.model import Fact, Item
from collectors.facts.reading import Value
from collectors.facts.vocabulary import PERSONAL_FIELDS

Number = int | float


def lasting(section: str, value: Value, told: JsonValue) -> JsonValue:
    """Return a section's value as JSON without what changes by itself and without names of persons.

    `told` is the whole value as JSON (`collectors.facts.entries.value_as_json`).
    """
    left_out = personal_fields(section)
    if isinstance(value, Fact) and isinstance(told, dict):
        return _lasting(value, told, left_out)
    if isinstance(value, tuple) and isinstance(told, list):
        return [_part(part, one, left_out) for part, one in zip(value, told, strict=True)]
    return told


def digest(told: JsonValue) -> tuple[str, str]:
    """Return the SHA-256 of a JSON value in hexadecimal, and the text it was taken of."""
    text = canonical(told)
    return hashlib.sha256(text.encode()).hexdigest(), text


def numbers(section: str, value: Value) -> Iterator[tuple[str, Number]]:
    """Yield the numbers that change by themselves, by path inside the section: 'load_percent', '[C:].free_bytes'."""
    if isinstance(value, Fact):
        yield from _numbers(value, "")
        return
    for part in value:
        if isinstance(part, Item):
            yield from _numbers(part, f"[{part.key}].")


@cache
def _moving(kind: type[Fact]) -> tuple[str, ...]:
    return tuple(sorted(kind.VOLATILE & kind.model_fields.keys()))


@cache
def tells_instants(section: str) -> bool:
    """Return whether a section tells instants: those are kept as they were first read while they mean one moment."""
    return any(part is AwareDatetime for part in _parts(Facts.model_fields[section].annotation))


def _parts(annotation: object) -> Iterator[object]:
    yield annotation
    if isinstance(annotation, type) and issubclass(annotation, Fact):
        for field in annotation.model_fields.values():
            yield from _parts(field.annotation)
    for part in getattr(annotation, "__args__", ()):
        yield from _parts(part)


@cache
def personal_fields(section: str) -> frozenset[str]:
    """Return the fields of a section that may name a person."""
    return frozenset(path.partition(".")[2] for path in PERSONAL_FIELDS if path.partition(".")[0] == section)


def _part(part: object, told: JsonValue, left_out: frozenset[str]) -> JsonValue:
    return _lasting(part, told, left_out) if isinstance(part, Fact) and isinstance(told, dict) else told


def _lasting(fact: Fact, told: dict[str, JsonValue], left_out: frozenset[str] = frozenset()) -> JsonValue:
    made: dict[str, JsonValue] = {}
    for name, inner in told.items():
        if name in fact.VOLATILE or name in left_out:
            continue
        own = getattr(fact, name, None)
        if isinstance(own, tuple) and isinstance(inner, list) and own and isinstance(own[0], Fact):
            made[name] = [_part(part, one, frozenset()) for part, one in zip(own, inner, strict=True)]
        else:
            made[name] = inner
    return made


def _numbers(fact: Fact, before: str) -> Iterator[tuple[str, Number]]:
    for name in _moving(type(fact)):
        number = getattr(fact, name)
        if isinstance(number, int | float) and not isinstance(number, bool):
            yield f"{before}{name}", number
