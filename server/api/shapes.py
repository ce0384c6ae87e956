"""What goes into the API and comes out of it more than once: texts, ids, pages of a list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from annotated_types import GroupedMetadata
from django import forms
from django.db.models import Model, QuerySet
from ninja import Path, Query, Schema
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from collectors.facts.plain_text import HIDDEN, plain_line, plain_text
from rules.kinds import DEVICE_KINDS
from server.api.said_no import Wrong
from server.clients.actions.device import UNKNOWN_KIND
from server.clients.forms import ZONES

T = TypeVar("T")
M = TypeVar("M", bound=Model)
LIMIT_COUNT: Final = 200
PAGES_COUNT: Final = 100_000
PLAIN: Final = r"^[^\x00-\x1f\x7f]*$"
"""One line: no control characters."""
_CONTROLS: Final = r"\x00-\x1f\x7f-\x9f"
_BLANKS: Final = r"\x20\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
SEEN: Final = f"^[^{_CONTROLS}]*[^{_CONTROLS}{_BLANKS}{HIDDEN}][^{_CONTROLS}]*$"
"""The same with a letter that can be seen."""
ULID: Final = r"^[0-9A-HJKMNP-TV-Z]{26}$"


class Told(Schema):
    """What a program sends: nothing beside what is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Shown(Schema):
    """What a program is told."""

    model_config = ConfigDict(frozen=True)


class Paged(BaseModel, Generic[T]):
    """A page of a list."""

    model_config = ConfigDict(frozen=True)
    items: list[T]
    count: int = Field(description="In the whole list.")
    page: int
    limit: int


class Done(Shown):
    """It was done."""

    done: bool = True


def checked(form: forms.BaseForm) -> dict[str, object]:
    """Return what a form of the pages made of the same values; raises Wrong, which names the fields."""
    if form.is_valid():
        return dict(form.cleaned_data)
    told = (f"{name}: {' '.join(map(str, errors))}" for name, errors in form.errors.items())
    raise Wrong("; ".join(told).replace("__all__: ", ""))


@dataclass(frozen=True)
class Line(GroupedMetadata):
    """The bounds of one line of text, of which letters that nobody sees are left out, as in forms of the pages."""

    at_most: int
    at_least: int = 1

    def __iter__(self) -> Iterator[Any]:
        """Return what pydantic checks, in this order."""
        pattern = SEEN if self.at_least else PLAIN
        yield from StringConstraints(min_length=self.at_least, max_length=self.at_most, pattern=pattern)
        yield AfterValidator(self._seen)

    def _seen(self, told: str) -> str:
        line = plain_line(told)
        if not self.at_least <= len(line) <= self.at_most:  # composed letters may be more than those that were sent
            raise ValueError(f"it must have {self.at_least} to {self.at_most} letters that can be seen")
        return line


def _written(told: object) -> object:
    """Return what is written as a day is; a number of seconds is none, though pydantic would take it."""
    if (isinstance(told, str) and told[4:5] != "-") or isinstance(told, int | float):
        raise ValueError("it must be written like 2026-01-31")
    return told


def _zone(name: str) -> str:
    if name not in ZONES:
        raise ValueError("there is no time zone of this name; take one like Europe/London")
    return name


def _kind(name: str) -> str:
    if name not in KINDS:
        raise ValueError("there is no such kind of device")
    return name


def _class(name: str) -> str:
    if name not in DEVICE_KINDS:
        raise ValueError("there is no such class of device")
    return name


KINDS: Final = (UNKNOWN_KIND, *DEVICE_KINDS)
Uid = Annotated[str, Path(pattern=ULID, min_length=26, max_length=26)]
UidIn = Annotated[str, StringConstraints(pattern=ULID, min_length=26, max_length=26)]
StandardId = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=100)]
TimeZone = Annotated[str, AfterValidator(_zone), WithJsonSchema({"type": "string", "enum": sorted(ZONES)})]
Kind = Annotated[str, AfterValidator(_kind), WithJsonSchema({"type": "string", "enum": list(KINDS)})]
DeviceClass = Annotated[str, AfterValidator(_class), WithJsonSchema({"type": "string", "enum": list(DEVICE_KINDS)})]
Name = Annotated[str, Line(200)]
Note = Annotated[str, StringConstraints(max_length=10_000, pattern=r"^[^\x00]*$"), AfterValidator(plain_text)]
Word = Annotated[str, Line(60)]
Why = Annotated[str, Line(300)]
Day = Annotated[date, BeforeValidator(_written)]
Moment = Annotated[AwareDatetime, BeforeValidator(_written)]
Sought = Annotated[str, Query(max_length=200, pattern=PLAIN)]
PageNumber = Annotated[int, Query(ge=1, le=PAGES_COUNT)]
Limit = Annotated[int, Query(ge=1, le=LIMIT_COUNT)]


class WhyTold(Told):
    """The reason, which stays in the record."""

    why: Why


Text = Annotated[str, Line(200, 0)]
ClientQuery = Annotated[str, Query(max_length=26)]
Transport = Literal["snmp", "ssh", "winrm", "nut", "local"]


def rows_of(rows: QuerySet[M], page: int, limit: int) -> tuple[list[M], int]:
    """Return the rows of a page, and how many there are in all; two queries."""
    return list(rows[(page - 1) * limit : page * limit]), rows.count()
