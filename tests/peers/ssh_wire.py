"""What hostile and obsolete SSH servers send before encryption starts, byte by byte from RFC 4253."""

import itertools
import os
import socket
import struct
from collections.abc import Callable
from typing import Final, Literal, get_args

WireMischief = Literal["silent", "endless_banner", "banner_drip", "banner_flood", "not_ssh"]
WIRE_MISCHIEF: Final[tuple[str, ...]] = get_args(WireMischief)
SSH_MSG_KEXINIT: Final = 20
MOST_IDENT_BYTES: Final = 255
MOST_PACKET_BYTES: Final = 35_000  # RFC 4253 section 6.1
SHA1_NAMES: Final = (
    "diffie-hellman-group14-sha1,diffie-hellman-group1-sha1",
    "ssh-rsa",
    *("aes128-cbc,3des-cbc",) * 2,
    *("hmac-sha1",) * 2,
    *("none",) * 2,
    *("",) * 2,
)

Pause = Callable[[float], bool]


def misbehave(connection: socket.socket, mischief: str, pause: Pause) -> None:
    """Sends what the mischief says until the client goes away or the peer closes."""
    match mischief:
        case "silent":
            while connection.recv(4096):
                pass
        case "not_ssh":
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        case "banner_flood":  # one line without an end
            while pause(0):
                connection.sendall(b"A" * 65_536)
        case "endless_banner":  # RFC 4253 section 4.2 allows lines before the identification
            for number in itertools.count():
                connection.sendall(b"line %d of the banner\r\n" % number)
                if not pause(0.001):
                    return
        case "banner_drip":
            for octet in itertools.cycle(b"SSH-2.0-slow"):
                connection.sendall(bytes((octet,)))
                if not pause(0.2):
                    return


def offer_only_sha1(connection: socket.socket, ident: str) -> None:
    """Offers only algorithms with SHA-1, as equipment of before 2013 does, and waits for the client to give up."""
    lists = b"".join(struct.pack(">I", len(names)) + names.encode() for names in SHA1_NAMES)
    payload = bytes((SSH_MSG_KEXINIT,)) + os.urandom(16) + lists + b"\0" + struct.pack(">I", 0)
    padding = 8 - (len(payload) + 5) % 8
    padding += 8 if padding < 4 else 0  # RFC 4253 section 6: at least four bytes
    packet = struct.pack(">IB", len(payload) + padding + 1, padding) + payload + bytes(padding)
    connection.sendall(ident.encode() + b"\r\n" + packet)
    with connection.makefile("rb") as incoming:
        incoming.readline(MOST_IDENT_BYTES)
        for _ in range(2):  # the client's own offer, then its good-bye, or a key exchange that nobody here can finish
            size = int.from_bytes(incoming.read(4), "big")
            if not 0 < size <= MOST_PACKET_BYTES or len(incoming.read(size)) < size:
                return


def answers_ssh(address: str, port: int) -> bool:
    """Returns whether an SSH server identifies itself within half a second."""
    try:
        with socket.create_connection((address, port), timeout=0.5) as probe:
            return probe.recv(4) == b"SSH-"
    except OSError:
        return False
