"""The rows of the two catalogue files, as they lie on disk: strict where a wrong value could change an answer."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints

from collectors.facts.plain_text import first_hidden

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("is not a day written as 2026-08-22")
    return date.fromisoformat(value)


def days_in(remark: str) -> list[date]:
    """Return the days that a remark names; ValueError if one of them is in no calendar."""
    return [date.fromisoformat(day) for day in _DAY.findall(remark)]


def _remark(text: str) -> str:
    days_in(text)
    return text


def _visible(text: str) -> str:
    hidden = first_hidden(text)
    if hidden is not None:
        raise ValueError(f"holds a letter that nobody sees ({hidden})")
    return text


Day = Annotated[date, BeforeValidator(_day)]
Short = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$"),
    AfterValidator(_visible),
]
Words = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_visible)]
Remark = Annotated[Words, AfterValidator(_remark)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,63}$")]
Number = Annotated[int, Field(strict=True, ge=0, le=10_000_000)]


class Row(BaseModel):
    """Frozen, and an unknown field is an error: it may be a misspelt one."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CycleRow(Row):
    """One line of a product and its support days; true or false is a state whose day is not published."""

    c: Short
    rel: Day
    eoas: Day | StrictBool | None = None
    eol: Day | StrictBool | None = None
    eoes: Day | StrictBool | None = None
    disc: Day | StrictBool | None = None
    lts: Day | StrictBool | None = None
    latest: Short | None = None
    latest_date: Day | StrictBool | None = None
    label: Short | None = None
    codename: Short | None = None


class MatchRow(Row):
    """How a product's version is found in a reply; kept as the source has it, never run by us."""

    from_: Short = Field(alias="from")
    regex: Words


VersionRow = tuple[Day, Short]
"""Release day and the letters of its sources; a '?' at the end says that sources disagree."""


class ProductRow(Row):
    """One product: its cycles, its dated versions, and what sources say differently."""

    id: Id
    name: Short
    vendor: Short
    kind: Short
    scheme: Short
    device_reports_date: StrictBool
    policy_url: Words | None = None
    match: tuple[MatchRow, ...] = ()
    cycles: tuple[CycleRow, ...]
    versions: dict[Short, VersionRow]
    conflicts: dict[Short, tuple[Remark, ...]] = {}


class SourceRow(Row):
    """Where rows come from."""

    key: Short | None = None
    repo: Words
    commit: Words | None = None
    date: Day | None = None
    licence: Words | None = None
    file: Words | None = None
    history: Words | None = None


class LifecycleMeta(Row):
    """What the file of products is, and the day its data is of."""

    generated: Day
    data_as_of: Day
    what: Words = ""
    cycle_fields: dict[str, Words] = {}
    version_value: Words = ""
    sources: tuple[SourceRow, ...] = ()
    rules: tuple[Words, ...] = ()


class LifecycleFile(Row):
    """lifecycle.json."""

    meta: LifecycleMeta
    products: tuple[ProductRow, ...]


WindowsRow = tuple[Number, Number, Short | None, Day, Literal["", "O", "P", "OP", "PO"], Short]
"""Build, revision, update number, release day, flags (O out of band, P preview), sources."""
ServerRow = tuple[Short, Short | None, Short | None, Day, Short]
"""Build, update name, update number, release day, sources."""


class BuildsMeta(Row):
    """What the file of builds is; a family shares revisions, listed under one of its builds."""

    generated: Day
    data_as_of: Day | None = None
    what: Words = ""
    fields: dict[str, tuple[str, ...]] = {}
    sources: dict[str, SourceRow]
    notes: tuple[Words, ...] = ()
    families: tuple[tuple[Number, ...], ...] = ()
    families_note: Words = ""
    os_names: dict[str, tuple[Short, ...]] = {}

    @property
    def as_of_on(self) -> date:
        """Return the day the data is of: stated, else that of the newest source, else that of the file."""
        return self.data_as_of or max((s.date for s in self.sources.values() if s.date), default=self.generated)


class BuildsFile(Row):
    """windows_builds.json."""

    meta: BuildsMeta
    windows: tuple[WindowsRow, ...]
    sqlserver: tuple[ServerRow, ...]
    exchange: tuple[ServerRow, ...]
