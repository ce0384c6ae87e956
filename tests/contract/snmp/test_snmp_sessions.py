"""Opening sessions: the first question, names and addresses, detection's questions, and whose answer is believed."""

import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

import collectors
from collectors.access import Access
from collectors.credentials import LocalAccount, SnmpCommunity
from collectors.errors import AccessDenied, CollectError, Unreachable
from collectors.transports.snmp import open_session
from tests.contract.snmp.stand_ins import (
    BOTH_ENGINES,
    PUBLIC,
    PUBLIC_1,
    NotedGate,
    access_to,
    ask,
    circumstances,
    driver,
    secret,
)
from tests.peers import ber
from tests.peers.ports import free_port, loopback_address
from tests.peers.snmp_agent import SnmpAgent, snmprec

SYSTEM = "1.3.6.1.2.1.1"
ENGINE_ID = "1.3.6.1.6.3.10.2.1.1.0"
RECORDING = f"""{SYSTEM}.1.0|4|a switch
{SYSTEM}.2.0|6|1.3.6.1.4.1.9.1.1
{SYSTEM}.5.0|4|core-1
1.3.6.1.2.1.2.2.1.2.1|4|port 1
1.3.6.1.2.1.2.2.1.7.1|2|1
{ENGINE_ID}|4x|80001f8803aabbccddeeff
"""


@pytest.fixture
def agent() -> Iterator[SnmpAgent]:
    with SnmpAgent(snmprec(RECORDING)) as running:
        yield running


@pytest.mark.parametrize("fast", BOTH_ENGINES)
def test_the_hello_tells_object_id_description_address_and_engine(agent: SnmpAgent, fast: bool) -> None:
    session = open_session(access_to(agent), secret(PUBLIC), circumstances(), fast=fast)
    assert (session.hello.sys_object_id, session.hello.sys_descr) == ("1.3.6.1.4.1.9.1.1", "a switch")
    assert session.hello.address == agent.address
    assert session.hello.marks.snmp_engine_id == "80001f8803aabbccddeeff"
    session.close()
    session.close()


@pytest.mark.parametrize("credential", [PUBLIC, PUBLIC_1], ids=["2c", "1"])
def test_an_odd_system_group_does_not_stop_a_session(credential: SnmpCommunity) -> None:
    with SnmpAgent(snmprec(f"{SYSTEM}.1.0|4|\n{SYSTEM}.2.0|6|1.0.3.0.6.0.1.0")) as agent:
        session = open_session(access_to(agent), secret(credential), circumstances())
        assert (session.hello.sys_object_id, session.hello.sys_descr) == ("1.0.3.0.6.0.1.0", "")
        session.close()


def test_an_agent_without_a_system_group_is_asked_all_the_same() -> None:
    with SnmpAgent(snmprec("1.3.6.1.4.1.318.1.1.1.1.1.1.0|4|Smart-UPS")) as agent:
        session = open_session(access_to(agent), secret(PUBLIC), circumstances())
        assert session.hello.sys_object_id is None
        assert session.try_question("1.3.6.1.4.1.318.1.1.1.1.1.1.0") == "Smart-UPS"
        session.close()


@pytest.mark.parametrize("fast", BOTH_ENGINES)
def test_a_question_of_detection_is_a_scalar_or_the_first_of_a_column(agent: SnmpAgent, fast: bool) -> None:
    session = open_session(access_to(agent), secret(PUBLIC), circumstances(), fast=fast)
    asked = [f"{SYSTEM}.5.0", "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.7", f"{SYSTEM}.9.0", "1.3.6.1.2.1.2.2.1.3"]
    assert [session.try_question(question) for question in asked] == ["core-1", "port 1", "1", None, None]
    session.close()


def test_a_name_is_resolved(agent: SnmpAgent) -> None:
    with SnmpAgent(snmprec(RECORDING), address="127.0.0.1") as local:
        access = Access(transport="snmp", address="localhost", port=local.port)
        session = open_session(access, secret(PUBLIC), circumstances())
        assert session.hello.address == "127.0.0.1"
        session.close()


def test_an_unknown_name_is_unreachable() -> None:
    access = Access(transport="snmp", address="no-such-name.invalid", port=161)
    with pytest.raises(Unreachable, match=re.escape("no-such-name.invalid")):
        open_session(access, secret(PUBLIC), circumstances())


