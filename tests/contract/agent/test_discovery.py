"""Discovery over real sockets: what answers is found, nothing is logged on to, and nothing outside is looked at."""

import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from pydantic import SecretStr

from agent import discovery as looking
from agent.discovery import NotFinished, discover
from agent.discovery_child import discover_apart
from agent.policy import NotAllowed, SitePolicy
from collectors.access import Secret
from collectors.credentials import SnmpCommunity, SnmpUser
from collectors.link.jobs import DISCOVERY_PORTS
from tests.peers.ports import loopback_address
from tests.peers.snmp_agent import SnmpAgent, snmprec
from tests.unit.agent.policies import AT, discovery, policy

POLICY = """\
networks = ["127.0.0.0/8", "192.168.10.0/24"]
ports = [22, 161, 443, 3493, 5985, 5986]
transports = ["snmp", "ssh"]
"""
CANARY = "Kanary.community.90ab"
COMMUNITY = Secret("disco", SnmpCommunity(kind="snmp", version="2c", community=SecretStr(CANARY)))


def may_bind(port: int) -> bool:
    """Return whether this user may listen on a port."""
    with socket.socket() as probe:
        try:
            probe.bind((loopback_address(), port))
        except OSError:
            return False
    return True


low_ports = pytest.mark.skipif(not may_bind(22), reason="needs the right to listen on ports below 1024")


@dataclass
class Listener:
    """A TCP server that says something, and keeps what it hears."""

    address: str
    port: int
    says: Callable[[socket.socket], None] = lambda plug: None
    heard: list[bytes] = field(default_factory=list)
    count: int = 0

    def __enter__(self) -> "Listener":
        self._server = socket.create_server((self.address, self.port))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()
        with suppress(OSError):
            socket.create_connection((self.address, self.port), timeout=1).close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                plug, _ = self._server.accept()
                self.count += 1
                threading.Thread(target=self._talk, args=(plug,), daemon=True).start()

    def _talk(self, plug: socket.socket) -> None:
        with plug, suppress(OSError):
            plug.settimeout(5)
            self.says(plug)
            while piece := plug.recv(4096):
                self.heard.append(piece)


@pytest.fixture
def address() -> str:
    return loopback_address()


@pytest.fixture
def start() -> Iterator[Callable[..., Any]]:
    with ExitStack() as keep:
        yield keep.enter_context


def look(folder: Path, address: str, **settings: Any) -> dict[str, Any]:
    """Return what was found at one address, {} for nothing."""
    found = discover(discovery(f"{address}/32"), policy(folder, settings.pop("text", POLICY)), lambda: AT, **settings)
    assert {one.address for one in found} <= {address}
    return found[0].model_dump() if found else {}


def test_an_open_port_is_found_and_nothing_is_sent_to_it(tmp_path: Path, address: str, start: Any) -> None:
    listener = start(Listener(address, 3493))
    assert look(tmp_path, address)["ports"] == (3493,)
    assert (listener.count, listener.heard) == (1, [])


def test_what_does_not_answer_is_no_device(tmp_path: Path, address: str) -> None:
    assert look(tmp_path, address) == {}


def test_only_ports_of_the_policy_are_looked_at(tmp_path: Path, address: str, start: Any) -> None:
    listeners = [start(Listener(address, port)) for port in (3493, 5985)]
    found = look(tmp_path, address, text=POLICY.replace("3493, ", ""))
    assert found["ports"] == (5985,)
    assert [one.count for one in listeners] == [0, 1]


@low_ports
@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", "SSH-2.0-OpenSSH_9.2p1"),
        (b"Welcome\r\nAuthorised only\r\nSSH-2.0-Cisco-1.25\n", "SSH-2.0-Cisco-1.25"),
        (b"SSH-2.0-x\x1b[31m\xe2\x80\xae\x07y\r\n", "SSH-2.0-x[31my"),
        (b"220 smtp ready\r\n" * 20, ""),
        (b"SSH-" + b"A" * 100_000, ""),
        (b"\xff\xfe\x00" * 100 + b"\n", ""),
        (b"", ""),
    ],
    ids=[
        "usual",
        "after a greeting",
        "with what steers terminals",
        "another protocol",
        "without end",
        "bytes",
        "silence",
    ],
)
def test_an_ssh_server_is_heard_and_not_spoken_to(
    tmp_path: Path, address: str, start: Any, said: bytes, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "SPEAK_S", 0.5)
    listener = start(Listener(address, 22, lambda plug: plug.sendall(said)))
    found = look(tmp_path, address)
    assert (found["ports"], found["banner"]) == ((22,), told)
    assert listener.heard == []


