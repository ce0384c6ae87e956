"""An entry of the library as it is written: the texts for people, checked; the check itself is read by the grammar."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, InstanceOf, StringConstraints, field_validator

from rules.kinds import DEVICE_KINDS, KINDS
from rules.yaml_texts import Map

Sentence = Annotated[str, StringConstraints(min_length=8, max_length=2000, strip_whitespace=True)]
Short = Annotated[str, StringConstraints(min_length=2, max_length=120, strip_whitespace=True)]


class Source(BaseModel):
    """Where a reader finds the reason: a title and an address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Short | Sentence
    url: Annotated[str, StringConstraints(pattern=r"^https://[^\s]+$", max_length=500)]


class AppliesTo(BaseModel):
    """Who is asked, and the precondition."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    each: tuple[str, ...]
    where: InstanceOf[Map] | None = None

    @field_validator("each", mode="before")
    @classmethod
    def _one_or_several(cls, each: object) -> object:
        return (each,) if isinstance(each, str) else each

    @field_validator("each")
    @classmethod
    def _known(cls, each: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [kind for kind in each if kind not in KINDS]
        if unknown or not each:
            raise ValueError(f"{', '.join(unknown) or 'nothing'} is no kind of subject; known: {', '.join(KINDS)}")
        if len(each) > 1 and not set(each) <= set(DEVICE_KINDS):
            raise ValueError("several kinds are all kinds of devices")
        return each


class Entry(BaseModel):
    """One standard as written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)+$", max_length=80)]
    question: Sentence
    why: Sentence
    how: Sentence
    source: Source
    section: Short
    category: Short
    priority: Literal["critical", "high", "medium", "low"]
    review: Literal["onboarding", "monthly", "quarterly", "semi-annual", "annual"]
    mode: Literal["automated", "assisted", "visual", "interview"]
    tags: tuple[Short, ...] = ()
    applies_to: AppliesTo
    over: Literal["device", "group", "site", "client"] | None = None
    holds_for: Literal["every", "any"] = "every"
    settings: dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")], InstanceOf[Map]] = Field(
        default_factory=dict
    )
    check: InstanceOf[Map] | None = None
    show: tuple[str, ...] = ()
    fresh: str | None = None
    remedy: Sentence
    cases: tuple[InstanceOf[Map], ...] = ()
