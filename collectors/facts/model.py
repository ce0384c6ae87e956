"""What every section and every object of a list is: frozen, typed, and honest about what is missing."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Fact(BaseModel):
    """Fields that are None are not known; nothing has a default that a device did not state."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Fields that come from one source together when two sources are merged, such as version and date."""

    VOLATILE: ClassVar[frozenset[str]] = frozenset()
    """Fields that change by themselves (counters, loads, free space): kept out of the content hash, and two sources
    read a moment apart do not disagree in them."""


def doubled(value: object) -> str | None:
    """Return the first key that two objects of one list share, also inside objects and sections; None without one.

    Two objects of one key cannot be told apart: a merge, or a rule that asks for one by name, would see one of them.
    """
    if isinstance(value, Fact):
        return next((key for _, inner in value if (key := doubled(inner)) is not None), None)
    if not isinstance(value, tuple):
        return None
    seen: set[str] = set()
    for part in value:
        if isinstance(part, Item):
            if part.key in seen:
                return part.key
            seen.add(part.key)
    return next((key for part in value if (key := doubled(part)) is not None), None)


class Section(Fact):
    """A part of a subject that is read, timed and missing on its own, with one value per field."""


class Item(Fact):
    """An object of a list, found again by its key: stable between readings, and a person knows it."""

    KEY: ClassVar[str] = "name"

    partial: tuple[str, ...] = ()
    """Own lists that were only partly read."""

    @property
    def key(self) -> str:
        """Return the object's key as text."""
        return str(getattr(self, self.KEY))