def sealed(name: str) -> Callable[[socket.socket], None]:
    """Return what a TLS server does with a connection; its certificate has this name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1", common_name=name).configure_cert(context)

    def talk(plug: socket.socket) -> None:
        with suppress(OSError), context.wrap_socket(plug.dup(), server_side=True) as tls:
            tls.recv(10)

    return talk


def test_the_name_in_a_certificate_is_told(tmp_path: Path, address: str, start: Any) -> None:
    start(Listener(address, 5986, sealed("srv1.example.test")))
    assert look(tmp_path, address)["banner"] == "srv1.example.test"


@pytest.mark.parametrize(
    "said", [b"HTTP/1.0 400 no\r\n\r\n", b"\x16\x03\x01" + b"\xff" * 500, b"", b"\x15\x03\x03\x00\x02\x02\x28"]
)
def test_a_port_that_speaks_no_tls_is_only_open(
    tmp_path: Path, address: str, start: Any, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "SPEAK_S", 0.5)
    start(Listener(address, 5986, lambda plug: plug.sendall(said)))
    found = look(tmp_path, address)
    assert (found["ports"], found["banner"]) == ((5986,), "")


def agent_at(address: str, start: Any, **settings: Any) -> SnmpAgent:
    """Return an SNMP agent on the port that a discovery asks; skips where this user may not listen there."""
    mib = snmprec("1.3.6.1.2.1.1.1.0|4|Switch\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.1.1\n1.3.6.1.2.1.1.5.0|4|sw1\n")
    started: SnmpAgent = start(SnmpAgent(mib, address=address, port=161, **settings))
    return started


@low_ports
def test_an_snmp_agent_is_asked_only_with_a_community_that_was_given(tmp_path: Path, address: str, start: Any) -> None:
    agent_at(address, start, community=CANARY)
    assert look(tmp_path, address) == {}
    found = look(tmp_path, address, community=COMMUNITY)
    assert (found["ports"], found["sys_name"], found["sys_descr"]) == ((161,), "sw1", "Switch")
    assert found["sys_object_id"] == "1.3.6.1.4.1.9.1.1"


@low_ports
def test_another_community_is_no_answer(tmp_path: Path, address: str, start: Any) -> None:
    agent_at(address, start, community="another")
    assert look(tmp_path, address, community=COMMUNITY) == {}


@low_ports
@pytest.mark.parametrize(
    "mischief", ["deep_oid", "huge_values", "random", "truncated", "lying_length", "flood", "wrong_id"]
)
def test_a_hostile_agent_is_at_most_a_device_without_a_name(
    tmp_path: Path, address: str, start: Any, mischief: Any
) -> None:
    agent_at(address, start, community=CANARY, mischief=mischief)
    found = discover_apart(discovery(f"{address}/32"), policy(tmp_path, POLICY), lambda: AT, community=COMMUNITY)
    assert all(len(one.sys_descr) <= 500 and len(one.sys_name) <= 200 for one in found)


def test_an_snmp_user_is_refused_because_a_discovery_logs_on_nowhere(tmp_path: Path, address: str) -> None:
    user = Secret("v3", SnmpUser(kind="snmp", version="3", user="ro"))
    with pytest.raises(NotFinished, match="logs on nowhere"):
        look(tmp_path, address, community=user)
    with pytest.raises(NotFinished, match="logs on nowhere"):
        discover_apart(discovery(f"{address}/32"), policy(tmp_path, POLICY), lambda: AT, community=user)


@pytest.mark.parametrize("network", ["10.0.0.0/24", "192.168.0.0/16", "8.8.8.8/32"])
@pytest.mark.parametrize("way", [discover, discover_apart])
def test_a_network_outside_the_policy_is_refused(tmp_path: Path, network: str, way: Any) -> None:
    with pytest.raises(NotAllowed):
        way(discovery(network), policy(tmp_path, POLICY), lambda: AT)


def test_a_network_outside_the_policy_is_not_touched_by_one_that_lies_half_in_it(
    tmp_path: Path, address: str, start: Any
) -> None:
    listener = start(Listener(address, 3493))
    inside = ".".join([*address.split(".")[:3], "0"])
    text = POLICY.replace("127.0.0.0/8", f"{address}/32")
    with pytest.raises(NotAllowed):
        discover(discovery(f"{inside}/24"), policy(tmp_path, text), lambda: AT)
    assert listener.count == 0


def test_probes_keep_to_the_rate_of_the_policy(tmp_path: Path) -> None:
    known = policy(tmp_path, POLICY + "[discovery]\nprobes_per_s = 10\n")
    block = loopback_address().rsplit(".", 1)[0]
    began_s = time.monotonic()
    discover(discovery(f"{block}.240/30"), known, lambda: AT)  # 2 addresses, 5 ports that TCP looks at
    assert time.monotonic() - began_s >= 0.9  # ten probes at ten a second: nine pauses


def test_an_end_before_its_end_is_told_and_not_taken_for_the_whole(tmp_path: Path, address: str) -> None:
    clock = iter([AT, *[AT + timedelta(hours=1)] * 100])
    job = discovery(f"{address}/32", not_after=AT + timedelta(minutes=1))
    with pytest.raises(NotFinished, match="its time was up"):
        discover(job, policy(tmp_path, POLICY), lambda: next(clock))


def test_a_stop_ends_it(tmp_path: Path, address: str) -> None:
    with pytest.raises(NotFinished):
        discover(discovery(f"{address}/32"), policy(tmp_path, POLICY), lambda: AT, stop=lambda: True)


def test_in_a_process_of_its_own_it_finds_the_same(tmp_path: Path, address: str, start: Any) -> None:
    start(Listener(address, 5986, sealed("srv1.example.test")))
    known = policy(tmp_path, POLICY)
    here, apart = (way(discovery(f"{address}/32"), known, lambda: AT) for way in (discover, discover_apart))
    assert here == apart
    assert here[0].banner == "srv1.example.test"


@low_ports
def test_the_community_is_in_no_command_line_environment_or_file(
    tmp_path: Path, address: str, start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent_at(address, start, community=CANARY)
    seen: list[bytes] = []

    def watch() -> bool:
        for process in Path("/proc").glob("[0-9]*"):
            for file in ("cmdline", "environ"):
                with suppress(OSError):
                    seen.append((process / file).read_bytes())
        return False

    job, known = discovery(f"{address}/32"), policy(tmp_path, POLICY)
    (found,) = discover_apart(job, known, lambda: AT, community=COMMUNITY, stop=watch)
    assert found.sys_name == "sw1"
    assert [one for one in seen if CANARY.encode() in one] == []
    assert [file for file in tmp_path.rglob("*") if CANARY in file.read_text(encoding="utf-8")] == []
    if os.name == "posix":
        assert seen


def test_a_process_that_outlives_its_job_is_ended(tmp_path: Path) -> None:
    known: SitePolicy = policy(tmp_path, POLICY)
    begun = datetime.now(UTC)
    job = discovery("127.99.0.0/20", not_after=begun + timedelta(seconds=1.5))
    with pytest.raises(NotFinished, match="was ended"):
        discover_apart(job, known)


def test_a_policy_changed_meanwhile_is_not_used(tmp_path: Path, address: str) -> None:
    known = policy(tmp_path, POLICY)
    policy(tmp_path, POLICY + "names = []\n")
    with pytest.raises(NotFinished, match="the policy was changed"):
        discover_apart(discovery(f"{address}/32"), known, lambda: AT)


def test_every_port_of_a_discovery_is_one_of_the_fixed_list() -> None:
    assert DISCOVERY_PORTS == (22, 161, 443, 3493, 5985, 5986)
