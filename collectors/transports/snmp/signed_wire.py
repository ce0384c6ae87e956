"""Stands between the fast engine and an agent of version 3, and lets only answers with the right digest pass.

gufo-snmp signs what it sends and believes what it gets: any answer with the right ids, signed or not. So it talks to a
socket of this process, and each message of the agent is proved here (RFC 3414, section 3.2) before it is handed on; the
digest covers every octet of it. Of the message itself only the header is read: where the digest is, and of what report
it tells, so that a refusal is known as one and never followed by a second try.
"""

import hmac
import socket
from typing import Final, NamedTuple

from collectors.errors import AccessDenied
from collectors.transports.snmp.engine import ANSWER_LIMIT_BYTES, Peer, Unclear
from collectors.transports.snmp.usm import NOT_IN_TIME, REFUSED, REPORTS

DIGESTS: Final = {
    "MD5": ("md5", 12),
    "SHA-1": ("sha1", 12),
    "SHA-224": ("sha224", 16),
    "SHA-256": ("sha256", 24),
    "SHA-384": ("sha384", 32),
    "SHA-512": ("sha512", 48),
}
"""By the credential's word: the hash, and how many octets of it are sent (RFC 3414, 7860)."""

INTEGER, OCTETS, SEQUENCE, REPORT = 0x02, 0x04, 0x30, 0xA8
AUTHENTICATED, PRIVATE = 1, 2  # msgFlags, RFC 3412 section 6.4
USM_STATS: Final = bytes((0x06, 0x0A, 0x2B, 6, 1, 6, 3, 15, 1, 1))
"""The name that a report tells, as it is encoded, up to the number of the counter: 1.3.6.1.6.3.15.1.1.N.0."""


class Header(NamedTuple):
    """What is read of a message: its id as encoded, its flags, its digest, and where the digest and the data begin."""

    message_id: bytes
    flags: int
    digest: bytes
    digest_at: int
    data_at: int


class SignedWire:
    """Two sockets: one to the agent, one to the fast engine, whose messages it carries."""

    def __init__(self, peer: Peer) -> None:
        """Open the sockets; raises OSError."""
        family = socket.AF_INET6 if ":" in peer.address else socket.AF_INET
        self._agent = socket.socket(family, socket.SOCK_DGRAM)
        self._near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._agent.connect((peer.address, peer.port))
            self._agent.setblocking(False)
            self._near.bind(("127.0.0.1", 0))
        except OSError:
            self.close()
            raise
        self._key: bytes | None = None
        self._hash, self._digest_bytes, self._flags = "", 0, 0
        self._asked_id = b""
        self.out_of_time = False
        """Whether the last answer was a signed report that our time is not the agent's; it tells the right one."""

    @property
    def place(self) -> str:
        """Return the address and port to which the engine is to speak."""
        address, port = self._near.getsockname()
        return f"{address}:{port}"

    @property
    def descriptor(self) -> int:
        """Return the descriptor that has something to read when the agent has answered."""
        return self._agent.fileno()

    def join(self, descriptor: int) -> None:
        """Hear from now on only the engine whose socket this is."""
        engine = socket.socket(fileno=descriptor)
        try:
            self._near.connect(engine.getsockname())
        finally:
            engine.detach()
        self._near.setblocking(False)

    def demand(self, auth: str, key: bytes, private: bool) -> None:
        """Let from now on only messages pass that are signed with a key bound to the agent's engine."""
        self._hash, self._digest_bytes = DIGESTS[auth]
        self._flags = AUTHENTICATED | (PRIVATE if private else 0)
        self._key = key

    def carry_out(self) -> None:
        """Send the agent what the engine has just said; raises OSError."""
        message = self._near.recv(ANSWER_LIMIT_BYTES)
        header = header_of(message)
        self._asked_id = header.message_id if header else b""
        self.out_of_time = False
        self._agent.send(message)

    def carry_in(self) -> bool:
        """Hand on the next message of the agent; returns False when it is dropped.

        Raises AccessDenied when it says that it refuses the account, Unclear when it says that it is another engine or
        lives in another time, and OSError.
        """
        message = self._agent.recv(ANSWER_LIMIT_BYTES + 1)
        header = header_of(message) if len(message) <= ANSWER_LIMIT_BYTES else None
        if header is None or header.message_id != self._asked_id:
            return False
        if self._key is None:
            self._near.send(message)
            return True
        told = report_in(message, header)
        if told in REFUSED:
            raise AccessDenied(REFUSED[told])
        if self._is_signed(message, header):
            self.out_of_time = told == NOT_IN_TIME
            if told is None and header.flags & self._flags != self._flags:
                return False  # an answer in clear to a question that was not
            self._near.send(message)
            return True
        if told is not None:
            raise Unclear
        return False

    def close(self) -> None:
        """Close both sockets."""
        self._agent.close()
        self._near.close()

    def _is_signed(self, message: bytes, header: Header) -> bool:
        if self._key is None or not header.flags & AUTHENTICATED or len(header.digest) != self._digest_bytes:
            return False
        start, end = header.digest_at, header.digest_at + self._digest_bytes
        unsigned = message[:start] + bytes(self._digest_bytes) + message[end:]
        made = hmac.digest(self._key, unsigned, self._hash)[: self._digest_bytes]
        return hmac.compare_digest(made, header.digest)


def header_of(message: bytes) -> Header | None:
    """Return what is read of a message of version 3; None when it is none."""
    try:
        at, end = _open(message, 0, SEQUENCE)
        _, at = _open(message, at, INTEGER)  # the version
        head, after_head = _open(message, at, SEQUENCE)
        id_at, id_end = _open(message, head, INTEGER)
        _, size_end = _open(message, id_end, INTEGER)  # the largest message it takes
        flags_at, flags_end = _open(message, size_end, OCTETS)
        security, data_at = _open(message, after_head, OCTETS)
        at, _ = _open(message, security, SEQUENCE)
        for tag in (OCTETS, INTEGER, INTEGER, OCTETS):  # engine id, boots, time, user
            _, at = _open(message, at, tag)
        digest_at, digest_end = _open(message, at, OCTETS)
        if flags_end != flags_at + 1 or not digest_end <= data_at <= end == len(message):
            return None
    except (IndexError, ValueError):
        return None
    digest = message[digest_at:digest_end]
    return Header(message[id_at:id_end], message[flags_at], digest, digest_at, data_at)


def _open(message: bytes, at: int, tag: int) -> tuple[int, int]:
    """Return where the content of an element begins and ends; raises IndexError or ValueError for anything else."""
    if message[at] != tag:
        raise ValueError(at)
    size, start = message[at + 1], at + 2
    if size & 0x80:
        octets = size & 0x7F
        if not 1 <= octets <= 3:
            raise ValueError(at)
        start += octets
        size = int.from_bytes(message[at + 2 : start], "big")
    if start + size > len(message):
        raise IndexError(at)
    return start, start + size


def report_in(message: bytes, header: Header) -> int | None:
    """Return of which counter of usmStats an unencrypted message reports, None when it is no such report."""
    if header.flags & PRIVATE:
        return None
    try:
        at, _ = _open(message, header.data_at, SEQUENCE)
        for tag in (OCTETS, OCTETS):  # context engine id, context name
            _, at = _open(message, at, tag)
        start, end = _open(message, at, REPORT)
    except (IndexError, ValueError):
        return None
    named = message.find(USM_STATS, start, end)
    number = message[named + len(USM_STATS) :][:2]
    return number[0] if named >= 0 and number in REPORTS else None
