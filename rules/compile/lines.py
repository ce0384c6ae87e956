"""The evidence that closures keep: values, put into words only when somebody reads them."""

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from collectors.facts.model import Item
from collectors.facts.paths import FactType
from rules.grammar.sentences import Comparison, FactRef, Sentence
from rules.verdict import Reason
from rules.view import View

Owner = View | Item


class Place(NamedTuple):
    """Where in nested lists a value was seen: the object, in which list, and what that list is part of."""

    outer: "Place | None"
    item: Owner
    list_path: str


class Want(NamedTuple):
    """A right side that is bound to one client: ready for the test, as shown, and the setting that is lacking."""

    value: object
    shown: object
    lacking: str | None = None
    key: object = None
    """The comparison with its value, under which a column finds what it said before; None: not made yet."""


class Held(NamedTuple):
    """A value that was held against a limit."""

    place: Place | None
    fact: FactType
    owner: Owner
    value: object
    comparison: Comparison
    want: Want
    negated: bool = False


class Missing(NamedTuple):
    """A value that is not known."""

    place: Place | None
    fact: FactRef
    owner: Owner


class Unlisted(NamedTuple):
    """Devices that nobody listed."""

    place: Place | None


class Unagreed(NamedTuple):
    """A setting that this client has not agreed to yet."""

    setting: str


class AgreedSo(NamedTuple):
    """What the client agreed to."""

    setting: str
    value: bool
    wanted: bool


class Doubt(NamedTuple):
    """A value that is known but decides nothing."""

    place: Place | None
    fact: FactType
    owner: Owner
    value: object
    reason: Reason
    text: str


class Vague(NamedTuple):
    """Objects of which something is not known."""

    place: Place | None
    called: str
    reason: Reason
    text: str


class AllPass(NamedTuple):
    """All objects pass: their own lines."""

    place: Place | None
    called: str
    groups: "Collection[Lines]"


class NothingHere(NamedTuple):
    """No object to which the question applies."""

    place: Place | None
    called: str


class Found(NamedTuple):
    """An object for which a condition holds, with the lines of the condition."""

    place: Place
    lines: "Lines"


class NoneOf(NamedTuple):
    """No object for which the condition holds."""

    place: Place | None
    called: str
    looked_at: int
    where: Sentence | None


class Counted(NamedTuple):
    """How many objects, or what share of them."""

    place: Place | None
    called: str
    good: int
    total: int | None
    comparison: Comparison
    want: Want
    names: Callable[[], tuple[Place, ...]]
    negated: bool = False


class Absent(NamedTuple):
    """A wanted name that is not in the list."""

    place: Place | None
    called: str
    name: str


class Often(NamedTuple):
    """In how many readings something held."""

    place: Place | None
    fact: FactType
    good: int
    read: int
    comparison: Comparison
    want: Want
    over: str
    negated: bool = False


class Rose(NamedTuple):
    """How far a counter rose."""

    place: Place | None
    counter: FactType
    per: FactType | None
    over: str
    value: float
    comparison: Comparison
    want: Want
    negated: bool = False


class PersonDecides(NamedTuple):
    """A standard that no rule answers."""


class Later:
    """The lines of objects that are known to matter, made when somebody reads them."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: "Callable[[], Lines]") -> None:
        self._make = make
        self._made: Lines | None = None

    def lines(self) -> "Lines":
        """Return the lines, the same ones on every call."""
        if self._made is None:
            self._made = self._make()
        return self._made


class Passing:
    """The lines of each object that passes: a mask says which do, what they say is worked out when it is read."""

    __slots__ = ("_made", "_make", "_mask", "measured")

    def __init__(self, mask: int, make: "LinesOfEach", measured: bool) -> None:
        self._mask = mask
        self._make = make
        self._made: tuple[Lines, ...] | None = None
        self.measured = measured
        """Whether any of them can be near to a limit."""

    def __bool__(self) -> bool:
        return self._mask != 0

    def __len__(self) -> int:
        return self._mask.bit_count()

    def __iter__(self) -> "Iterator[Lines]":
        if self._made is None:
            self._made = self._make(self._mask)
        return iter(self._made)

    def __contains__(self, lines: object) -> bool:
        return lines in tuple(self)

    def first(self) -> "Iterator[Lines]":
        """Return the lines of the first; those of the others speak of the same section, and none lacks anything."""
        return iter(self._make(self._mask & -self._mask) if self._made is None else self._made[:1])


Line = (
    Held | Missing | Unlisted | Unagreed | AgreedSo | Doubt | Vague | AllPass | NothingHere | Found | NoneOf | Counted
    | Absent | Often | Rose | PersonDecides | Later
)  # fmt: skip
Lines = tuple[Line, ...]
LinesOfEach = Callable[[int], tuple[Lines, ...]]
