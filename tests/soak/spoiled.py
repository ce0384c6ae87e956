"""`python -m tests.soak.spoiled TARGET SECONDS SEED`: one fuzz target over spoiled examples (hypothesis).

The smallest input that brings the target down is left in tests/hostile/crashes/TARGET, where the tests find it. The
last line says how many examples were tried.
"""

import random
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings

from tests.hostile.fuzz import CRASHES, TARGETS, Target
from tests.hostile.spoiling import inputs

BATCH_COUNT = 50
SLOW_S = 20.0
"""Processor time after which an input counts as one that brings the target down."""


class Tried:
    """Counts the examples of a target, and keeps the one that failed last: hypothesis ends with the smallest."""

    def __init__(self, target: Target, crash: Path) -> None:
        self.target, self.crash, self.count = target, crash, 0

    def __call__(self, data: bytes) -> None:
        """Give one input to the target; raises what the target raises."""
        self.count += 1
        began_s = time.process_time()
        try:
            self.target(data)
            if time.process_time() - began_s > SLOW_S:
                raise TimeoutError(f"took more than {SLOW_S:.0f} s")
        except BaseException:
            self.crash.parent.mkdir(parents=True, exist_ok=True)
            self.crash.write_bytes(data)
            raise


def main(name: str, seconds: str, seed_text: str) -> None:
    """Run one target until the seconds are over; raises what brought it down."""
    tried = Tried(TARGETS[name], CRASHES / name / f"seed_{seed_text}")
    chance, ends_at_s = random.Random(int(seed_text)), time.monotonic() + float(seconds)
    while time.monotonic() < ends_at_s:
        _batch(tried, chance.randrange(2**31))
    print(f"examples: {tried.count}", flush=True)


def _batch(tried: Tried, number: int) -> None:
    @seed(number)
    @settings(max_examples=BATCH_COUNT, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(inputs(tried.target))
    def run(data: bytes) -> None:
        tried(data)

    run()


if __name__ == "__main__":
    main(*sys.argv[1:])
