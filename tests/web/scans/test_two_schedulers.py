"""Two schedulers, as processes of their own over one database, open each slot once with its jobs once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers.postgresql import PostgreSQL, binaries

ROOT = Path(__file__).parents[3]
SITES_COUNT = 15
PLANT = f"""
import django; django.setup()
from datetime import timedelta
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.utils import timezone
from tests.web.scans.conftest import make_plan, make_site
from server.scans.models import NextScan
from server.scans.plans import put_in_place
now = timezone.now()
for number in range({SITES_COUNT}):
    make_site(f"Client {{number}}")
put_in_place([make_plan()], now)
slot_at = now - timedelta(minutes=5)
NextScan.objects.update(slot_at=slot_at, due_at=slot_at)
"""
OPEN = """
import sys
import django; django.setup()
from django.utils import timezone
from server.scans.opening import open_due
print("ready", flush=True)
sys.stdin.readline()
open_due(timezone.now())
"""
COUNT = """
import django; django.setup()
from django.db.models import Count
from server.scans.models import NextScan, ScanJob, Slot
from django.utils import timezone
twice = ScanJob.objects.values("access").annotate(n=Count("pk")).filter(n__gt=1).count()
print(Slot.objects.count(), ScanJob.objects.count(), twice, NextScan.objects.filter(due_at__lte=timezone.now()).count())
"""
Environment = dict[str, str]


@pytest.fixture(params=["sqlite", "postgresql"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Environment]:
    """Return the environment of processes over one database with sites whose slot is due."""
    told = {name: value for name, value in os.environ.items() if not name.startswith("DATUMLINE_")}
    told |= {
        "DJANGO_SETTINGS_MODULE": "server.settings",
        "DATUMLINE_SERVER_DEBUG": "1",
        "DATUMLINE_SERVER_DATA": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    if request.param == "sqlite":
        run(PLANT, told)
        yield told
        return
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    with PostgreSQL() as server:
        told |= {"DATABASE_URL": server.url(), "DATUMLINE_SERVER_DATABASE_URL": server.url()}
        run(PLANT, told)
        yield told


def run(script: str, environment: Environment) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def whole() -> str:
    return f"{SITES_COUNT} {2 * SITES_COUNT} 0 0\n"


@pytest.mark.timeout(300)
def test_three_that_open_at_the_same_time_double_nothing(environment: Environment) -> None:
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for one in openers:
        assert one.stdout is not None
        one.stdout.readline()
    for one in openers:
        one.communicate("go\n", timeout=120)
    assert [one.returncode for one in openers] == [0, 0, 0]
    assert run(COUNT, environment) == whole()


@pytest.mark.timeout(300)
def test_two_schedulers_open_each_slot_once_and_end_on_sigterm(environment: Environment) -> None:
    command = [sys.executable, "-m", "server", "run_schedules"]
    first, second = (subprocess.Popen(command, env=environment, cwd=ROOT) for _ in range(2))
    try:
        ends = time.monotonic() + 120
        while run(COUNT, environment) != whole() and time.monotonic() < ends:
            time.sleep(2)
        first.kill()
        first.wait(20)
        second.send_signal(signal.SIGTERM)
        assert second.wait(60) == 0
    finally:
        for one in (first, second):
            if one.poll() is None:
                one.kill()
                one.wait(20)
    assert run(COUNT, environment) == whole()
