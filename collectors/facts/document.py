"""The document `datumline.facts/1`: a snapshot as JSON, always the same text for the same snapshot, and back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from pydantic import BaseModel, JsonValue, TypeAdapter, ValidationError

from collectors.facts.entries import (
    INSTANT,
    GapEntry,
    SectionEntry,
    canonical,
    dumped,
    gap_entries,
    section_entry,
    value_from_json,
)
from collectors.facts.gaps import WHOLE_DEVICE
from collectors.facts.json_lines import line_at
from collectors.facts.json_text import JsonError, decoded, read_json
from collectors.facts.marks import Marks
from collectors.facts.model import doubled
from collectors.facts.plain_text import plain_line
from collectors.facts.reading import Device, Reading, Snapshot, Source, Value
from collectors.facts.scalars import Instant
from collectors.facts.upgrade import NoUpgrade, upgraded
from collectors.facts.vocabulary import KINDS, SECTIONS

T = TypeVar("T")

FORMAT: Final = "datumline.facts/1"
TOLD_PROBLEMS = 3  # of a document that is wrong in many places
PLACE_SHOWN = 300  # characters; the keys in it are the document's own
PROBLEM_SHOWN = 600


class DocumentError(ValueError):
    """The text is no facts document; `place` is where, '' for the whole of it, and `line` its line or 0."""

    def __init__(self, place: str, problem: str, line: int = 0) -> None:
        """Name the place and what is wrong there."""
        self.line, self.written_place = line, place
        self.place = plain_line(place, PLACE_SHOWN)
        told = plain_line(problem, PROBLEM_SHOWN)
        super().__init__(f"{self.place}: {told}" if place else told)


def to_json(snapshot: Snapshot, *, indent: int | None = None) -> str:
    """Return the document of a snapshot: ASCII, keys sorted, instants in UTC with Z, what is not known left out.

    A snapshot holds a section once (two readings of it are two snapshots); raises ValueError otherwise.
    """
    sections: dict[str, JsonValue] = {name: read_json(text) for name, text in snapshot.kept_aside.items()}
    gaps: dict[str, JsonValue] = {}
    if snapshot.problem is not None:
        gaps[WHOLE_DEVICE] = dumped(snapshot.problem)
    seen: set[str] = set()
    for reading in snapshot.readings:
        if reading.section in seen:
            raise ValueError(f"the snapshot holds the section {reading.section!r} twice")
        seen.add(reading.section)
        if reading.value is not None:
            sections[reading.section] = section_entry(reading)
        gaps |= gap_entries(reading)
    document = {
        "format": FORMAT,
        "observed_at": TypeAdapter(Instant).dump_python(snapshot.observed_at, mode="json"),
        "device": dumped(snapshot.device),
        "marks": dumped(snapshot.marks),
        "sections": sections,
        "gaps": gaps,
    }
    return canonical({name: value for name, value in document.items() if value or name != "marks"}, indent)


def parse(text: str | bytes) -> Snapshot:
    """Return the snapshot of a document. Raises DocumentError, which names the place and its line.

    A section of an unknown name or a newer version is kept aside, an older version is upgraded, keys that a later
    version adds around the sections are passed over.
    """
    return parsed(text).snapshot


@dataclass(frozen=True)
class Parsed:
    """A document that was read."""

    snapshot: Snapshot
    told_as: Mapping[str, JsonValue]
    """By section the value as the document has it, where it is of the present version."""


def parsed(text: str | bytes) -> Parsed:
    """Return the snapshot of a document with its values as they were told; raises DocumentError as `parse` does."""
    try:
        content = read_json(text)
    except JsonError as error:
        raise DocumentError("", str(error), error.line) from error
    try:
        return _snapshot(_object("", content))
    except DocumentError as error:
        error.line = line_at(decoded(text), error.written_place)
        raise


def _snapshot(document: Mapping[str, JsonValue]) -> Parsed:
    _check_format(document.get("format"))
    observed_at = _read(INSTANT, "observed_at", document.get("observed_at"))
    device = _read(TypeAdapter(Device), "device", document.get("device"))
    sections = _object("sections", document.get("sections", {}))
    gaps = {
        path: _read(_GAP, f"gaps.{path}", _with_known_source(gap))
        for path, gap in _object("gaps", document.get("gaps", {})).items()
    }
    problem = gaps.pop(WHOLE_DEVICE, None)
    aside = {name: canonical(entry) for name, entry in sections.items() if _is_beyond_us(name, entry)}
    entries = {
        name: _read(_SECTION, f"sections.{name}", _with_known_source(_object(f"sections.{name}", entry)))
        for name, entry in sections.items()
        if name not in aside
    }
    values = {name: _value(name, entry, sections[name]) for name, entry in entries.items()}
    told = _Told(observed_at, _source_of(device, entries), entries, values, gaps)
    snapshot = Snapshot(
        observed_at=observed_at,
        device=device,
        readings=tuple(told.reading(section) for section in told.sections()),
        marks=_read(TypeAdapter(Marks), "marks", _only_known(Marks, document.get("marks", {}))),
        problem=problem.gap() if problem else None,
        kept_aside=aside,
    )
    return Parsed(snapshot, {name: entry.value for name, entry in entries.items() if _is_present(name, sections[name])})


@dataclass(frozen=True)
class _Told:
    """All that a document says of its sections, and when and by whom where an entry leaves it out."""

    observed_at: datetime
    source: Source
    entries: Mapping[str, SectionEntry]
    values: Mapping[str, Value]
    gaps: Mapping[str, GapEntry]

    def sections(self) -> list[str]:
        """Return the sections with a value or a gap in the order of the tree, unknown ones last."""
        named = {*self.entries, *map(_section_of, self.gaps)}
        return sorted(named, key=lambda name: (SECTIONS.index(name) if name in SECTIONS else len(SECTIONS), name))

    def reading(self, section: str) -> Reading:
        """Return the reading of one section."""
        own = self.gaps.get(section)
        inner = {path: gap for path, gap in self.gaps.items() if path != section and _section_of(path) == section}
        asked: Sequence[SectionEntry | GapEntry] = [
            each for each in (self.entries.get(section), own, *inner.values()) if each is not None
        ]
        return Reading(
            section=section,
            read_at=next((each.read_at for each in asked if each.read_at), self.observed_at),
            source=next((each.source for each in asked if each.source), self.source),
            value=self.values.get(section),
            complete=asked[0].complete,
            gap=own.gap() if own else None,
            field_gaps={path[len(section) :].removeprefix("."): gap.gap() for path, gap in inner.items()},
        )


_GAP: Final = TypeAdapter(GapEntry)
_SECTION: Final = TypeAdapter(SectionEntry)


def _check_format(format_: JsonValue) -> None:
    if format_ == FORMAT:
        return
    if isinstance(format_, str) and format_.startswith(FORMAT.partition("/")[0] + "/"):
        raise DocumentError("format", f"{format_[:60]!r} is not known to this version, which reads {FORMAT!r}")
    raise DocumentError("format", f"this is no document of facts (its format is not {FORMAT!r})")


def _is_beyond_us(name: str, entry: JsonValue) -> bool:
    if name not in KINDS:
        return True
    version = _version(entry)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise DocumentError(f"sections.{name}.version", "is not a whole number from 1 on")
    return version > KINDS[name].version


def _version(entry: JsonValue) -> JsonValue:
    return entry.get("version", 1) if isinstance(entry, dict) else 1


def _is_present(section: str, entry: JsonValue) -> bool:
    return _version(entry) == KINDS[section].version


def _value(section: str, entry: SectionEntry, raw: JsonValue) -> Value:
    version = _version(raw)
    place = f"sections.{section}.value"
    try:
        value = value_from_json(section, upgraded(section, version if isinstance(version, int) else 1, entry.value))
    except NoUpgrade as error:
        raise DocumentError(place, str(error)) from error
    except ValidationError as error:
        raise _wrong(place, error) from error
    if (key := doubled(value)) is not None:
        raise DocumentError(place, f"holds two objects of the key {key[:60]!r}")
    return value


def _source_of(device: Device, entries: Mapping[str, SectionEntry]) -> Source:
    """Return who is taken to have been asked where a hand-written document does not say it."""
    if entries:
        return next(iter(entries.values())).source
    return Source(transport=device.transport or "local", driver=device.driver or "unknown")


def _section_of(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]


def _object(place: str, value: JsonValue) -> dict[str, JsonValue]:
    if not isinstance(value, dict):
        raise DocumentError(place, "is not an object" if place else "the document is not an object")
    return value


def _only_known(model: type[BaseModel], value: JsonValue) -> JsonValue:
    return (
        {name: part for name, part in value.items() if name in model.model_fields} if isinstance(value, dict) else value
    )


def _with_known_source(value: JsonValue) -> JsonValue:
    if isinstance(value, dict) and "source" in value:
        return {**value, "source": _only_known(Source, value["source"])}
    return value


def _read(adapter: TypeAdapter[T], place: str, value: JsonValue) -> T:
    try:
        return adapter.validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        raise _wrong(place, error) from error


def _wrong(place: str, error: ValidationError) -> DocumentError:
    """Return the error that names the first wrong places; what stood there may be hostile and is not repeated."""
    told = error.errors(include_url=False, include_input=False, include_context=False)
    first, *more = [".".join([place, *map(str, each["loc"])]) for each in told]
    problems = [
        told[0]["msg"],
        *(f"{where}: {each['msg']}" for where, each in zip(more, told[1:TOLD_PROBLEMS], strict=False)),
    ]
    hidden = len(told) - TOLD_PROBLEMS
    return DocumentError(first, "; ".join(problems) + (f"; and {hidden} more" if hidden > 0 else ""))
