"""Loopback addresses and ports belong to one test at a time."""

import socket
import subprocess
import sys

from tests.peers.listener import TcpPeer
from tests.peers.ports import free_port, loopback_address


class Greeter(TcpPeer):
    """Says hello."""

    def serve(self, connection: socket.socket) -> None:
        self.hear("came")
        connection.sendall(b"hello")


def test_an_address_is_given_only_once() -> None:
    addresses = [loopback_address() for _ in range(600)]
    assert len(set(addresses)) == 600


def test_two_processes_get_different_blocks() -> None:
    script = "from tests.peers.ports import loopback_address; print(loopback_address()); input()"
    arguments = [sys.executable, "-c", script]
    ends = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(arguments, text=True, **ends) as one, subprocess.Popen(arguments, text=True, **ends) as two:  # type: ignore[call-overload]
        first, second = one.stdout.readline(), two.stdout.readline()
        one.communicate("\n", timeout=10)
        two.communicate("\n", timeout=10)
    assert first.rsplit(".", 1)[0] != second.rsplit(".", 1)[0]


def test_a_free_port_can_be_bound() -> None:
    address = loopback_address()
    port = free_port(address, "udp")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind((address, port))
        assert udp.getsockname() == (address, port)


def test_a_closed_peer_listens_no_more() -> None:
    with Greeter() as peer, socket.create_connection((peer.address, peer.port)) as client:
        assert client.recv(10) == b"hello"
    with socket.socket() as client:
        assert client.connect_ex((peer.address, peer.port)) != 0


def test_ipv6_peers_listen_too() -> None:
    with Greeter("::1") as peer, socket.create_connection(("::1", peer.port)) as client:
        assert client.recv(10) == b"hello"
