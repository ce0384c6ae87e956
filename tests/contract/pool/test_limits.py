"""What the operating system keeps a child to, and that the packages import where a system's own modules are absent."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from collectors.access import Access, Secret
from collectors.credentials import LocalAccount
from collectors.pool.job import Job, JobFrame
from tests.contract.pool.conftest import SECRET, MakePool, job

ROOT = Path(__file__).parents[3]


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="this system has no /proc/<pid>/limits")
def test_a_child_has_its_limits(pool_of: MakePool) -> None:
    pool = pool_of()
    pool.collect(job("ok-1"))
    lines = Path(f"/proc/{pool.pids[0]}/limits").read_text().splitlines()
    told = {line[:26].strip(): line[26:].split()[0] for line in lines[1:]}
    assert told["Max address space"] == str(400 * 1024 * 1024)
    assert told["Max core file size"] == "0"
    assert 120 <= int(told["Max cpu time"]) <= 130


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="this system has no /proc/<pid>/environ")
def test_a_child_and_its_command_line_know_no_secret(pool_of: MakePool) -> None:
    pool = pool_of()
    pool.collect(job("ok-1"))
    process = Path(f"/proc/{pool.pids[0]}")
    assert b"the right one" not in (process / "cmdline").read_bytes() + (process / "environ").read_bytes()


def test_the_parents_environment_stays_as_it_was(pool_of: MakePool) -> None:
    before = dict(os.environ)
    pool_of().collect(job("ok-1"))
    assert dict(os.environ) == before


def test_the_packages_import_without_the_modules_of_one_system() -> None:
    source = (
        "import sys\n"
        "for name in ('resource', 'fcntl', 'pwd', 'grp', 'msvcrt', 'winreg'): sys.modules[name] = None\n"
        "import collectors.collect, collectors.pool.parent, collectors.pool.child, collectors.limits.posix\n"
        "import collectors.limits.windows, collectors.ledger, collectors.first_contact, collectors.replay\n"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", source], check=False, cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork server")
def test_an_interruption_while_the_first_child_starts_leaves_no_traceback() -> None:
    source = (
        "import multiprocessing, os, time\n"
        "from collectors import limits\n"
        "context = multiprocessing.get_context(limits.START_METHOD)\n"
        "limits.preload(context, ['tests.contract.pool.interrupted'])\n"
        "process = context.Process(target=time.monotonic)\n"
        "process.start()\n"
        "process.join()\n"
        "print(process.exitcode)\n"
    )
    ended = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (ended.stdout, ended.stderr) == ("0\n", "")


def test_a_job_crosses_the_pipe_with_its_secret() -> None:
    frame = JobFrame.of(job("ok-1"))
    assert JobFrame.model_validate_json(frame.model_dump_json()).secret == SECRET


def test_a_job_shows_no_secret_in_its_text() -> None:
    assert "the right one" not in repr(JobFrame.of(job("ok-1")))


def test_a_job_without_a_timeout_has_its_transports() -> None:
    secret = Secret("x", LocalAccount(kind="local"))
    assert Job("1", "here", Access(transport="winrm", address="192.0.2.1"), secret).deadline_s == 180
