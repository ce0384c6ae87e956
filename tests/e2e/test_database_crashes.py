"""The database crashes and comes back while reports are delivered: nothing is lost, doubled or made up."""

import os
import random
import time
from functools import partial

import pytest

from tests.e2e.conftest import MakeRig
from tests.e2e.faults import Faults
from tests.peers.postgresql import PostgreSQL, binaries

SEED = int(os.environ.get("SOAK_SEED", "5"))
CRASHES_COUNT = 6 if "SOAK_SEED" in os.environ else 1

pytestmark = pytest.mark.timeout(1500 if "SOAK_SEED" in os.environ else 600)  # processes, on a machine that may be busy


@pytest.mark.peer
@pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed")
def test_a_database_that_crashes_during_delivery_loses_nothing_and_doubles_nothing(rig_of: MakeRig) -> None:
    chance = random.Random(SEED)
    with PostgreSQL(durable=True) as database:
        faults = Faults(rig_of(database_url=database.url()), chance)
        faults.begin()
        for _ in range(CRASHES_COUNT):
            faults.rig.ask("scan")
            count = len(faults.rig.spool_history.taken)
            faults.rig.until(partial(_took_more_than, faults, count), "a report is made")
            time.sleep(chance.uniform(0.0, 1.0))
            database.stop()
            time.sleep(chance.uniform(0.5, 3.0))
            database.begin()
            faults.rig.ask("lose")  # jobs whose poll was answered, but not heard, come again after their lease
        faults.settle()
        assert faults.found() == [], f"seed {SEED}\n{faults.rig.logs()}"


def _took_more_than(faults: Faults, count: int) -> bool:
    return len(faults.rig.spool_history.taken) > count
