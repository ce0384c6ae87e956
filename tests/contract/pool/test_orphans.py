"""Children of a parent that was killed."""

import subprocess
import sys
import time
from pathlib import Path

from tests.contract.pool.test_pool import is_running

ROOT = Path(__file__).parents[3]
PATIENCE_S = 30.0


def test_children_end_by_themselves_when_the_parent_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-m", "tests.contract.pool.orphans"], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    with parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        parent.kill()
    ends_by = time.monotonic() + PATIENCE_S
    while any(is_running(pid) for pid in pids) and time.monotonic() < ends_by:
        time.sleep(0.05)
    assert pids
    assert not [pid for pid in pids if is_running(pid)]
