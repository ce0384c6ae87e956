"""A measured ratio, and how a run of them is shown."""

import os
import platform
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """One row: our cost, the peer's cost in the same unit, and how many times ours goes into the peer's."""

    what: str
    unit: str
    ours: float
    peer: str
    theirs: float | None

    @property
    def ratio(self) -> str:
        """Return 'x 12.3' when the peer costs more, 'x 0.8' when we do, 'none' without a peer."""
        return "none" if self.theirs is None else f"x {self.theirs / self.ours:.1f}"


def cpu_ms(act: Callable[[], object], repeats: int = 15) -> float:
    """Return the median processor time of an act, this process and its children together, in milliseconds."""
    spent = []
    for _ in range(repeats):
        before = _cpu_s()
        act()
        spent.append((_cpu_s() - before) * 1000)
    return statistics.median(spent)


def wall_ms(act: Callable[[], object], repeats: int = 5) -> float:
    """Return the shortest time of an act in milliseconds: the others waited for something else."""
    spent = []
    for _ in range(repeats):
        began_s = time.perf_counter()
        act()
        spent.append((time.perf_counter() - began_s) * 1000)
    return min(spent)


def _cpu_s() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def table(rows: list[Measured]) -> str:
    """Return the rows as a Markdown table, with the machine they were measured on."""
    head = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    lines = [head, "", "| What | Unit | Ours | Peer | Theirs | Peer's cost to ours |", "|---|---|---|---|---|---|"]
    for row in rows:
        theirs = "" if row.theirs is None else f"{row.theirs:.2f}"
        lines.append(f"| {row.what} | {row.unit} | {row.ours:.2f} | {row.peer} | {theirs} | {row.ratio} |")
    return "\n".join(lines)
