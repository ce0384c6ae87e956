"""Readings: a section as one source told it at one time, and the snapshot of all that one access gave."""

from pydantic import BaseModel, ConfigDict, Field

from collectors.facts import transport
from collectors.facts.facts import Facts
from collectors.facts.gaps import WHOLE_DEVICE, Gap
from collectors.facts.marks import Marks
from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Text
from collectors.facts.vocabulary import SECTIONS

TransportName = transport.TransportName
Value = Section | tuple[Item, ...] | tuple[str, ...]


class Source(BaseModel):
    """Who told it: the transport, the driver, and the driver's version of reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    transport: TransportName
    driver: Text
    driver_version: int = 1


class Reading(BaseModel):
    """One section from one source: its value, or the gap that stands in its place; never both."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    section: str
    read_at: Instant
    source: Source
    value: Section | tuple[Item, ...] | tuple[str, ...] | None = None
    complete: bool = True
    gap: Gap | None = None
    field_gaps: dict[Text, Gap] = Field(default_factory=dict)
    """Gaps inside the section, by path after the section's name: 'self_test_at', '[Black].left_percent'."""


class Device(BaseModel):
    """Which device a snapshot is of, as far as this access can say."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    name: Text
    device_class: Text | None = Field(default=None, alias="class")
    driver: Text | None = None
    address: Text | None = None
    transport: TransportName | None = None
    """Which access the snapshot came by; without it a problem is taken for the whole device's."""


class Snapshot(BaseModel):
    """All readings that one access to one device gave at one time (the document `datumline.facts/1`)."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    observed_at: Instant
    device: Device
    readings: tuple[Reading, ...] = ()
    marks: Marks = Marks()
    problem: Gap | None = None
    """The gap of the whole device, when nothing could be read."""
    kept_aside: dict[str, str] = Field(default_factory=dict)
    """Sections of an unknown or newer version, as JSON text by name: their rules are unknown (decision 7)."""


def snapshot_of(facts: Facts, device: Device, source: Source, observed_at: Instant) -> Snapshot:
    """Return the snapshot of what a driver read: a reading for each section that has a value or a gap of its own."""
    readings = []
    for section in SECTIONS:
        value = getattr(facts, section)
        own_gap = facts.gaps.get(section)
        inner = {
            path[len(section) :].lstrip("."): gap
            for path, gap in facts.gaps.items()
            if path.startswith((f"{section}.", f"{section}["))
        }
        if value is None and own_gap is None and not inner:
            continue
        readings.append(
            Reading(
                section=section,
                read_at=observed_at,
                source=source,
                value=value,
                complete=section not in facts.incomplete,
                gap=own_gap,
                field_gaps=inner,
            )
        )
    described = device.model_copy(update={"device_class": device.device_class or facts.device_class})
    return Snapshot(
        observed_at=observed_at,
        device=described,
        readings=tuple(readings),
        marks=facts.marks,
        problem=facts.gaps.get(WHOLE_DEVICE),
    )
