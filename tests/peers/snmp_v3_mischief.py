"""A hostile SNMPv3 agent (RFC 3412, 3414): reports that lead nowhere answer each message, and nobody is logged on."""

import contextlib
import socket
import threading
from typing import Final, Literal, NamedTuple, Self

from tests.peers import ber
from tests.peers.ports import loopback_address

V3Mischief = Literal[
    "no_engine_id",  # discovery is answered with an empty engine id
    "huge_engine_id",  # ... with one of 4,000 octets
    "new_engine_id",  # each message is answered with another engine id, and that the asked one is unknown
    "never_in_time",  # each message is out of the time window
    "plain_answer",  # an answer without authentication to a message with it
    "unsigned_answer",  # ... with the right user and request id, where nothing hides them
    "wrongly_signed_answer",  # ... and with a digest that no key made
    "silent_after_discovery",
]
# usmStats, RFC 3414 section 5: what a report is about
UNKNOWN_ENGINE_IDS: Final = (1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0)
NOT_IN_TIME_WINDOWS: Final = (1, 3, 6, 1, 6, 3, 15, 1, 1, 2, 0)
REPORT: Final = 0xA8
COUNTER32: Final = 0x41
SYS_DESCR: Final = (1, 3, 6, 1, 2, 1, 1, 1, 0)
ENGINE_ID: Final = bytes.fromhex("80001f888001020304")


class SnmpV3Villain:
    """Listens on a UDP port; Counts the messages that came, and those with a proof of a key."""

    def __init__(self, mischief: V3Mischief) -> None:
        self.mischief = mischief
        self.address, self.port = loopback_address(), 0
        self.messages_count = self.authenticated_count = 0
        self._stopping = threading.Event()

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((self.address, 0))
        self._socket.settimeout(0.1)
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(10)
        self._socket.close()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError, OSError):
                datagram, sender = self._socket.recvfrom(65_507)
                self.messages_count += 1
                message_id, flags = _head(datagram)
                self.authenticated_count += flags & 1
                answer = self._answer(datagram, message_id, bool(flags & 1))
                if answer:
                    self._socket.sendto(answer, sender)

    def _answer(self, datagram: bytes, message_id: bytes, authenticated: bool) -> bytes:
        if authenticated:
            match self.mischief:
                case "silent_after_discovery":
                    return b""
                case "never_in_time":
                    return _message(message_id, ENGINE_ID, REPORT, NOT_IN_TIME_WINDOWS)
                case "plain_answer":
                    return _message(message_id, ENGINE_ID, ber.RESPONSE, SYS_DESCR)
                case "unsigned_answer" | "wrongly_signed_answer":
                    asked = _asked(datagram)
                    digest = b"\x5a" * len(asked.digest) if self.mischief == "wrongly_signed_answer" else b""
                    return _message(message_id, ENGINE_ID, ber.RESPONSE, SYS_DESCR, asked._replace(digest=digest))
        engine_id = {
            "no_engine_id": b"",
            "huge_engine_id": ENGINE_ID + b"\x01" * 4_000,
            "new_engine_id": ENGINE_ID + bytes((self.messages_count % 250,)),
        }.get(self.mischief, ENGINE_ID)
        return _message(message_id, engine_id, REPORT, UNKNOWN_ENGINE_IDS)


class _Asked(NamedTuple):
    """What a message shows of itself; without privacy the request's id too."""

    user: bytes = b""
    digest: bytes = b""
    request_id: bytes | None = None


def _asked(datagram: bytes) -> _Asked:
    _, rest = _open(_open(datagram)[0])  # the version
    _, rest = _open(rest)  # the head
    security, rest = _open(rest)
    fields, left = [], _open(security)[0]
    while left:
        field, left = _open(left)
        fields.append(field)
    scoped, left = [], _open(rest)[0]
    with contextlib.suppress(IndexError):  # encrypted: nothing to see
        for _ in range(3):
            part, left = _open(left)
            scoped.append(part)
        return _Asked(fields[3], fields[4], _open(scoped[2])[0])
    return _Asked(fields[3], fields[4])


def _head(datagram: bytes) -> tuple[bytes, int]:
    """Returns the message's id as encoded and its flags; the first bit of them means authentication."""
    body, _ = _open(datagram)
    _, rest = _open(body)  # the version
    head, _ = _open(rest)
    message_id, rest = _open(head)
    _, rest = _open(rest)  # the greatest size
    flags, _ = _open(rest)
    return message_id, flags[0]


def _open(data: bytes) -> tuple[bytes, bytes]:
    """Returns the content of the first element and what follows it."""
    start, size = 2, data[1]
    if size & 128:
        start += size & 127
        size = int.from_bytes(data[2:start], "big")
    return data[start : start + size], data[start + size :]


def _message(
    message_id: bytes,
    engine_id: bytes,
    pdu_tag: int,
    about: ber.Oid,
    asked: _Asked = _Asked(),  # noqa: B008
) -> bytes:
    """Returns a message from an engine that was started 7 times and runs since 1,000 s; flagged as signed or not."""
    number, sequence, octets = ber.INTEGER, ber.SEQUENCE, ber.OCTETS
    head = (
        ber.tlv(number, message_id)
        + ber.tlv(number, ber.integer(65_507))
        + ber.tlv(octets, bytes((bool(asked.digest),)))
    )
    security = ber.tlv(octets, engine_id) + ber.tlv(number, ber.integer(7)) + ber.tlv(number, ber.integer(1_000))
    security += ber.tlv(octets, asked.user) + ber.tlv(octets, asked.digest) + ber.tlv(octets, b"")
    told = ber.Value(COUNTER32, b"\x01") if pdu_tag == REPORT else ber.Value(octets, b"forged")
    pdu = (
        ber.tlv(number, asked.request_id or message_id)
        + ber.tlv(number, b"\0") * 2
        + ber.tlv(sequence, ber.varbind(about, told))
    )
    scoped = ber.tlv(sequence, ber.tlv(octets, engine_id) + ber.tlv(octets, b"") + ber.tlv(pdu_tag, pdu))
    parts = ber.tlv(number, b"\x03") + ber.tlv(sequence, head + ber.tlv(number, b"\x03"))
    return ber.tlv(sequence, parts + ber.tlv(octets, ber.tlv(sequence, security)) + scoped)
