"""The typed vocabulary: what kind of value stands at the path of a fact, for the loader of rules and for words."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import AwareDatetime

from collectors.facts.facts import Facts
from collectors.facts.model import Fact, Item, Section
from collectors.facts.scalars import Span, VersionMark
from collectors.facts.vocabulary import SECTIONS

Unit = Literal["s", "bytes", "percent", "celsius", "volts", "bps", "count"]
UNITS: tuple[Unit, ...] = ("s", "bytes", "percent", "celsius", "volts", "bps", "count")

_NO_FACTS = {"partial", "key"}  # of every item: they speak of the object, not of the device


class FactKind(StrEnum):
    """What can be asked of a value."""

    NUMBER = "number"
    INSTANT = "instant"
    DAY = "day"
    SPAN = "span of days"
    VERSION = "version"
    WORD = "word of a closed list"
    TEXT = "text"
    BOOLEAN = "yes or no"
    TEXTS = "list of texts"
    NUMBERS = "list of numbers"
    OBJECTS = "list of objects"
    SECTION = "section"


class UnknownFact(LookupError):
    """No fact has this path. `known` are the names that stand where the first wrong word was found."""

    def __init__(self, path: str, problem: str, known: tuple[str, ...] = ()) -> None:
        """Keep the path, what is wrong with it, and the names that would have been right."""
        super().__init__(f"{path!r}: {problem}")
        self.path = path
        self.known = known


@dataclass(frozen=True)
class FactType:
    """What stands at a path: 'ups.runtime_s', 'volumes', 'volumes.free_bytes', 'vms.checkpoints.taken_at'."""

    path: str
    kind: FactKind
    unit: Unit | None = None
    """Of a number: what its name ends in; None is an identifier or a level."""
    words: tuple[str, ...] = ()
    """Of a WORD: all that the device can ever say."""
    never: bool = False
    """Whether an instant may be the word 'never'."""
    unlimited: bool = False
    """Whether a number may be the word 'unlimited'."""
    derived: bool = False
    """Whether it is worked out from other fields of the same object or section."""
    volatile: bool = False
    """Whether it changes by itself, so that a difference between two sources says nothing."""
    model: type[Fact] | None = field(default=None, compare=False)
    """The class of a section, or of the objects of a list."""

    @property
    def section(self) -> str:
        """Return the name of the section it belongs to."""
        return self.path.partition(".")[0]

    @property
    def name(self) -> str:
        """Return the last word of the path: the attribute's name."""
        return self.path.rpartition(".")[2]


@cache
def resolve(path: str, within: str = "") -> FactType:
    """Return what stands at a dotted path; objects of a list are passed through by dots, without their keys.

    `within` is the list whose object a bare name belongs to: 'vms.checkpoints'. Raises UnknownFact.
    """
    full = f"{within}.{path}" if within else path
    section, *fields = full.split(".")
    if section not in SECTIONS:
        raise UnknownFact(path, f"there is no section {section!r}", SECTIONS)
    here = _typed(FactType(section, FactKind.SECTION), Facts.model_fields[section].annotation)
    for name in fields:
        if here.model is None:
            raise UnknownFact(path, f"{here.path} is a {here.kind.value} and has no fields")
        here = _field(here, name, path)
    return here


def fields_of(path: str) -> tuple[str, ...]:
    """Return the names of the facts in a section or in an object of a list, fields first, derived ones last."""
    model = resolve(path).model
    if model is None:
        return ()
    return (*(name for name in model.model_fields if name not in _NO_FACTS), *_derived(model))


def every_fact() -> Iterator[FactType]:
    """Yield all sections, their fields, and the fields of the objects in their lists, in the order of the tree."""
    waiting = list(reversed(SECTIONS))
    while waiting:
        here = resolve(waiting.pop())
        yield here
        waiting += reversed([f"{here.path}.{name}" for name in fields_of(here.path)])


def _field(owner: FactType, name: str, asked: str) -> FactType:
    model, path = owner.model, f"{owner.path}.{name}"
    if model is not None and name in model.model_fields and name not in _NO_FACTS:
        told = model.model_fields[name]
        here = FactType(path, FactKind.TEXT, volatile=name in model.VOLATILE)
        return _typed(here, told.annotation, tuple(told.metadata))
    if model is not None and name in _derived(model):
        made = get_type_hints(getattr(model, name).fget, include_extras=True)["return"]
        return _typed(FactType(path, FactKind.TEXT, derived=True, volatile=name in model.VOLATILE), made)
    raise UnknownFact(asked, f"{owner.path} has no fact {name!r}", fields_of(owner.path))


@cache
def _derived(model: type[Fact]) -> tuple[str, ...]:
    own = [kind for kind in reversed(model.__mro__) if issubclass(kind, Fact) and kind not in {Fact, Item, Section}]
    return tuple(name for kind in own for name, value in vars(kind).items() if isinstance(value, property))


def _typed(here: FactType, annotation: Any, metadata: tuple[object, ...] = ()) -> FactType:
    """Return the type that a field's annotation means; None among its alternatives only says that it may be missing."""
    plain: set[Any] = set()
    words: list[str] = []
    marks = list(metadata)
    for part in _alternatives(annotation):
        if get_origin(part) is tuple:
            return _list_of(here, get_args(part)[0])
        if get_origin(part) is Literal:
            words += get_args(part)
        elif get_origin(part) is Annotated:
            plain.add(get_args(part)[0])
            marks += get_args(part)[1:]
        else:
            plain.add(part)
    models = [part for part in plain if isinstance(part, type) and issubclass(part, Section)]
    if models:
        return replace(here, kind=FactKind.SECTION, model=models[0])
    if AwareDatetime in plain:
        return replace(here, kind=FactKind.INSTANT, never="never" in words)
    if plain & {int, float}:
        return replace(here, kind=FactKind.NUMBER, unit=unit_of(here.path), unlimited="unlimited" in words)
    if words:
        return replace(here, kind=FactKind.WORD, words=tuple(words))
    if any(isinstance(mark, VersionMark) for mark in marks):
        return replace(here, kind=FactKind.VERSION)
    for type_, kind in _PLAIN.items():
        if type_ in plain:
            return replace(here, kind=kind)
    raise TypeError(f"{here.path}: {annotation} is no type of a fact")


_PLAIN = {bool: FactKind.BOOLEAN, date: FactKind.DAY, Span: FactKind.SPAN, str: FactKind.TEXT}


def _list_of(here: FactType, element: Any) -> FactType:
    bare = get_args(element)[0] if get_origin(element) is Annotated else element
    if isinstance(bare, type) and issubclass(bare, Item):
        return replace(here, kind=FactKind.OBJECTS, model=bare)
    if get_origin(bare) is Literal:
        return replace(here, kind=FactKind.TEXTS, words=get_args(bare))
    return replace(here, kind=FactKind.NUMBERS if bare is int else FactKind.TEXTS)


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in {Union, UnionType} else (annotation,)


def unit_of(path: str) -> Unit | None:
    """Return the unit in which the last word of a path ends."""
    return next((unit for unit in UNITS if path.endswith(f"_{unit}")), None)
