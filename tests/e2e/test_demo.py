"""`make demo` as a newcomer runs it: an address, how to sign in as each role, and nothing left when it is ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from server.accounts.rights import Role
from tests.house.sources import ROOT

pytestmark = pytest.mark.timeout(600)  # processes, on a machine that may be busy
SHOWN = frozenset(Role) - {Role.CLIENT_CONTACT}


def lines(demo: subprocess.Popen[str]) -> Iterator[str]:
    """Yield what it prints until it says how it is ended."""
    assert demo.stdout is not None
    for line in demo.stdout:
        yield line.strip()
        if "Ctrl-C ends everything" in line:
            return


def test_it_says_where_to_look_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.demo", "--folder", str(tmp_path / "demo")],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    ) as demo:
        try:
            told = list(lines(demo))
            family = psutil.Process(demo.pid).children(recursive=True)
            address = next(line.split()[1] for line in told if line.startswith("Open"))
            assert requests.get(f"{address}/sign-in/", timeout=30).ok
            assert sum(line.endswith("@msp.example") for line in told) == len(SHOWN)
            assert any("The first scan is finished" in line for line in told)
        finally:
            demo.send_signal(signal.SIGTERM)
        assert demo.wait(60) == 0
    assert len(family) > 5
    assert not [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
