"""The entries of a facts document: a section, a gap, and values as JSON without what is not known."""

import json
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter

from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.model import Item, Section
from collectors.facts.reading import Reading, Source, Value
from collectors.facts.scalars import Instant, Text
from collectors.facts.vocabulary import KINDS

INSTANT: Final = TypeAdapter(Instant)


class SectionEntry(BaseModel):
    """A section as the document holds it; keys that a later version adds are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    read_at: Instant
    source: Source
    complete: bool = True
    value: JsonValue


class GapEntry(BaseModel):
    """A gap as the document holds it; one in a whole section's place says when, and by whom, the section was asked."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    reason: GapReason
    text: Text
    read_at: Instant | None = None
    source: Source | None = None
    complete: bool = True

    def gap(self) -> Gap:
        """Return the gap alone."""
        return Gap(reason=self.reason, text=self.text)


def value_as_json(value: Value) -> JsonValue:
    """Return a section's value as JSON, without what is not known."""
    if isinstance(value, Section):
        return _without_empty_partial(dumped(value))
    return [_without_empty_partial(dumped(part)) if isinstance(part, Item) else part for part in value]


def value_from_json(section: str, value: JsonValue) -> Value:
    """Return a section's value from JSON of its present version; it is strict. Raises ValidationError."""
    made: Value = _adapter(section).validate_json(json.dumps(value), strict=True)
    return made


def section_entry(reading: Reading) -> dict[str, JsonValue]:
    """Return the entry of a reading that has a value."""
    version = KINDS[reading.section].version
    value = value_as_json(reading.value or ())
    return {**_asked(reading), "complete": reading.complete, "version": version, "value": value}


def gap_entries(reading: Reading) -> dict[str, JsonValue]:
    """Return the gaps of a reading; where there is no value they say when and by whom it was asked."""
    asked = (
        {} if reading.value is not None else {**_asked(reading), **({} if reading.complete else {"complete": False})}
    )
    gaps: dict[str, JsonValue] = {}
    if reading.gap is not None:
        gaps[reading.section] = {**dumped(reading.gap), **asked}
        asked = {}
    for path, gap in reading.field_gaps.items():
        whole = f"{reading.section}{path}" if path.startswith("[") else f"{reading.section}.{path}"
        gaps[whole] = {**dumped(gap), **asked}
    return gaps


def _asked(reading: Reading) -> dict[str, JsonValue]:
    return {"read_at": INSTANT.dump_python(reading.read_at, mode="json"), "source": dumped(reading.source)}


def dumped(model: BaseModel) -> dict[str, JsonValue]:
    """Return a model as JSON without what is not known, and without the driver version that needs no saying."""
    told: dict[str, JsonValue] = model.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {name: value for name, value in told.items() if (name, value) != ("driver_version", 1)}


def _without_empty_partial(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {
            name: _without_empty_partial(inner) for name, inner in value.items() if (name, inner) != ("partial", [])
        }
    return [_without_empty_partial(inner) for inner in value] if isinstance(value, list) else value


def canonical(value: object, indent: int | None = None) -> str:
    """Return the one text of a JSON value: keys sorted, ASCII, so that it passes through any shell unharmed."""
    separators = (",", ":") if indent is None else (",", ": ")
    return json.dumps(value, sort_keys=True, allow_nan=False, indent=indent, separators=separators)


@cache
def _adapter(section: str) -> TypeAdapter[Any]:
    annotation: Any = Facts.model_fields[section].annotation
    return TypeAdapter(annotation)
