"""The NUT peer against upsc and a raw socket, and beside the real upsd."""

import contextlib
import socket
from collections.abc import Iterator

import pytest

from tests.contract.peers.programs import needs, run
from tests.peers.nut import MISCHIEF, NutPeer
from tests.peers.real_upsd import RealUpsd, missing_upsd

DUMP = "# a remark\nups.status: OB LB\nbattery.charge: 5\nups.model: Smart 1500\n"
QUESTIONS = [
    *("VER", "NETVER", "LIST UPS", "GET VAR ups ups.status", "GET VAR ups nothing", "GET VAR other ups.status"),
    *("get var ups battery.charge", "LIST VAR other", "LIST VAR", "LIST", "FOO", "", "GET UPSDESC ups", "STARTTLS"),
    *("GET NUMLOGINS ups", "LOGIN ups", "USERNAME", "USERNAME reader", "USERNAME reader", "PASSWORD wrong"),
    *("PASSWORD wrong", "LOGIN ups", "SET VAR ups ups.status OL", "INSTCMD ups test.battery.start", "LOGOUT"),
]


def talk(address: str, port: int, lines: list[str]) -> list[str]:
    """Returns the answer to each line; lists are joined by ' / '."""
    answers = []
    with socket.create_connection((address, port), timeout=10) as tcp, tcp.makefile("rw", newline="\n") as stream:
        for line in lines:
            stream.write(line + "\n")
            stream.flush()
            answer = [stream.readline().rstrip("\n")]
            while answer[0].startswith("BEGIN") and not answer[-1].startswith("END"):
                answer.append(stream.readline().rstrip("\n"))
            answers.append(" / ".join(answer))
    return answers


@pytest.fixture(scope="module")
def upsd() -> Iterator[RealUpsd]:
    reason = missing_upsd()
    if reason:
        pytest.skip(reason)
    with RealUpsd({"ups": DUMP}, users={"reader": "right"}) as running:
        yield running


@pytest.mark.peer
def test_the_peer_says_what_the_real_daemon_says(upsd: RealUpsd) -> None:
    with NutPeer({"ups": DUMP}, users={"reader": "right"}) as peer:
        assert talk(peer.address, peer.port, QUESTIONS) == talk(upsd.address, upsd.port, QUESTIONS)


@pytest.mark.peer
def test_a_right_logon_is_seen_by_both(upsd: RealUpsd) -> None:
    lines = ["USERNAME reader", "PASSWORD right", "LOGIN ups", "LOGIN ups", "GET NUMLOGINS ups", "LOGOUT"]
    with NutPeer({"ups": DUMP}, users={"reader": "right"}) as peer:
        assert talk(peer.address, peer.port, lines) == talk(upsd.address, upsd.port, lines)


@pytest.mark.peer
def test_an_event_can_be_played_at_the_real_daemon(upsd: RealUpsd) -> None:
    upsd.set("ups", "ups.model", "Changed 3000")
    with pytest.raises(RuntimeError, match="VAR-NOT-SUPPORTED"):
        upsd.set("ups", "no.such.variable", "1")


@needs("upsc")
def test_upsc_lists_the_dump() -> None:
    with NutPeer({"ups": DUMP}) as peer:
        said = run("upsc", f"ups@{peer.address}:{peer.port}").stdout.splitlines()
    assert said == ["battery.charge: 5", "ups.model: Smart 1500", "ups.status: OB LB"]


@needs("upsc")
@pytest.mark.parametrize(
    ("trouble", "words"), [("stale", "Data stale"), ("unplugged", "Driver not connected")], ids=["stale", "unplugged"]
)
def test_upsc_understands_what_is_wrong(trouble: str, words: str) -> None:
    stale, unplugged = (["ups"] if trouble == name else [] for name in ("stale", "unplugged"))
    with NutPeer({"ups": DUMP}, stale=stale, unplugged=unplugged) as peer:
        assert words in run("upsc", f"ups@{peer.address}:{peer.port}").stderr


@needs("upsc")
def test_quotes_and_backslashes_survive() -> None:
    with NutPeer({"ups": 'ups.mfr: The "best" \\ maker\n'}) as peer:
        said = run("upsc", f"ups@{peer.address}:{peer.port}", "ups.mfr").stdout
    assert said == 'The "best" \\ maker\n'


def test_a_list_can_need_a_logon() -> None:
    with NutPeer({"ups": DUMP}, users={"reader": "right"}, login_needed=True) as peer:
        answers = talk(peer.address, peer.port, ["LIST VAR ups", "USERNAME reader", "PASSWORD bad", "LIST VAR ups"])
    assert answers == ["ERR ACCESS-DENIED", "OK", "OK", "ERR ACCESS-DENIED"]
    assert peer.refused_count == 1


def test_passwords_are_not_kept() -> None:
    with NutPeer({"ups": DUMP}) as peer:
        talk(peer.address, peer.port, ["USERNAME reader", "PASSWORD secret-word"])
    assert peer.received == ["USERNAME reader", "PASSWORD <secret>"]


def test_a_value_can_change() -> None:
    with NutPeer({"ups": DUMP}) as peer:
        peer.set("ups", "battery.charge", "17")
        assert talk(peer.address, peer.port, ["GET VAR ups battery.charge"]) == ['VAR ups battery.charge "17"']


@pytest.mark.parametrize("mischief", [one for one in MISCHIEF if one != "silent"])
def test_every_mischief_differs_from_the_truth(mischief: str) -> None:
    truth = b'BEGIN LIST VAR ups\nVAR ups ups.status "OL"\nEND LIST VAR ups\n'
    seen = b""
    with (
        NutPeer({"ups": "ups.status: OL"}, mischief=mischief) as peer,
        socket.create_connection((peer.address, peer.port)) as tcp,
        contextlib.suppress(TimeoutError),
    ):
        tcp.sendall(b"LIST VAR ups\n")
        tcp.settimeout(0.3)
        for _ in range(3):  # the whole truth comes in one piece
            seen += tcp.recv(4096)
    assert seen != truth
