"""A device's facts as programs are told: by section, each value as it was read, with its age and source."""

from datetime import datetime

from pydantic import AwareDatetime, JsonValue

from collectors.facts.merge import combine
from collectors.facts.model import Fact, Item
from collectors.facts.subject import Subject
from collectors.facts.vocabulary import FRESH_FOR, KINDS, SECTIONS, is_personal
from server.api.shapes import Shown


class SectionTold(Shown):
    """A section of a device: an object of facts, or a list of objects."""

    section: str
    read_at: AwareDatetime
    stale: bool
    complete: bool
    sources: list[str]
    facts: JsonValue


def sections_told(subject: Subject, at: datetime, *, personal: bool) -> list[SectionTold]:
    """Return the sections that hold anything, in the vocabulary's order; personal facts only for who may see them."""
    told = []
    for name in SECTIONS:
        readings = subject.readings.get(name, ())
        if not any(reading.value is not None for reading in readings) or (KINDS[name].personal and not personal):
            continue
        combined = combine(readings)
        told.append(
            SectionTold(
                section=name,
                read_at=combined.read_at,
                stale=at - combined.read_at > FRESH_FOR[KINDS[name].freshness],
                complete=combined.complete,
                sources=list(dict.fromkeys(f"{one.source.transport} ({one.source.driver})" for one in readings)),
                facts=_value(name, combined.value, personal),
            )
        )
    return told


def _value(path: str, value: object, personal: bool) -> JsonValue:
    if isinstance(value, (Fact, Item)):
        plain = value.model_dump(mode="json", exclude_none=True)
        return {name: one for name, one in plain.items() if personal or not is_personal(f"{path}.{name}")}
    if isinstance(value, tuple):
        return [_value(path, one, personal) for one in value]
    return str(value)
