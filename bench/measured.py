"""One measured cost beside a peer's, what it should be, and how a run of them is shown."""

import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """One row: our cost, the peer's cost in the same unit and the same run, and the goal that the design sets.

    `times_at_least`: how many times ours must go into the peer's. `at_most`: what ours may be, in its unit.
    """

    what: str
    unit: str
    ours: float
    peer: str = ""
    theirs: float | None = None
    times_at_least: float | None = None
    at_most: float | None = None

    @property
    def ratio(self) -> float | None:
        """Return how many times ours goes into the peer's; None without a peer."""
        return None if self.theirs is None else self.theirs / self.ours

    @property
    def goal(self) -> str:
        """Return the goal in words, empty where the design sets none."""
        goals = []
        if self.times_at_least is not None:
            goals.append(f"x {self.times_at_least:g} at least")
        if self.at_most is not None:
            goals.append(f"{self.at_most:g} {self.unit} at most")
        return ", ".join(goals)

    @property
    def met(self) -> bool | None:
        """Return whether the goal is met; None where there is none."""
        held = []
        if self.times_at_least is not None:
            held.append(self.ratio is not None and self.ratio >= self.times_at_least)
        if self.at_most is not None:
            held.append(self.ours <= self.at_most)
        return all(held) if held else None


def cpu_ms(act: Callable[[], object], repeats: int = 15) -> float:
    """Return the median processor time of an act, this process and its ended children together, in milliseconds."""
    return statistics.median(_spent_ms(act) for _ in range(repeats))


def cpu_ms_in_turns(acts: Sequence[Callable[[], object]], repeats: int = 15) -> list[float]:
    """Return the least processor time of each act, in milliseconds.

    They take turns, so that each has its share of a quiet moment: what others do to the caches costs time of ours.
    """
    rounds = [[_spent_ms(act) for act in acts] for _ in range(repeats)]
    return [min(times) for times in zip(*rounds, strict=True)]


def _spent_ms(act: Callable[[], object]) -> float:
    before = cpu_s()
    act()
    return (cpu_s() - before) * 1000


def wall_ms(act: Callable[[], object], repeats: int = 5) -> float:
    """Return the shortest time of an act in milliseconds: the others waited for something else."""
    spent = []
    for _ in range(repeats):
        began_s = time.perf_counter()
        act()
        spent.append((time.perf_counter() - began_s) * 1000)
    return min(spent)


def cpu_s() -> float:
    """Return the processor time of this process and its ended children, in seconds."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def table(rows: Iterable[Measured]) -> str:
    """Return the rows as a Markdown table, with the machine they were measured on."""
    head = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    lines = [
        head,
        "",
        "| What | Unit | Ours | Peer | Theirs | Peer's cost to ours | Goal | Met |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        theirs = "" if row.theirs is None else f"{row.theirs:.2f}"
        ratio = "" if row.ratio is None else f"x {row.ratio:.1f}"
        met = {None: "", True: "yes", False: "**no**"}[row.met]
        lines.append(
            f"| {row.what} | {row.unit} | {row.ours:.2f} | {row.peer} | {theirs} | {ratio} | {row.goal} | {met} |"
        )
    return "\n".join(lines)
