"""Joining what several sources state into one value: fields by rank, groups whole, objects of lists by their key."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from collectors.facts.agreement import agree
from collectors.facts.model import Fact, Item, Section
from collectors.facts.reading import Value

Owner = TypeVar("Owner", bound=Fact)


@dataclass(frozen=True)
class Told:
    """What one source states: its place in the ranking (0 counts most), the value, whether a list is whole."""

    place: int
    value: Value
    complete: bool = True


@dataclass(frozen=True)
class Joined:
    """One value of all: whether a list is whole, whose word each path is (by place), and where two disagree.

    `moved`: where two differ in what changes by itself. That is no disagreement while it makes no other answer.
    """

    value: Value
    complete: bool
    origins: Mapping[str, int] = field(default_factory=dict)
    disagreements: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


def join(told: Sequence[Told]) -> Joined:
    """Return the one value of what sources state of a section, the best-ranked first; paths begin inside it."""
    sections = [(each.place, each.value) for each in told if isinstance(each.value, Section)]
    if sections:
        made = _join_fields(sections)
        whole = all(each.complete for each in told)
        return Joined(made.owner, whole, made.origins, tuple(made.disagreements), tuple(made.moved))
    lists = [_List.of(each) for each in told if isinstance(each.value, tuple)]
    if any(each.items for each in lists):
        return _join_items(lists)
    return _join_texts(lists)


@dataclass
class _Fields(Generic[Owner]):
    owner: Owner
    origins: dict[str, int]
    disagreements: list[str]
    moved: list[str]


def _join_fields(told: Sequence[tuple[int, Owner]]) -> _Fields[Owner]:
    """Fill each field from the first source that states it, those of a group from the first that states any of it."""
    model: type[Owner] = type(told[0][1])
    names = [name for name in model.model_fields if name != "partial"]
    lists = [name for name in names if any(_holds_items(getattr(fact, name)) for _, fact in told)]
    grouped = {name for group in model.TOGETHER for name in group}
    values: dict[str, object] = {}
    partial: list[str] = []
    origins: dict[str, int] = {}
    differing = [name for name in names if name not in lists and _differ(told, name)]
    disagreements = [name for name in differing if name not in model.VOLATILE]
    moved = [name for name in differing if name in model.VOLATILE]
    for group in (*model.TOGETHER, *((name,) for name in names if name not in grouped and name not in lists)):
        place, fact = _first_to_state(told, group)
        stated = {name: value for name in group if (value := getattr(fact, name)) is not None}
        values |= stated
        origins |= dict.fromkeys(stated, place)
        partial += [name for name in stated if _is_partial(fact, name)]
    for name in lists:
        inner = join([_told(place, fact, name) for place, fact in told if getattr(fact, name) is not None])
        values[name] = inner.value
        partial += [] if inner.complete else [name]
        origins |= {f"{name}{path}": place for path, place in inner.origins.items()}
        disagreements += [f"{name}{path}" for path in inner.disagreements]
        moved += [f"{name}{path}" for path in inner.moved]
    if partial:
        values["partial"] = tuple(partial)
    return _Fields(model.model_validate(values), origins, disagreements, moved)


@dataclass(frozen=True)
class _List:
    place: int
    complete: bool
    items: Mapping[str, Item]
    texts: Mapping[str, str]

    @classmethod
    def of(cls, told: Told) -> "_List":
        parts = told.value if isinstance(told.value, tuple) else ()
        items = {part.key: part for part in parts if isinstance(part, Item)}
        texts = {part.casefold(): part for part in parts if isinstance(part, str)}
        return cls(told.place, told.complete, items, texts)

    def folded(self, fold: Callable[[str], str]) -> "_List":
        return replace(self, items={fold(key): item for key, item in self.items.items()})


def _join_items(lists: Sequence[_List]) -> Joined:
    """Put the objects of all lists together by their key; an object that a whole list lacks is a disagreement."""
    told = [each.folded(_folding(lists)) for each in lists]
    joined: list[Item] = []
    origins: dict[str, int] = {}
    disagreements: list[str] = []
    moved: list[str] = []
    for key in dict.fromkeys(key for each in told for key in each.items):
        holders = [(each.place, each.items[key]) for each in told if key in each.items]
        place, item = holders[0]
        path = f"[{item.key}]"
        origins[path] = place
        if any(each.complete and key not in each.items for each in told):
            disagreements.append(path)
        if len(holders) > 1:
            made = _join_fields(holders)
            item = made.owner
            origins |= {f"{path}.{name}": place for name, place in made.origins.items()}
            disagreements += [f"{path}.{name}" for name in made.disagreements]
            moved += [f"{path}.{name}" for name in made.moved]
        joined.append(item)
    whole = any(each.complete for each in told)
    return Joined(tuple(joined), whole, origins, tuple(disagreements), tuple(moved))


def _join_texts(lists: Sequence[_List]) -> Joined:
    joined: list[str] = []
    origins: dict[str, int] = {}
    disagreements: list[str] = []
    for key in dict.fromkeys(key for each in lists for key in each.texts):
        place, text = next((each.place, each.texts[key]) for each in lists if key in each.texts)
        joined.append(text)
        origins[f"[{text}]"] = place
        if any(each.complete and key not in each.texts for each in lists):
            disagreements.append(f"[{text}]")
    return Joined(tuple(joined), any(each.complete for each in lists), origins, tuple(disagreements))


def _folding(lists: Sequence[_List]) -> Callable[[str], str]:
    """Return how keys are compared: without regard to case, unless a list has two that differ in nothing else."""
    exact = any(len({key.casefold() for key in each.items}) < len(each.items) for each in lists)
    return str if exact else str.casefold


def _first_to_state(told: Sequence[tuple[int, Owner]], group: Sequence[str]) -> tuple[int, Owner]:
    """Return the first source that states any of the fields, a list of texts wholly if one can."""
    stating = [each for each in told if any(getattr(each[1], name) is not None for name in group)]
    whole = [each for each in stating if not any(_is_partial(each[1], name) for name in group)]
    return next(iter(whole or stating), told[0])


def _holds_items(value: object) -> bool:
    return isinstance(value, tuple) and any(isinstance(part, Item) for part in value)


def _is_partial(fact: Fact, name: str) -> bool:
    return isinstance(fact, Item) and name in fact.partial


def _told(place: int, fact: Fact, name: str) -> Told:
    return Told(place, getattr(fact, name), complete=not _is_partial(fact, name))


def _differ(told: Sequence[tuple[int, Fact]], name: str) -> bool:
    model = type(told[0][1])
    stated = [getattr(fact, name) for _, fact in told if not _is_partial(fact, name)]
    known = [value for value in stated if value is not None]
    if issubclass(model, Item) and name == model.KEY:
        return False  # a key is written in two ways
    return any(not agree(name, known[0], other) for other in known[1:])
