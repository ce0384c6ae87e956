"""The agent is killed at every named step, and at random: no report is lost, none is doubled, it always goes on."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.steps import STEPS, Step
from tests.house.sources import ROOT
from tests.peers.server_link import ServerPeer

COMMAND = (sys.executable, "-m", "tests.contract.agent_link.agent_process")
pytestmark = pytest.mark.timeout(300)
WITHIN_S = 90.0
KILLS_COUNT = 30
JOBS_COUNT = 12
ROTATES: frozenset[Step] = frozenset({"next keys written", "rotation answered", "next keys in force", "rotation ended"})
SECOND: frozenset[Step] = frozenset({"before a report is kept", "report kept", "outcome received"})
"""Steps at which the second passing is the more telling one: something has been done by then."""


class AgentProcess:
    """Starts the agent again whenever it was killed."""

    def __init__(self, folder: Path, peer: ServerPeer) -> None:
        self.folder, self.peer = folder, peer
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **environment: str) -> "subprocess.Popen[bytes]":
        """Returns the new process."""
        log = (self.folder.parent / "agent.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                [*COMMAND, str(self.folder), self.peer.url],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
                stdout=log,
                stderr=log,
            )
        return self.process

    def kill(self) -> None:
        """Kills it, if it lives."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> int:
        """Ends it as a service manager does, and returns its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(WITHIN_S)


@contextmanager
def the_agent(tmp_path: Path) -> Iterator[AgentProcess]:
    with ServerPeer() as peer:
        peer.leases = True
        peer.next_poll_s = 1
        agent = AgentProcess(tmp_path / "agent", peer)
        try:
            yield agent
        finally:
            agent.kill()


def until(true: Callable[[], bool], agent: AgentProcess) -> None:
    ends_at = time.monotonic() + WITHIN_S
    while not true():
        if time.monotonic() > ends_at:
            raise AssertionError((agent.folder.parent / "agent.log").read_text()[-3000:])
        time.sleep(0.05)


def all_reported(peer: ServerPeer, jobs: set[str]) -> bool:
    return {one["job_id"] for one in peer.stored.values()} >= jobs


def check_history(peer: ServerPeer, jobs: set[str]) -> None:
    """Each job has exactly one report, no signature was wrong, and no counter came twice."""
    reported = [one["job_id"] for one in peer.stored.values()]
    assert sorted(reported) == sorted(jobs)
    assert peer.problems == []
    assert len(peer.agents) == 1


@pytest.mark.parametrize("step", STEPS)
def test_an_agent_that_is_killed_at_a_step_loses_and_doubles_nothing(step: Step, tmp_path: Path) -> None:
    environment = {"KILL_AT": f"{step}:{2 if step in SECOND else 1}"}
    if step in ROTATES:
        environment["OLD_KEYS"] = "yes"
    with the_agent(tmp_path) as agent:
        for _ in range(JOBS_COUNT):
            agent.peer.jobs.append(agent.peer.scan_job())
        jobs = {job["id"] for job in agent.peer.jobs}
        assert agent.start(**environment).wait(WITHIN_S) == -signal.SIGKILL
        polls_count = agent.peer.received.count("poll")
        agent.start()
        until(lambda: agent.peer.received.count("poll") > polls_count and all_reported(agent.peer, jobs), agent)
        assert agent.stop() == 0
        check_history(agent.peer, jobs)
        if step in ROTATES:
            assert agent.peer.agent.rotations


@pytest.mark.timeout(300)
def test_an_agent_that_is_killed_at_random_loses_and_doubles_nothing(tmp_path: Path) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    jobs: set[str] = set()
    with the_agent(tmp_path) as agent:
        for _ in range(KILLS_COUNT):
            for _ in range(4):
                job = agent.peer.scan_job()
                jobs.add(job["id"])
                agent.peer.jobs.append(job)
            process = agent.start()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0.3, 2.5))
            agent.kill()
        polls_count = agent.peer.received.count("poll")
        agent.start()
        until(lambda: agent.peer.received.count("poll") > polls_count and all_reported(agent.peer, jobs), agent)
        assert agent.stop() == 0
        check_history(agent.peer, jobs)


def test_an_agent_ends_with_its_worker_when_it_is_told_to(tmp_path: Path) -> None:
    with the_agent(tmp_path) as agent:
        agent.peer.jobs.append(agent.peer.scan_job())
        process = agent.start()
        until(lambda: bool(agent.peer.stored), agent)
        import psutil

        workers = psutil.Process(process.pid).children()
        code = agent.stop()
        assert (code, len(workers), [one for one in workers if one.is_running()]) == (0, 1, [])


def test_a_second_agent_with_the_same_home_refuses_to_run(tmp_path: Path) -> None:
    with the_agent(tmp_path) as agent:
        agent.start()
        until(lambda: "poll" in agent.peer.received, agent)
        done = subprocess.run(
            [*COMMAND, str(agent.folder), agent.peer.url],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode != 0, "AlreadyRunning" in done.stderr) == (True, True)
        assert agent.peer.problems == []
