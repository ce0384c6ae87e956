"""What one evaluation carries along: the subject, the client's limits, and the first second that could change it."""

from collections.abc import Mapping
from types import MappingProxyType

from collectors.facts.model import Item
from rules.compile.lines import Owner, Want
from rules.view import FOR_EVER_S, Clock, Seen, View

NO, YES, UNKNOWN, NOT_APPLICABLE = 0, 1, 2, 3

NUMBER = (int, float)
"""What `isinstance` takes for a number: a tuple that is there already, where `int | float` is made anew each time."""

MAX_STEPS = 2_000_000  # objects looked at in one evaluation; the largest recorded server has about 400


class TooMuch(Exception):
    """A subject has more objects than one evaluation may look at."""


class Env:
    """One evaluation of one standard over one subject."""

    __slots__ = (
        "disputed",
        "fresh_s",
        "kept",
        "memo",
        "steps",
        "turns",
        "until_s",
        "view",
        "wanted",
        "wanted_by_setting",
    )

    def __init__(
        self,
        view: View,
        wanted: tuple[Want, ...],
        shown: Mapping[str, object],
        fresh_s: int = 0,
        turns: Mapping[tuple[int, str], int] = MappingProxyType({}),
    ) -> None:
        self.view = view
        self.wanted = wanted
        self.wanted_by_setting = shown
        self.fresh_s = fresh_s
        self.kept = view.kept.get(fresh_s) or view.kept_at(fresh_s)
        self.turns = turns
        self.until_s = FOR_EVER_S
        self.steps = MAX_STEPS
        self.memo: dict[tuple[int, int], tuple[frozenset[str], bool] | None] | None = None
        self.disputed: dict[tuple[int, str], Seen] | None = None

    @property
    def clock(self) -> Clock:
        """Return the instant that is asked about."""
        return self.view.clock

    def section(self, view: View, name: str) -> Seen:
        """Return a section of a subject, as the source whose turn it is tells it, and note until when it holds."""
        seen = view.seen.get((name, self.fresh_s)) or view.section(name, self.fresh_s)
        if seen.until_s < self.until_s:  # noqa: PLR1730 - on the path of every fact, and faster than min()
            self.until_s = seen.until_s
        if seen.others:
            key = (id(view), name)
            if self.disputed is None:  # made when it is needed: most evaluations have none
                self.disputed = {}
            self.disputed[key] = seen
            turn = self.turns.get(key)
            if turn is not None:
                return seen.others[turn]
        return seen

    def until(self, second: int) -> None:
        """Note a second from which on a comparison may come out otherwise."""
        if self.clock.at_s < second < self.until_s:
            self.until_s = second

    def step(self, count: int) -> None:
        """Count objects that are looked at; raises TooMuch."""
        self.steps -= count
        if self.steps < 0:
            raise TooMuch


def attribute(owner: Owner, name: str) -> object:
    """Return an object's field or derived fact; a derivation that overflows is not known."""
    try:
        return getattr(owner, name, None)
    except (ArithmeticError, ValueError):
        return None


def key_of(item: Owner) -> str:
    """Return the name of an object or a device."""
    return item.subject.name if isinstance(item, View) else item.key


def has_key(item: Item) -> bool:
    """Return whether an object can be found again by its key."""
    return attribute(item, item.KEY) is not None
