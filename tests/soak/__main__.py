"""`make soak HOURS=8`: rounds of a few minutes, each with another seed, until the hours are over; then a dated result.

A target that failed is not run again in the same soak, and all others go on. Part of an hour is a number such as 0.4.
`make soak ONLY="tests/e2e/test_kills.py"` runs the targets that are named.
"""

import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from tests.hostile.fuzz import TARGETS
from tests.soak import result
from tests.soak.targets import ROOT, SUITES, Outcome, fuzz_by, fuzzed, suite

AT_ONCE = 2
"""Targets at a time: the tests of the pool need a processor beside."""


def round_of(number: int, seed: int, leave_out: frozenset[str]) -> list[Outcome]:
    """Run each target once, but those to leave out, and return what came of them."""
    by = fuzz_by(number)
    with ThreadPoolExecutor(AT_ONCE) as together:
        runs = [together.submit(suite, path, seed) for path in SUITES if path not in leave_out]
        runs += [together.submit(fuzzed, name, seed, by) for name in TARGETS if f"fuzz: {name}" not in leave_out]
        return [run.result() for run in runs]


def main(hours_text: str = "1", *only: str) -> int:
    """Return 0 when nothing failed; the result is written in either case, and when it is interrupted."""
    every = frozenset({*SUITES, *(f"fuzz: {name}" for name in TARGETS)})
    if strange := set(only) - every:
        print(f"there is no target {', '.join(sorted(strange))}", file=sys.stderr)
        return 2
    left_out = every - set(only) if only else frozenset[str]()
    hours = float(hours_text)
    began_at, ends_at_s = datetime.now(UTC), time.monotonic() + hours * 3600
    rounds: list[list[Outcome]] = []
    failed: frozenset[str] = frozenset()
    try:
        while (not rounds or time.monotonic() < ends_at_s) and len(failed | left_out) < len(every):
            seed = random.SystemRandom().randrange(2**31)
            rounds.append(round_of(len(rounds) + 1, seed, failed | left_out))
            new = {one.target for one in rounds[-1] if one.failures}
            failed |= new
            print(f"round {len(rounds)}, seed {seed}: {', '.join(sorted(new)) or 'nothing'} failed", flush=True)
    except KeyboardInterrupt:
        print("interrupted; the round under way is left out", flush=True)
    file = result.write(began_at, datetime.now(UTC), rounds)
    print(f"{len(failed)} targets failed. Written to {file.relative_to(ROOT)}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
