"""The wire that proves what comes to the fast engine in version 3: the header, the digest, and reports."""

import socket

import pytest

from collectors.errors import AccessDenied
from collectors.transports.snmp import gufo_engine, signed_wire
from collectors.transports.snmp.engine import Peer, Unclear
from collectors.transports.snmp.signed_wire import DIGESTS, SignedWire, header_of
from tests.contract.snmp.stand_ins import access_to, ask
from tests.contract.snmp.test_snmp_version_3 import (
    AUTH,
    NET_SNMP_PRIVACY,
    SYS_DESCR,
    USM_STATS,
    peer_user,
    snmpd,
    user,
)
from tests.peers.net_snmp import NetSnmpd
from tests.peers.snmp import AuthProtocol
from tests.peers.snmp_signed import KEY, REPORT, RESPONSE, signed_message

__all__ = ["snmpd"]

WRONG_DIGESTS = (1, 3, 6, 1, 6, 3, 15, 1, 1, 5, 0)


class Ends:
    """A wire between two sockets of this test: what the agent sends, and what arrives at the engine."""

    def __init__(self, auth: str = "SHA-1", *, private: bool = False) -> None:
        self.agent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.agent.bind(("127.0.0.1", 0))
        self.agent.settimeout(5)
        self.wire = SignedWire(Peer(*self.agent.getsockname()))
        self.engine = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        address, port = self.wire.place.split(":")
        self.engine.connect((address, int(port)))
        self.engine.setblocking(False)
        self.wire.join(self.engine.fileno())
        self.wire.demand(auth, KEY, private)
        self.engine.send(signed_message())
        self.wire.carry_out()
        _, self._asker = self.agent.recvfrom(9_000)

    def __enter__(self) -> "Ends":
        return self

    def __exit__(self, *_: object) -> None:
        self.wire.close()
        self.agent.close()
        self.engine.close()

    def passes(self, answer: bytes) -> bool:
        self.agent.sendto(answer, self._asker)
        passed = self.wire.carry_in()
        if passed:
            assert self.engine.recv(9_000) == answer
        else:
            with pytest.raises(BlockingIOError):
                self.engine.recv(9_000)
        return passed


@pytest.mark.parametrize("auth", DIGESTS)
def test_a_signed_answer_passes_as_it_came(auth: str) -> None:
    with Ends(auth) as ends:
        assert ends.passes(signed_message(auth=auth))


def test_no_answer_with_one_changed_bit_passes() -> None:
    genuine = signed_message()
    with Ends() as ends:
        for place in range(len(genuine) * 8):
            changed = bytearray(genuine)
            changed[place // 8] ^= 1 << place % 8
            assert not ends.passes(bytes(changed)), place


@pytest.mark.parametrize("auth", ["MD5", "SHA-256", None])
def test_an_answer_with_the_digest_of_another_protocol_is_dropped(auth: str | None) -> None:
    with Ends() as ends:
        assert not ends.passes(signed_message(auth=auth))


def test_an_answer_that_says_it_is_unsigned_is_dropped() -> None:
    with Ends() as ends:
        assert not ends.passes(signed_message(flags=0))


def test_an_answer_in_clear_to_an_encrypted_question_is_dropped() -> None:
    with Ends(private=True) as ends:
        assert not ends.passes(signed_message())


def test_a_signed_answer_to_another_message_is_dropped() -> None:
    with Ends() as ends:
        assert not ends.passes(signed_message(message_id=b"\x11\x22\x33\x45"))


def test_a_report_of_a_wrong_digest_is_a_refusal() -> None:
    with Ends() as ends, pytest.raises(AccessDenied, match="authentication key"):
        ends.passes(signed_message(REPORT, WRONG_DIGESTS, flags=0, auth=None))


def test_a_report_to_another_message_refuses_nobody() -> None:
    with Ends() as ends:
        assert not ends.passes(signed_message(REPORT, WRONG_DIGESTS, flags=0, auth=None, message_id=b"\1"))


def test_an_answer_that_holds_such_a_counter_is_no_report() -> None:
    with Ends() as ends:
        assert ends.passes(signed_message(RESPONSE, WRONG_DIGESTS))


def test_an_unsigned_report_of_the_time_is_left_to_the_reference() -> None:
    with Ends() as ends, pytest.raises(Unclear):
        ends.passes(signed_message(REPORT, (*WRONG_DIGESTS[:9], 2, 0), flags=0, auth=None))


def test_a_signed_report_of_the_time_passes_and_is_told() -> None:
    with Ends() as ends:
        assert ends.passes(signed_message(REPORT, (*WRONG_DIGESTS[:9], 2, 0)))
        assert ends.wire.out_of_time


def test_no_piece_of_a_message_is_a_signed_message() -> None:
    genuine = signed_message()
    assert header_of(genuine) is not None
    assert [header_of(genuine[:size]) for size in range(len(genuine))] == [None] * len(genuine)
    assert header_of(genuine + b"\0") is None


def test_a_message_with_endless_lengths_is_none() -> None:
    assert header_of(b"\x30\x84\xff\xff\xff\xff" + b"\x30\x80" * 500) is None
    assert signed_wire.header_of(b"") is None


@pytest.mark.peer
@pytest.mark.skipif(not gufo_engine.is_installed(), reason="gufo-snmp (extra 'fast') is not installed")
@pytest.mark.parametrize("privacy", ["NONE", *NET_SNMP_PRIVACY])
@pytest.mark.parametrize("auth", AUTH)
def test_the_fast_engine_reads_every_protocol_without_the_reference(
    snmpd: NetSnmpd, auth: AuthProtocol, privacy: str
) -> None:
    credential = user(f"u{auth}{privacy}".lower(), AUTH[auth], NET_SNMP_PRIVACY.get(privacy))  # type: ignore[call-overload]
    access = access_to(snmpd)
    engine = gufo_engine.GufoEngine(Peer(access.address, access.port_or_default), credential)
    try:
        (value,) = engine.get([SYS_DESCR], 5)
        assert len(engine.next_rows("1.3.6.1.2.1.1.9.1.3", 5, 5).rows) == 5
    finally:
        engine.close()
    assert value is not None
    assert value.raw == b"Datumline test agent"


@pytest.mark.peer
def test_the_counters_of_refusals_can_be_read_in_clear_too(snmpd: NetSnmpd) -> None:
    """An answer that names them looks much like a report."""
    counter = f"{USM_STATS}.5.0"
    assert ask(snmpd, [counter], credential=user(peer_user("SHA").name, "SHA-1")).number(counter) is not None
