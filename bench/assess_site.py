"""A whole `datumline assess` of 300 simulated devices: wall time against one device after the other, and memory."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil
from pydantic import SecretStr

from bench import site_devices
from bench.measured import Measured
from collectors.access import Access, Secret
from collectors.collect import collect
from collectors.credentials import SnmpCommunity
from tests.contract.open_circumstances import circumstances

DEVICES_COUNT = 300
ALONE_COUNT = 6
"""How many devices are also read one after the other, for the sum of what each takes alone."""
MEMORY_LIMIT_MB = 300
"""What the design allows the agent with its children."""
POLL_S = 0.2
CREDENTIALS = '[bench]\nkind = "snmp"\nversion = "2c"\ncommunity = "public"\n'
DEVICE = """
[[device]]
name = "device-{number}"
access = [{{transport = "snmp", address = "{address}", port = {port}, credential = "bench"}}]
"""


def _assess(folder: Path, places: Sequence[tuple[str, int]]) -> tuple[float, float]:
    """Return the seconds and the most megabytes of an assessment; raises RuntimeError when a device gave nothing."""
    site = folder / "site.toml"
    head = 'client = "Bench"\nsite = "Bench"\ntime_zone = "Europe/Berlin"\n'
    devices = (DEVICE.format(number=number, address=a, port=p) for number, (a, p) in enumerate(places))
    site.write_text(head + "".join(devices), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "datumline",
        "assess",
        str(site),
        "--credentials",
        str(folder / "credentials.toml"),
    ]
    output = folder / "checklist.json"
    state = folder / f"state-{len(places)}"
    began_s = time.perf_counter()
    with subprocess.Popen(
        [*command, "--format", "json", "--output", str(output)],
        env={**os.environ, "DATUMLINE_STATE_DIR": str(state)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        most_mb = 0.0
        while process.poll() is None:
            most_mb = max(most_mb, _memory_mb(process.pid))
            time.sleep(POLL_S)
        took_s = time.perf_counter() - began_s
        if process.returncode:
            assert process.stderr is not None
            raise RuntimeError(f"assess ended with {process.returncode}: {process.stderr.read().decode()[-1_000:]}")
    json.loads(output.read_text(encoding="utf-8"))
    return took_s, most_mb


def _memory_mb(pid: int) -> float:
    """Return the memory of a process and its children, pages that they share counted once."""
    total = 0
    with suppress(psutil.Error):
        parent = psutil.Process(pid)
        for one in (parent, *parent.children(recursive=True)):
            with suppress(psutil.Error):
                total += one.memory_full_info().pss
    return total / 1024**2


def _alone_s(place: tuple[str, int]) -> float:
    """Return how long one device takes that is read alone, from the first question to its facts."""
    address, port = place
    access = Access(transport="snmp", address=address, port=port)
    secret = Secret("bench", SnmpCommunity(kind="snmp", version="2c", community=SecretStr("public")))
    began_s = time.perf_counter()
    snapshot = collect("alone", access, secret, circumstances(timeout_s=60))
    if snapshot.problem is not None:
        raise RuntimeError(f"{address}: {snapshot.problem.text}")
    return time.perf_counter() - began_s


def measure() -> list[Measured]:
    """Return the wall time beside the sum of what each device takes alone, and the memory at its highest."""
    with tempfile.TemporaryDirectory() as name, site_devices.running(DEVICES_COUNT) as places:
        folder = Path(name)
        credentials = folder / "credentials.toml"
        credentials.write_text(CREDENTIALS, encoding="utf-8")
        credentials.chmod(0o600)
        _alone_s(places[0])  # imports and caches
        each_s = [_alone_s(place) for place in places[:ALONE_COUNT]]
        took_s, most_mb = _assess(folder, places)
    what = f"assess of {DEVICES_COUNT} devices by SNMP"
    peer = f"the sum of {DEVICES_COUNT} alone (mean of {ALONE_COUNT})"
    return [
        Measured(what, "s", took_s, peer, sum(each_s) / len(each_s) * DEVICES_COUNT),
        Measured(f"{what}, agent and children", "MB", most_mb, at_most=MEMORY_LIMIT_MB),
    ]
