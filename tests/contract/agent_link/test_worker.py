"""The worker process with its real parts: policy, vault, pool; against devices over real sockets."""

import io
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest
from pydantic import SecretStr, TypeAdapter

from agent.hands import Hands
from agent.home import Home
from agent.keys import own_keys
from agent.vault import Vault
from agent.worker_words import Begin, Channel, Do, Ready, Told, WordFromWorker
from collectors.credentials import SnmpCommunity, SshAccount
from collectors.facts import document
from collectors.facts.gaps import GapReason
from collectors.link.ids import fresh_id
from collectors.link.jobs import Job
from collectors.link.messages import Scope
from tests.house.sources import ROOT
from tests.peers.snmp_agent import SnmpAgent, snmprec
from tests.peers.ssh_linux import ExecAnswer, SshExecPeer

pytestmark = pytest.mark.timeout(300)
WITHIN_S = 90.0
NETWORKS = (IPv4Network("127.0.0.0/8"),)
RECORDING = ROOT / "docs" / "examples" / "ups1.snmprec"
JOB: TypeAdapter[Job] = TypeAdapter(Job)


class Works:
    """A worker, its home, and what it has said."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder / "agent")
        self.policy = folder / "policy.toml"
        self.vault = Vault(self.home.vault, own_keys(self.home.keys, datetime.now(UTC)), fresh_id())
        self.vault.enter(
            "snmp-ro",
            SnmpCommunity(kind="snmp", version="2c", community=SecretStr("example-ro")),
            Scope(networks=NETWORKS, transports=("snmp",)),
        )
        self.said: list[WordFromWorker] = []
        self.ended_count = 0
        begin = Begin(home=str(self.home.folder), policy=str(self.policy), site_id=fresh_id())
        self.hands = Hands(begin, self.said.append, self._ended, environment={"DATUMLINE_STATE_DIR": str(folder)})

    def _ended(self) -> None:
        self.ended_count += 1

    def allow(self, *ports: int, **transports: Any) -> None:
        """Writes the policy."""
        names = transports.get("transports", ["snmp", "ssh"])
        self.policy.write_text(f'networks = ["127.0.0.0/8"]\nports = {list(ports)}\ntransports = {names}\n')
        self.policy.chmod(0o644)

    def do(self, address: str, port: int, *, ahead_s: float = 0.0, **changes: Any) -> str:
        """Gives a job and returns its id."""
        kind = changes.pop("kind", "scan")
        target = {
            "device_id": fresh_id(),
            "name": "a device",
            "transport": "snmp",
            "address": address,
            "port": port,
            "credential": "snmp-ro",
            **changes,
        }
        told = {
            "kind": kind,
            "id": fresh_id(),
            "attempt": 1,
            "not_after": datetime.now(UTC) + timedelta(hours=1),
            "target": target,
        }
        job = JOB.validate_python(told)
        self.hands.ready()
        assert self.hands.give(Do(job=job, clock_ahead_s=ahead_s))
        return job.id

    def told(self, job_id: str) -> Told:
        """Returns what the worker says of a job."""
        return until(lambda: next((one for one in self.all_told() if one.job_id == job_id), None))

    def all_told(self) -> list[Told]:
        """Returns all that was said of jobs."""
        return [one for one in self.said if isinstance(one, Told)]

    def ready(self) -> Ready:
        """Returns its first word."""
        self.hands.ready()
        return until(lambda: next((one for one in self.said if isinstance(one, Ready)), None))


Found = TypeVar("Found")


def until(found: Callable[[], Found | None]) -> Found:
    """Return what is found in time."""
    ends_at = time.monotonic() + WITHIN_S
    while (one := found()) is None:
        assert time.monotonic() < ends_at
        time.sleep(0.02)
    return one


@pytest.fixture
def works(tmp_path: Path) -> Iterator[Works]:
    one = Works(tmp_path)
    yield one
    one.hands.end()


@pytest.fixture
def ups() -> Iterator[SnmpAgent]:
    with SnmpAgent(snmprec(RECORDING.read_text(encoding="utf-8")), community="example-ro") as device:
        yield device


def test_a_device_is_read_and_its_readings_carry_the_servers_time(works: Works, ups: SnmpAgent) -> None:
    works.allow(ups.port)
    told = works.told(works.do(ups.address, ups.port, ahead_s=86_400.0))
    assert told.document is not None
    snapshot = document.parse(told.document)
    ahead_s = (snapshot.observed_at - datetime.now(UTC)).total_seconds()
    assert (snapshot.problem, snapshot.device.driver, 86_000 < ahead_s < 86_500) == (None, "apc_powernet", True)
    assert (told.hold is not None, told.hold and told.hold.state) == (True, "works")


def test_a_worker_whose_agent_is_gone_before_it_is_ready_ends_without_a_word(works: Works) -> None:
    works.allow(161)
    hands = works.hands
    command, environment = list(hands.command), {**os.environ, **hands.environment, "PYTHONPATH": str(ROOT)}
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, cwd=ROOT, **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        Channel(io.BytesIO(), process.stdin).send(hands.begin)
        process.stdin.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (0, b"")


def test_the_worker_says_which_drivers_there_are(works: Works) -> None:
    works.allow(161)
    assert works.ready().drivers["linux"] == "ssh"


def test_a_job_outside_the_policy_is_refused_and_nothing_is_sent(works: Works, ups: SnmpAgent) -> None:
    works.allow(161)
    told = works.told(works.do(ups.address, ups.port))
    assert ("port" in (told.refused or ""), ups.received) == (True, [])


def test_a_policy_that_changes_counts_for_the_next_job(works: Works, ups: SnmpAgent) -> None:
    works.allow(ups.port)
    assert works.told(works.do(ups.address, ups.port)).document is not None
    works.allow(161)
    assert works.told(works.do(ups.address, ups.port)).refused is not None


def test_a_credential_that_nobody_entered_is_a_refusal(works: Works, ups: SnmpAgent) -> None:
    works.allow(ups.port)
    told = works.told(works.do(ups.address, ups.port, credential="another"))
    assert ("another" in (told.refused or ""), ups.received) == (True, [])


def test_jobs_that_come_while_others_run_are_done_beside_them(works: Works) -> None:
    with ExitStack() as stack:
        values = snmprec(RECORDING.read_text(encoding="utf-8"))
        slow = stack.enter_context(SnmpAgent(values, community="example-ro", delay_s=0.2))
        quick = stack.enter_context(SnmpAgent(values, community="example-ro"))
        works.allow(slow.port, quick.port)
        first = works.do(slow.address, slow.port, name="slow")
        while not slow.received:
            time.sleep(0.01)
        second = works.do(quick.address, quick.port, name="quick")
        assert works.told(second).document is not None
        assert works.told(first).document is not None
        assert [one.job_id for one in works.all_told()] == [second, first]


def test_an_access_is_tried_without_reading_the_device(works: Works, ups: SnmpAgent) -> None:
    works.allow(ups.port)
    told = works.told(works.do(ups.address, ups.port, kind="try_access"))
    assert told.tried is not None
    assert (told.tried.works, told.tried.driver, told.document) == (True, "apc_powernet", None)


def test_a_refused_password_is_told_as_a_hold_and_what_waits_with_it_too(works: Works) -> None:
    works.vault.enter(
        "lin-ro",
        SshAccount(kind="ssh", user="audit@example.com", password=SecretStr("the old one")),
        Scope(networks=NETWORKS, transports=("ssh",)),
    )
    with ExitStack() as stack:
        peers = [
            stack.enter_context(
                SshExecPeer(lambda script: ExecAnswer(), user="audit@example.com", password="the new one")
            )
            for _ in range(2)
        ]
        works.allow(*[peer.port for peer in peers])
        states = []
        for peer in peers:
            job = works.do(peer.address, peer.port, transport="ssh", credential="lin-ro", driver="linux")
            told = works.told(job)
            states.append((told.hold and told.hold.state, told.document and document.parse(told.document).problem))
            pinned = told.new_pins
        assert [state for state, _ in states] == ["refused", "waits"]
        assert [gap and gap.reason for _, gap in states] == [GapReason.ACCESS_DENIED, GapReason.CREDENTIAL_ON_HOLD]
        assert sum(peer.refused_count for peer in peers) == 1
        assert pinned == {}


def test_a_key_that_is_trusted_at_first_contact_goes_into_the_report(works: Works) -> None:
    works.vault.enter(
        "lin-ro",
        SshAccount(kind="ssh", user="audit", password=SecretStr("right")),
        Scope(networks=NETWORKS, transports=("ssh",)),
    )
    with SshExecPeer(lambda script: ExecAnswer(), user="audit", password="right") as peer:
        works.allow(peer.port)
        ask: dict[str, Any] = {"transport": "ssh", "credential": "lin-ro", "driver": "linux"}
        first, second = (works.told(works.do(peer.address, peer.port, **ask)) for _ in range(2))
        assert list(first.new_pins) == ["host key"]
        assert first.new_pins["host key"].startswith("SHA256:")
        assert second.new_pins == {}


def test_what_has_begun_is_finished_at_a_stop(works: Works) -> None:
    values = snmprec(RECORDING.read_text(encoding="utf-8"))
    with SnmpAgent(values, community="example-ro", delay_s=0.1) as slow:
        works.allow(slow.port)
        job = works.do(slow.address, slow.port)
        while not slow.received:
            time.sleep(0.01)
        works.hands.stop(30.0)
        assert [one.job_id for one in works.all_told()] == [job]
        assert (works.hands.pid, works.ended_count) == (None, 1)


def test_what_is_under_way_is_broken_off_when_the_agent_is_gone_and_no_process_is_left(works: Works) -> None:
    values = snmprec(RECORDING.read_text(encoding="utf-8"))
    with SnmpAgent(values, community="example-ro", delay_s=2.0) as slow:
        works.allow(slow.port)
        works.do(slow.address, slow.port)
        while not slow.received:
            time.sleep(0.01)
        assert works.hands.pid is not None
        family = [psutil.Process(works.hands.pid), *psutil.Process(works.hands.pid).children(recursive=True)]
        works.hands.end()
        gone, alive = psutil.wait_procs(family, timeout=20)
        left = [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]
        assert (works.all_told(), left, len(gone) > 0) == ([], [], True)
