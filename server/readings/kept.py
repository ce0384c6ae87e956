"""One reading as it is stored: JSON until somebody asks for the reading itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from pydantic import JsonValue, TypeAdapter

from collectors.facts.entries import dumped, value_as_json, value_from_json
from collectors.facts.gaps import Gap
from collectors.facts.reading import Reading, Source
from collectors.facts.scalars import Instant
from collectors.facts.upgrade import upgraded
from collectors.facts.vocabulary import KINDS

_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


@dataclass(frozen=True)
class Kept:
    """A reading of one section from one source; `told` is what is stored of it."""

    section: str
    source: str
    """transport|driver."""
    read_at: datetime
    told: Mapping[str, JsonValue] = field(repr=False)
    sha256: str = ""
    """Of what lasts in the value (`server.readings.lasting`); empty without a value."""

    @property
    def has_value(self) -> bool:
        """Return whether it is a successful reading."""
        return "value" in self.told

    @cached_property
    def reading(self) -> Reading:
        """Return the reading; an older version of its section is upgraded."""
        told = self.told
        transport, _, driver = self.source.partition("|")
        version = told.get("version", 1)
        value = None
        if self.has_value:
            raw = upgraded(self.section, version if isinstance(version, int) else 1, told["value"])
            value = value_from_json(self.section, raw)
        gap, gaps = told.get("gap"), told.get("gaps")
        return Reading(
            section=self.section,
            read_at=self.read_at,
            source=Source.model_validate(
                {"transport": transport, "driver": driver, "driver_version": told.get("by", 1)}
            ),
            value=value,
            complete=told.get("complete", True) is True,
            gap=None if gap is None else Gap.model_validate(gap),
            field_gaps={path: Gap.model_validate(one) for path, one in gaps.items()} if isinstance(gaps, dict) else {},
        )


def source_of(reading: Reading) -> str:
    """Return the name of who told a reading: transport|driver."""
    return f"{reading.source.transport}|{reading.source.driver}"


def kept(reading: Reading, value: JsonValue = None, sha256: str = "") -> Kept:
    """Return a reading as it is stored; `value` is its value as JSON where that is known already."""
    told: dict[str, JsonValue] = {}
    if reading.value is not None:
        told["value"] = value_as_json(reading.value) if value is None else value
        if KINDS[reading.section].version != 1:
            told["version"] = KINDS[reading.section].version
    if reading.source.driver_version != 1:
        told["by"] = reading.source.driver_version
    if not reading.complete:
        told["complete"] = False
    if reading.gap is not None:
        told["gap"] = dumped(reading.gap)
    if reading.field_gaps:
        told["gaps"] = {path: dumped(gap) for path, gap in reading.field_gaps.items()}
    made = Kept(reading.section, source_of(reading), reading.read_at, told, sha256)
    made.__dict__["reading"] = reading
    return made


def as_json(one: Kept) -> dict[str, JsonValue]:
    """Return what is stored of a reading."""
    at = _INSTANT.dump_python(one.read_at, mode="json")
    made: dict[str, JsonValue] = {"section": one.section, "source": one.source, "at": at, **one.told}
    if one.sha256:
        made["sha256"] = one.sha256
    return made


def from_json(told: Mapping[str, JsonValue]) -> Kept:
    """Return a reading of what is stored."""
    rest = {name: value for name, value in told.items() if name not in {"section", "source", "at", "sha256"}}
    read_at = datetime.fromisoformat(str(told["at"]))
    return Kept(str(told["section"]), str(told["source"]), read_at, rest, str(told.get("sha256", "")))
