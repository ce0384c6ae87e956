"""`datumline agent` as an operator and a service manager use it: real processes, a real device, TLS and a proxy."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from collectors.credentials import SnmpCommunity
from collectors.facts import document
from collectors.link.fingerprint import fingerprint_of
from collectors.link.messages import Scope
from collectors.link.sealing import information, seal, told
from tests.house.sources import ROOT
from tests.peers.connect_proxy import ConnectProxy
from tests.peers.server_link import SITE_ID, TOKEN, Answer, ServerPeer
from tests.peers.snmp_agent import SnmpAgent, snmprec

CREDENTIAL_ID = "01ARZ3NDEKTSV4RRFFQ69G5FA1"
pytestmark = pytest.mark.timeout(300)
WITHIN_S = 90.0


@dataclass
class Machine:
    """A machine at a site, as far as its state directory goes."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Returns what its commands run with."""
        own = {"DATUMLINE_STATE_DIR": str(self.folder), "PYTHONPATH": str(ROOT), "DATUMLINE_LOG": "INFO"}
        return {name: text for name, text in os.environ.items() if not name.startswith("DATUMLINE_")} | own

    def command(self, *words: str, stdin: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
        """Returns what a command said."""
        return subprocess.run(
            [sys.executable, "-m", "datumline", "agent", *words],
            cwd=ROOT,
            env={**self.environment, **environment},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    def policy(self, text: str) -> None:
        """Writes the site's policy."""
        file = self.folder / "agent" / "policy.toml"
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.write_text(text)
        file.chmod(0o644)

    @contextmanager
    def running(self) -> "Iterator[subprocess.Popen[bytes]]":
        """Gives `datumline agent run` as a process of its own."""
        with (self.folder / "agent.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "datumline", "agent", "run"], cwd=ROOT, env=self.environment, stderr=log
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path / "state")
    machine.folder.mkdir(mode=0o700)
    return machine


@pytest.fixture
def peer() -> Iterator[ServerPeer]:
    with ServerPeer() as server:
        yield server


def until(true: Callable[[], bool], machine: Machine) -> None:
    ends_at = time.monotonic() + WITHIN_S
    while not true():
        if time.monotonic() > ends_at:
            raise AssertionError((machine.folder / "agent.log").read_text()[-4000:])
        time.sleep(0.05)


def test_the_fingerprint_that_is_printed_is_the_one_of_the_keys_that_the_server_has(
    machine: Machine, peer: ServerPeer
) -> None:
    peer.first_state = "pending"
    done = machine.command("enrol", "--server", peer.url, "--token", TOKEN)
    shown = fingerprint_of(peer.agent.signing_key, peer.agent.sealing_key)
    assert (done.returncode, f"Fingerprint: {shown}\n" in done.stdout) == (0, True)
    assert "waits for a person" in done.stderr


@pytest.mark.parametrize(
    ("words", "stdin", "environment"),
    [
        (("--token", TOKEN), "", {}),
        (("--token", "-"), f"{TOKEN}\n", {}),
        (("--token", TOKEN.upper()), "", {}),
        ((), "", {"DATUMLINE_AGENT_TOKEN": TOKEN}),
    ],
    ids=["option", "stdin", "capitals", "environment"],
)
def test_the_token_can_be_given_so_that_no_process_list_shows_it(
    machine: Machine, peer: ServerPeer, words: tuple[str, ...], stdin: str, environment: dict[str, str]
) -> None:
    done = machine.command("enrol", "--server", peer.url, "--quiet", *words, stdin=stdin, **environment)
    assert (done.returncode, done.stdout.strip()) == (0, fingerprint_of(peer.agent.signing_key, peer.agent.sealing_key))


def test_enrolling_again_says_the_same_and_asks_nobody(machine: Machine, peer: ServerPeer) -> None:
    first = machine.command("enrol", "--server", peer.url, "--token", TOKEN, "--format", "json")
    again = machine.command("enrol", "--server", peer.url, "--token", TOKEN, "--format", "json")
    assert (first.returncode, first.stdout, peer.received) == (0, again.stdout, ["enrol"])
    assert json.loads(first.stdout)["state"] == "approved"


def test_enrolling_writes_a_first_policy_that_tells_its_keys_and_never_touches_one(
    machine: Machine, peer: ServerPeer
) -> None:
    first = machine.command("enrol", "--server", peer.url, "--token", TOKEN)
    file = machine.folder / "agent" / "policy.toml"
    written = file.read_text(encoding="utf-8")
    checked = machine.command("policy", "check")
    assert (first.returncode, checked.returncode, "Look at it before you approve" in first.stderr) == (0, 0, True)
    assert "# The networks whose devices may be read." in written
    machine.policy("networks = []\nports = []\ntransports = []\n")
    again = machine.command("enrol", "--server", peer.url)
    assert (again.returncode, file.read_text(encoding="utf-8")) == (0, "networks = []\nports = []\ntransports = []\n")


def test_a_lost_answer_is_mended_by_the_same_command(machine: Machine, peer: ServerPeer) -> None:
    peer.misbehave("enrol", lambda server, request: Answer(200, server.honest(request).content, lost=True))
    lost = machine.command("enrol", "--server", peer.url, "--token", TOKEN)
    again = machine.command("enrol", "--server", peer.url, "--token", TOKEN)
    assert (lost.returncode, again.returncode, len(peer.agents)) == (3, 0, 1)
    assert "run the same command again" in lost.stderr


def test_a_token_that_was_used_is_refused(machine: Machine, peer: ServerPeer, tmp_path: Path) -> None:
    machine.command("enrol", "--server", peer.url, "--token", TOKEN)
    other = Machine(tmp_path / "other")
    other.folder.mkdir()
    done = other.command("enrol", "--server", peer.url, "--token", TOKEN)
    assert (done.returncode, "ask for a new one" in done.stderr, len(peer.agents)) == (4, True, 1)


def test_a_machine_is_enrolled_anew_with_other_keys(machine: Machine, peer: ServerPeer) -> None:
    machine.command("enrol", "--server", peer.url, "--token", TOKEN)
    peer.tokens["b" * 32] = None
    done = machine.command("enrol", "--anew", "--server", peer.url, "--token", "b" * 32)
    assert (done.returncode, len(peer.agents)) == (0, 2)
    assert len({one.signing_key for one in peer.agents.values()}) == 2


@pytest.mark.parametrize(
    "words",
    [
        ("--token", TOKEN),
        ("--server", "http://192.0.2.1", "--token", TOKEN),
        ("--server", "ftp://127.0.0.1", "--token", TOKEN),
        ("--server", "https://user:secret@example.test", "--token", TOKEN),
        ("--server", "http://127.0.0.1:9"),
        ("--server", "http://127.0.0.1:9", "--token", "short"),
        ("--server", "http://127.0.0.1:9", "--token", "1" * 32),
    ],
    ids=str,
)
def test_a_wrong_command_line_is_told_and_nothing_is_sent(machine: Machine, words: tuple[str, ...]) -> None:
    assert machine.command("enrol", *words).returncode == 2


def test_a_server_that_does_not_answer_has_its_own_exit_code(machine: Machine) -> None:
    done = machine.command("enrol", "--server", "http://127.0.0.1:9", "--token", TOKEN)
    assert (done.returncode, "cannot be reached" in done.stderr) == (3, True)


def test_a_machine_that_is_not_enrolled_does_not_run_and_its_status_says_what_to_do(machine: Machine) -> None:
    machine.policy("networks = []\nports = []\ntransports = []\n")
    run, status = machine.command("run"), machine.command("status")
    assert (run.returncode, status.returncode, "datumline agent enrol" in status.stdout) == (2, 2, True)


def test_a_revoked_agent_ends_with_a_code_that_keeps_a_service_from_starting_it(
    machine: Machine, peer: ServerPeer
) -> None:
    machine.policy("networks = []\nports = []\ntransports = []\n")
    machine.command("enrol", "--server", peer.url, "--token", TOKEN)
    peer.agent.state = "revoked"
    first, second = machine.command("run"), machine.command("run")
    status = machine.command("status", "--offline")
    assert (first.returncode, second.returncode, status.returncode) == (4, 4, 4)
    assert "was revoked" in status.stdout


def sealed_credential(peer: ServerPeer, network: str) -> dict[str, object]:
    scope = Scope(networks=(IPv4Network(network),), transports=("snmp",))
    secret = told(SnmpCommunity(kind="snmp", version="2c", community=SecretStr("example-ro")))
    info = information(SITE_ID, CREDENTIAL_ID, 1, "snmp", scope)
    return {
        "id": CREDENTIAL_ID,
        "version": 1,
        "name": "snmp-ro",
        "kind": "snmp",
        "scope": scope.model_dump(mode="json"),
        "sealed": seal(secret, peer.agent.sealing_key, info),
    }


def left(children: list[psutil.Process]) -> list[psutil.Process]:
    """Return the processes that still do something; one that nobody has buried does nothing."""
    return [one for one in children if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def test_from_the_token_to_the_facts_of_a_device_over_tls_and_a_proxy(machine: Machine, tmp_path: Path) -> None:
    recording = (ROOT / "docs" / "examples" / "ups1.snmprec").read_text(encoding="utf-8")
    with (
        ServerPeer(tls=True) as peer,
        ConnectProxy() as proxy,
        SnmpAgent(snmprec(recording), community="example-ro") as device,
    ):
        assert peer.certificate is not None
        authority = peer.certificate.write_authority(tmp_path)
        peer.next_poll_s = 1
        enrolled = machine.command(
            "enrol", "--server", peer.url, "--token", TOKEN, "--ca-file", str(authority), "--proxy", proxy.url
        )
        assert enrolled.returncode == 0, enrolled.stderr
        network = f"{device.address}/32"
        machine.policy(f'networks = ["127.0.0.0/8"]\nports = [{device.port}]\ntransports = ["snmp"]\n')
        peer.credentials = [sealed_credential(peer, network)]
        for _ in range(3):
            peer.jobs.append(peer.scan_job(target={"address": device.address, "port": device.port, "name": "ups1"}))
        peer.jobs.append(peer.scan_job(target={"address": "127.0.0.99", "port": device.port}))
        with machine.running() as process:
            until(lambda: len(peer.stored) == 3 and any(poll.refused for poll in peer.agent.polls), machine)
            status = machine.command("status", "--format", "json")
            children = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(signal.SIGTERM)
            assert process.wait(WITHIN_S) == 0
        snapshot = document.parse(next(iter(peer.stored.values()))["document"])
        refused = {reason for poll in peer.agent.polls for reason in poll.refused.values()}
        assert (snapshot.problem, snapshot.device.driver) == (None, "apc_powernet")
        assert json.loads(status.stdout)["running"]["state"] == "approved"
        assert (status.returncode, peer.problems, left(children)) == (0, [], [])
        assert len(refused) == 1
        assert "covers" in refused.pop()
        assert proxy.received[0] == f"CONNECT {peer.address}:{peer.port}"
        assert any(poll.drivers.get("apc_powernet") == "snmp" for poll in peer.agent.polls)
        assert b"example-ro" not in (machine.folder / "agent.log").read_bytes()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can act for another user")
def test_an_administrator_can_look_and_enrol_and_the_files_stay_the_agents_own(
    machine: Machine, peer: ServerPeer
) -> None:
    agents_user = 65_534
    os.chown(machine.folder, agents_user, agents_user)
    enrolled = machine.command("enrol", "--server", peer.url, "--token", TOKEN)
    status = machine.command("status")
    files = [machine.folder / "agent", *(machine.folder / "agent").iterdir()]
    assert (enrolled.returncode, status.returncode, "no agent runs" in status.stdout) == (0, 2, True)
    assert {file.stat().st_uid for file in files if file.name != "policy.toml"} == {agents_user}
    assert (machine.folder / "agent" / "policy.toml").stat().st_uid == 0  # the agent can only read it