@pytest.mark.parametrize("fast", BOTH_ENGINES)
def test_ipv6_is_spoken(fast: bool) -> None:
    try:
        agent = SnmpAgent(snmprec(RECORDING), address="::1").start()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    try:
        assert ask(agent, [f"{SYSTEM}.5.0"], fast=fast).text(f"{SYSTEM}.5.0") == "core-1"
    finally:
        agent.close()


@pytest.mark.parametrize("fast", BOTH_ENGINES)
def test_a_closed_port_is_unreachable_at_once(fast: bool) -> None:
    address = loopback_address()
    access = Access(transport="snmp", address=address, port=free_port(address, "udp"))
    with pytest.raises(Unreachable, match="closed"):
        open_session(access, secret(PUBLIC), circumstances(), fast=fast)


@pytest.mark.parametrize("fast", BOTH_ENGINES)
def test_a_wrong_community_counts_as_no_logon(agent: SnmpAgent, fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.transports.snmp.asking.TIMEOUTS_S", (0.1, 0.1))
    wrong = SnmpCommunity(kind="snmp", version="2c", community=SecretStr("not it"))
    gate = NotedGate()
    with pytest.raises(Unreachable, match="community") as caught:
        open_session(access_to(agent), secret(wrong), circumstances(gate=gate), fast=fast)
    assert gate.accounts == []
    assert "not it" not in str(caught.value)


def test_a_credential_of_another_kind_is_refused_before_anything_is_sent(agent: SnmpAgent) -> None:
    from collectors.access import Secret

    with pytest.raises(AccessDenied):
        open_session(access_to(agent), Secret("local", LocalAccount(kind="local")), circumstances())
    assert agent.received == []


@pytest.mark.parametrize("fast", BOTH_ENGINES)
def test_an_answer_from_another_address_is_not_believed(fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.transports.snmp.asking.TIMEOUTS_S", (0.2, 0.2))
    with _OtherMouth() as mouth, pytest.raises(CollectError):
        open_session(access_to(mouth), secret(PUBLIC), circumstances(), fast=fast)
    assert mouth.answered_count > 0


@pytest.mark.parametrize("fast", BOTH_ENGINES)
def test_one_sessions_end_is_not_anothers(agent: SnmpAgent, fast: bool) -> None:
    first, second = (open_session(access_to(agent), secret(PUBLIC), circumstances(), fast=fast) for _ in range(2))
    first.close()
    assert second.ask(driver([f"{SYSTEM}.5.0"])).text(f"{SYSTEM}.5.0") == "core-1"
    second.close()


def test_many_sessions_share_one_loop(agent: SnmpAgent) -> None:
    before = {thread.ident for thread in threading.enumerate() if thread.name == "pysnmp"}
    for _ in range(5):
        ask(agent, [f"{SYSTEM}.5.0"], fast=False)
    after = {thread.ident for thread in threading.enumerate() if thread.name == "pysnmp"}
    assert len(after) == 1
    assert before <= after


def test_no_code_of_ours_can_write_to_an_agent() -> None:
    folder = Path(collectors.__file__).parent
    words = re.compile(r"SetRequest|set_cmd|setCmd|SetCommand|snmpset", re.IGNORECASE)
    writers = [str(file) for file in folder.rglob("*.py") if words.search(file.read_text(encoding="utf-8"))]
    assert writers == []


class _OtherMouth:
    """Hears on one address and answers, rightly, from another one."""

    def __init__(self) -> None:
        self.address = loopback_address()
        self.answered_count = 0
        self._ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._ear.bind((self.address, 0))
        self.port = int(self._ear.getsockname()[1])
        self._mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._mouth.bind((loopback_address(), self.port))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        while True:
            datagram, sender = self._ear.recvfrom(2_000)
            if not datagram:
                return
            request = ber.read_request(datagram)
            pairs = [ber.varbind(oid, ber.Value(ber.OCTETS, b"from elsewhere")) for oid in request.oids]
            self._mouth.sendto(ber.response(request, pairs), sender)
            self.answered_count += 1

    def __enter__(self) -> "_OtherMouth":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", (self.address, self.port))
        self._thread.join(5)
        self._ear.close()
        self._mouth.close()
