"""The caps on what a WinRM endpoint may answer, at their exact edges."""

import itertools
import socket
from collections.abc import Callable, Iterator

import pytest
import requests

from collectors.access import Deadline
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.transports.winrm.guard import ENVELOPE_LIMIT_BYTES, SESSION_LIMIT_BYTES, GuardedAdapter
from collectors.transports.winrm.session import EMPTY_LIMIT_COUNT
from tests.contract.winrm.test_session import DRIVER, PASSWORD, USER, WINDOWS, over
from tests.peers import winrm_soap as soap
from tests.peers.listener import TcpPeer
from tests.peers.powershell import PowerShell
from tests.peers.winrm import WinrmPeer

Read = Callable[[int], int]


class Sized(TcpPeer):
    """Answers each request with as many octets as its path says."""

    def serve(self, connection: socket.socket) -> None:
        """Speak HTTP on one connection, one request after the other."""
        with connection.makefile("rwb") as wire:
            while head := list(itertools.takewhile(lambda line: line.strip(), wire)):
                count = int(head[0].split()[1].strip(b"/"))
                wire.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % count + b"x" * count)
                wire.flush()


class Hesitant(WinrmPeer):
    """Says so often that there is nothing to say yet, before it gives the output."""

    def __init__(self, count: int) -> None:
        super().__init__(PowerShell(WINDOWS), users={USER: PASSWORD})
        self.left_count = count

    def answer(self, envelope: bytes, user: str) -> tuple[int, bytes, str]:
        """Return an answer to Receive that holds nothing as long as any is left."""
        call = soap.read(envelope)
        if call.action == "Receive" and self.left_count:
            self.left_count -= 1
            return 200, soap.received(call.message_id, call.command_id, b"", b"", None), ""
        return super().answer(envelope, user)


@pytest.fixture
def read() -> Iterator[Read]:
    """Give a function that reads a body of so many octets, each time in the same session."""
    with Sized() as peer, requests.Session() as session:
        session.mount("http://", GuardedAdapter(Deadline(60), None, one_proof=True))
        session.trust_env = False
        yield lambda count: len(session.get(f"http://{peer.address}:{peer.port}/{count}").content)


def test_an_envelope_at_the_cap_is_read(read: Read) -> None:
    assert read(ENVELOPE_LIMIT_BYTES) == ENVELOPE_LIMIT_BYTES


def test_an_envelope_of_one_octet_more_is_refused(read: Read) -> None:
    with pytest.raises(UnexpectedReply, match=f"longer than {ENVELOPE_LIMIT_BYTES} bytes"):
        read(ENVELOPE_LIMIT_BYTES + 1)


def test_all_envelopes_of_a_session_up_to_the_cap_are_read(read: Read) -> None:
    whole, rest = divmod(SESSION_LIMIT_BYTES, ENVELOPE_LIMIT_BYTES - 1)
    assert sum(map(read, [*[ENVELOPE_LIMIT_BYTES - 1] * whole, rest])) == SESSION_LIMIT_BYTES


def test_one_octet_more_in_a_session_is_refused(read: Read) -> None:
    for _ in range(SESSION_LIMIT_BYTES // ENVELOPE_LIMIT_BYTES):
        read(ENVELOPE_LIMIT_BYTES)
    with pytest.raises(UnexpectedReply, match=f"longer than {SESSION_LIMIT_BYTES} bytes"):
        read(1)


def test_as_many_answers_without_anything_as_allowed_are_borne() -> None:
    with Hesitant(EMPTY_LIMIT_COUNT) as server:
        session = over(server, timeout_s=90)
        assert session.ask(DRIVER)["os"] == WINDOWS["os"]
        session.close()


def test_one_answer_without_anything_more_is_refused() -> None:
    with Hesitant(EMPTY_LIMIT_COUNT + 1) as server:
        session = over(server, timeout_s=90)
        told = session.ask(DRIVER).replies["os"]
        session.close()
    assert isinstance(told, Gap)
    assert (told.reason, "nothing to say yet" in told.text) == (GapReason.UNEXPECTED_REPLY, True)
