"""Measures one act in a process of its own, so that no library pays for another, and servers pay for themselves.

`python -m bench.apart MODULE FUNCTION ARGUMENTS REPEATS`: FUNCTION(*ARGUMENTS) makes the act, which is done once to
warm up and then REPEATS times; the costs go to stdout as JSON. An act may return how many wrong results it had.
"""

import importlib
import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass

from bench.measured import cpu_s


class NotHere(Exception):
    """The peer is not installed: `make bench` installs all of them."""


@dataclass(frozen=True)
class Spent:
    """What one act cost on average: processor and wall time; the most memory of the process; wrong results in all."""

    cpu_ms: float
    wall_ms: float
    most_memory_mb: float
    wrong_count: int


def spent_apart(module: str, function: str, *arguments: str | int | float, repeats: int) -> Spent:
    """Return what an act costs in a process of its own; raises NotHere when its library is missing."""
    command = [sys.executable, "-m", "bench.apart", module, function, json.dumps(arguments), str(repeats)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        if "ModuleNotFoundError" in done.stderr:
            raise NotHere(done.stderr.strip().splitlines()[-1])
        raise RuntimeError(f"{function} failed: {done.stderr[-2_000:]}")
    return Spent(**json.loads(done.stdout.splitlines()[-1]))


def main() -> int:
    """Measure one act and print its costs."""
    module, function, arguments, repeats_text = sys.argv[1:]
    act = getattr(importlib.import_module(module), function)(*json.loads(arguments))
    act()
    repeats, wrong = int(repeats_text), 0
    cpu_before_s, began_s = cpu_s(), time.perf_counter()
    for _ in range(repeats):
        wrong += act() or 0
    spent = Spent(
        cpu_ms=(cpu_s() - cpu_before_s) * 1000 / repeats,
        wall_ms=(time.perf_counter() - began_s) * 1000 / repeats,
        most_memory_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        wrong_count=wrong,
    )
    print(json.dumps(vars(spent)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
