"""Reading a fact out of the facts, for the places of all sheets."""

from collections.abc import Callable
from datetime import UTC, datetime

from collectors.facts.facts import Facts
from collectors.facts.model import Item, Section

OBSERVED_AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
"""When all recordings are taken to have been read."""


def field(path: str) -> Callable[[Facts], object]:
    """Return the reading of a section's field."""
    section, name = path.split(".")

    def find(facts: Facts) -> object:
        value = getattr(facts, section)
        return getattr(value, name) if isinstance(value, Section) else None

    return find


def first(*paths: str) -> Callable[[Facts], object]:
    """Return the reading of the first field that is told."""
    return lambda facts: next((found for path in paths if (found := field(path)(facts)) is not None), None)


def listed(section: str, field_name: str, **wanted: object) -> Callable[[Facts], object]:
    """Return the reading of a field of the first object that has these values and tells it."""

    def find(facts: Facts) -> object:
        items: tuple[Item, ...] = getattr(facts, section) or ()
        fitting = [item for item in items if all(getattr(item, key) == value for key, value in wanted.items())]
        return next((found for item in fitting if (found := getattr(item, field_name)) is not None), None)

    return find
