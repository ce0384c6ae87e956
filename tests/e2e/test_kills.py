"""Processes are killed at random moments while scans run: nothing is lost, doubled or made up.

A few kills here; a round of `make soak` has more, on both databases, with a seed of its own (SOAK_SEED).
"""

import os
import random
from contextlib import nullcontext

import pytest

from tests.e2e.conftest import MakeRig
from tests.e2e.faults import Faults
from tests.peers.postgresql import PostgreSQL, binaries

SOAK = "SOAK_SEED" in os.environ
SEED = int(os.environ.get("SOAK_SEED", "5"))
KILLS_COUNT = 30 if SOAK else 4

pytestmark = pytest.mark.timeout(1500 if SOAK else 600)  # processes, on a machine that may be busy
ON_POSTGRESQL = (pytest.mark.peer, pytest.mark.skipif(not SOAK, reason="minutes of kills: make soak runs them"))


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=ON_POSTGRESQL)])
def test_killed_at_random_they_lose_nothing_double_nothing_and_make_no_yes(rig_of: MakeRig, database: str) -> None:
    if database == "postgresql" and binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    with PostgreSQL() if database == "postgresql" else nullcontext() as started:
        faults = Faults(rig_of(database_url=started.url() if started else ""), random.Random(SEED))
        faults.begin()
        faults.kill(KILLS_COUNT)
        faults.settle()
        assert faults.found() == [], f"seed {SEED}, killed {dict(faults.killed)}\n{faults.rig.logs()}"
