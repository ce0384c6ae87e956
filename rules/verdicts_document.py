"""The document `datumline.verdicts/1`: each standard's verdict with evidence, and which devices were read."""

import json
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from collectors.facts.gaps import GapReason
from rules.verdict import Reason, Word

FORMAT: Literal["datumline.verdicts/1"] = "datumline.verdicts/1"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class GapTold(_Part):
    """A fact that is missing, and why."""

    path: str
    reason: GapReason
    text: str


class SubjectVerdict(_Part):
    """What a standard says of one subject."""

    name: str
    kind: str
    verdict: Word
    reason: Reason | None = None
    object: str | None = None
    """The object that fails, where it is one; all of them stand in `objects`."""
    objects: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    gaps: tuple[GapTold, ...] = ()
    leaning: Word | None = None
    """What the rule of an assisted standard leans to; a person decides."""
    waived: bool = False
    valid_until: datetime | None = None


class CountsTold(_Part):
    """How many subjects came out how; devices of one group count once."""

    yes: int
    no: int
    unknown: int
    not_applicable: int
    waived: int
    retired: int


class StandardVerdict(_Part):
    """What a standard says of the client, and of each subject."""

    id: str
    verdict: Word
    reason: Reason | None = None
    text: str = ""
    question: str = ""
    section: str = ""
    category: str = ""
    priority: Literal["critical", "high", "medium", "low"] = "medium"
    mode: Literal["automated", "assisted", "visual", "interview"] = "automated"
    remedy: str = ""
    counts: CountsTold | None = None
    valid_until: datetime | None = None
    subjects: tuple[SubjectVerdict, ...] = ()


class ProblemTold(_Part):
    """Why a device gave nothing."""

    reason: GapReason
    text: str


class DeviceRead(_Part):
    """How reading one device went."""

    name: str
    device_class: Annotated[str | None, Field(alias="class")] = None
    read: bool
    sections: int = 0
    gaps: int = 0
    problem: ProblemTold | None = None


class VerdictsDocument(_Part):
    """The whole document."""

    format: Literal["datumline.verdicts/1"] = FORMAT
    at: datetime
    client: str
    standards: tuple[StandardVerdict, ...] = ()
    devices: tuple[DeviceRead, ...] = ()


def to_json(document: VerdictsDocument, *, indent: int | None = None) -> str:
    """Return the document as text: ASCII, keys sorted, so that the same verdicts are always the same text."""
    return json.dumps(document.model_dump(mode="json", by_alias=True), sort_keys=True, indent=indent)


def schema() -> str:
    """Return the JSON Schema of the document; more keys are allowed everywhere."""
    return json.dumps(VerdictsDocument.model_json_schema(by_alias=True), indent=2, sort_keys=True) + "\n"
