"""What an agent costs that has nothing to do: memory after its worker has ended, and processor time a day."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from agent.work import IDLE_S
from bench.measured import Measured
from tests.peers.server_link import TOKEN, ServerPeer

IDLE_LIMIT_MB = 45
"""What the design allows an agent that waits (decision 17)."""
WATCHED_S = 60.0
POLICY = 'networks = ["192.0.2.0/24"]\nports = [22, 161]\ntransports = ["snmp", "ssh"]\n'
EVERYTHING = "import typer, pydantic, requests, psutil, paramiko, netmiko, winrm, pysnmp.hlapi.v3arch.asyncio"


def measure() -> list[Measured]:
    """Return the memory of an idle agent beside a process that has imported all libraries, and its processor time."""
    with tempfile.TemporaryDirectory() as name, ServerPeer(tls=True) as peer:
        folder = Path(name)
        assert peer.certificate is not None
        authority = peer.certificate.write_authority(folder)
        environment = {**os.environ, "DATUMLINE_STATE_DIR": name, "DATUMLINE_LOG": "ERROR"}
        policy = folder / "policy.toml"
        policy.write_text(POLICY)
        policy.chmod(0o644)
        command = [sys.executable, "-m", "datumline", "agent"]
        enrol = [*command, "enrol", "--server", peer.url, "--token", TOKEN, "--ca-file", str(authority)]
        subprocess.run(enrol, env=environment, check=True, capture_output=True)
        with subprocess.Popen([*command, "run", "--policy", str(policy)], env=environment) as process:
            try:
                agent = psutil.Process(process.pid)
                _until(lambda: bool(peer.agents) and bool(peer.agent.polls), 60)
                _until(lambda: not agent.children(), IDLE_S + 240)
                before_s = sum(agent.cpu_times()[:2])
                time.sleep(WATCHED_S)
                spent_s = sum(agent.cpu_times()[:2]) - before_s
                memory = agent.memory_full_info()
            finally:
                process.terminate()
    rows = [
        ("idle agent, memory of its own and its share of what is shared (PSS)", memory.pss),
        ("idle agent, memory that is its own alone (USS)", memory.uss),
        ("idle agent, resident memory with the pages of libraries' files (RSS)", memory.rss),
    ]
    everything = _everything_mb()
    return [
        *[
            Measured(what, "MB", size / 1024**2, "all libraries imported (PSS)", everything, None, IDLE_LIMIT_MB)
            for what, size in rows[:1]
        ],
        *[Measured(what, "MB", size / 1024**2) for what, size in rows[1:]],
        Measured("idle agent, processor time an hour", "s", spent_s * 3600 / WATCHED_S),
    ]


def _everything_mb() -> float:
    code = f"{EVERYTHING}\nimport psutil; print(psutil.Process().memory_full_info().pss)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout.splitlines()[-1]) / 1024**2


def _until(true: Callable[[], bool], within_s: float) -> None:
    ends_at_s = time.monotonic() + within_s
    while not true():
        if time.monotonic() > ends_at_s:
            raise RuntimeError("the agent did not come so far")
        time.sleep(0.2)
