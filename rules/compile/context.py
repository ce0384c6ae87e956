"""What compiling needs: numbered right sides, and a watch that learns which limits the cases try."""

from collections.abc import Callable
from dataclasses import dataclass, field

from collectors.facts.paths import FactType
from rules.compile.comparisons import Test, at_limit
from rules.compile.env import Env
from rules.compile.lines import Lines, Owner, Place
from rules.grammar.sentences import Comparison, Constant, EachOf, Limit, OtherFact, SettingRef
from rules.grammar.settings import Setting

Outcome = tuple[int, Lines]
Check = Callable[[Env, Owner, Place | None], Outcome]

_TRIED = {
    Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.BELOW, Comparison.BETWEEN, Comparison.AGE_AT_MOST,
    Comparison.AGE_OVER, Comparison.LEFT_AT_LEAST,
}  # fmt: skip


@dataclass(frozen=True)
class Slot:
    """One right side: how it is made ready for a client."""

    limit: Limit | None
    names: Constant | SettingRef | None
    fact: FactType


@dataclass
class Watch:
    """Which limits and branches exist, and which of them the cases of a standard have tried."""

    limits: dict[int, str] = field(default_factory=dict)
    tried: set[int] = field(default_factory=set)
    branches: dict[tuple[int, int], str] = field(default_factory=dict)
    taken: set[tuple[int, int]] = field(default_factory=set)


@dataclass
class Compiling:
    """The state of compiling one standard."""

    settings: dict[str, Setting]
    watch: Watch | None = None
    slots: list[Slot] = field(default_factory=list)
    numbers: dict[tuple[int, str], int] = field(default_factory=dict)
    sets_count: int = 0

    def set_number(self) -> int:
        """Return a new number for a set on the right side."""
        self.sets_count += 1
        return self.sets_count

    def slot(self, limit: Limit, fact: FactType) -> int:
        """Return the number under which an evaluation finds the right side of a limit."""
        self.slots.append(Slot(limit, None, fact))
        self.numbers[id(limit), fact.path] = len(self.slots) - 1
        return len(self.slots) - 1

    def slot_of(self, limit: Limit, fact: FactType) -> int:
        """Return the number that the right side of a limit was given."""
        return self.numbers[id(limit), fact.path]

    def names_slot(self, sentence: EachOf) -> int:
        """Return the number of the wanted names of `each_of`."""
        self.slots.append(Slot(None, sentence.names, sentence.among.type))
        return len(self.slots) - 1

    def watched(self, test: Test, limit: Limit, fact: FactType, line: int) -> Test:
        """Return the test, which tells the watch when a value lies exactly on the limit."""
        watch = self.watch
        if watch is None or limit.comparison not in _TRIED or isinstance(limit.right, OtherFact):
            return test
        number = len(watch.limits)
        watch.limits[number] = f"{fact.path} {limit.comparison} (line {line})"

        def noting(value: object, wanted: object, env: Env) -> bool | None:
            if at_limit(limit.comparison, value, wanted, env):
                watch.tried.add(number)
            return test(value, wanted, env)

        return noting
