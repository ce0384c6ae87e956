"""The tests that mind which database it is run once more on PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.peers.postgresql import VARIABLE, PostgreSQL, binaries

ROOT = Path(__file__).parents[2]


@pytest.mark.peer
@pytest.mark.timeout(900)
@pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed")
@pytest.mark.skipif(os.environ.get("DATUMLINE_TEST_DATABASE") == "postgresql", reason="all runs on PostgreSQL already")
def test_what_minds_the_database_passes_on_postgresql_too() -> None:
    with PostgreSQL() as server:
        told = {"DATUMLINE_TEST_DATABASE": "postgresql", VARIABLE: server.url()}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-m", "both_databases", "tests", "-p", "no:cacheprovider"],
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | told,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
