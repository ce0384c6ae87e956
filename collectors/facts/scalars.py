"""The scalar kinds of facts: instants, days, spans of days, versions, texts, and the words never and unlimited."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    model_validator,
)

from collectors.facts.plain_text import plain_line, plain_text

TEXT_LIMIT = 4096  # characters kept of one text; a device's own words beyond that are noise or an attack
RELEASE_FOLLOWS_BUILD_DAYS = 30  # a release appears at most this long after its build date (measured: 0 to 2 days)

Never = Literal["never"]  # longest ago for what happened, no end for what expires
Unlimited = Literal["unlimited"]  # more than any number


def clean_text(text: object) -> object:
    """Return a device's text as `plain_text` does, at most TEXT_LIMIT long and without outer blanks.

    What is not a text is returned as it is, for the model's own check to refuse.
    """
    return plain_text(text, TEXT_LIMIT).strip() if isinstance(text, str) else text


def _one_line(text: object) -> object:
    return plain_line(text, TEXT_LIMIT) if isinstance(text, str) else text


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:  # the last hours of the year 9999, the first ones of the year 1
        raise ValueError("the instant lies outside the calendar") from error


Text = Annotated[str, BeforeValidator(clean_text)]
Line = Annotated[str, BeforeValidator(_one_line)]
"""A text of ours that may quote a device: it stands in tables, logs and on stderr, so it never breaks a line."""
Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class VersionMark:
    """Marks a text as a version, which is compared by its product's own order."""


Version = Annotated[str, BeforeValidator(clean_text), VersionMark()]


class Span(BaseModel):
    """A day known only to lie between two days, both included; a missing end is open. Kind says who says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    earliest_on: date | None = None
    latest_on: date | None = None
    kind: Literal["reported", "catalogue", "bound", "person"] = "reported"

    @model_validator(mode="after")
    def _ends_in_order(self) -> Self:
        if self.earliest_on and self.latest_on and self.earliest_on > self.latest_on:
            raise ValueError(f"the span ends ({self.latest_on}) before it begins ({self.earliest_on})")
        return self

    @classmethod
    def exactly(cls, day: date, kind: Literal["reported", "catalogue", "person"] = "reported") -> "Span":
        """Return the span of one known release day."""
        return cls(earliest_on=day, latest_on=day, kind=kind)

    @classmethod
    def built_on(cls, day: date) -> "Span":
        """Return the release span of a reported build day: from that day to RELEASE_FOLLOWS_BUILD_DAYS later."""
        return cls(earliest_on=day, latest_on=day + timedelta(days=RELEASE_FOLLOWS_BUILD_DAYS), kind="reported")

    @classmethod
    def not_before(cls, day: date) -> "Span":
        """Return the span whose begin alone is known, as by a kernel's build day."""
        return cls(earliest_on=day, kind="bound")
