"""Small subjects for tests of the rules."""

from datetime import UTC, datetime, timedelta

from collectors.facts.gaps import Gap, GapReason
from collectors.facts.model import Section
from collectors.facts.reading import Reading, Source
from collectors.facts.sections.power import Ups
from collectors.facts.subject import Subject

AT = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
SNMP = Source(transport="snmp", driver="apc_powernet")
NUT = Source(transport="nut", driver="nut")
DENIED = Gap(reason=GapReason.ACCESS_DENIED, text="could not be read: access denied")


def reading(section: str, value: Section, source: Source = SNMP, age: timedelta = timedelta(0)) -> Reading:
    """Return a reading of that age."""
    return Reading(section=section, read_at=AT - age, source=source, value=value)


def ups(name: str = "ups1", *readings: Reading, kind: str = "ups", **more: object) -> Subject:
    """Return a UPS with these readings of its own section."""
    return Subject(name=name, kind=kind, readings={"ups": readings} if readings else {}, **more)  # type: ignore[arg-type]


def running(seconds: int | None, source: Source = SNMP, age: timedelta = timedelta(0)) -> Reading:
    """Return a reading of a UPS that runs that long."""
    return reading("ups", Ups(runtime_s=seconds), source, age)
