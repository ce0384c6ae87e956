"""An SNMPv1 and v2c agent in this process that notes every PDU it is asked and can misbehave on purpose."""

import bisect
import contextlib
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from tests.peers import ber, snmp_mischief
from tests.peers.ber import Oid, Request, Value
from tests.peers.ports import family_of, loopback_address
from tests.peers.record import Record
from tests.peers.snmp_mischief import SnmpMischief
from tests.peers.snmprec import parse_oid, snmprec

__all__ = ["Asked", "SnmpAgent", "SnmpMischief", "snmprec"]

V1: Final = 0
TOO_BIG, NO_SUCH_NAME, GEN_ERR, NOT_WRITABLE = (
    1,
    2,
    5,
    17,
)  # RFC 3416 section 3, error-status
READ_ONLY: Final = 4  # RFC 1157
MOST_DATAGRAM_BYTES: Final = 65_507


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; the two numbers are getbulk's."""

    pdu: str
    oids: tuple[str, ...]
    version: str
    non_repeaters: int
    repetitions: int


class SnmpAgent(Record):
    """Serves values on a UDP port; requests with another community are dropped and counted as refused logons."""

    def __init__(
        self,
        values: Mapping[Oid, Value],
        *,
        community: str = "public",
        address: str | None = None,
        port: int = 0,
        max_message_bytes: int = 1472,  # net-snmp's default over Ethernet
        delay_s: float = 0.0,
        drop_first: int = 0,
        silent_oids: frozenset[str] = frozenset(),
        error_oids: Mapping[str, int] | None = None,
        mischief: SnmpMischief | None = None,
    ) -> None:
        super().__init__()
        self.values = dict(values)
        self.community = community.encode()
        self.address = address or loopback_address()
        self.port = port
        self.max_message_bytes = max_message_bytes
        self.delay_s = delay_s
        self.drop_first = drop_first
        self.silent_oids = {parse_oid(oid) for oid in silent_oids}
        self.error_oids = {parse_oid(oid): status for oid, status in (error_oids or {}).items()}
        self.mischief = mischief
        self._order = sorted(self.values)
        self._objects = {oid[:-1] for oid in self._order}
        self._asked: list[Asked] = []
        self._stopping = threading.Event()
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._dripping: list[threading.Thread] = []
        self._walks = snmp_mischief.Walks()

    @property
    def asked(self) -> list[Asked]:
        """Returns the requests with the right community so far, oldest first."""
        with self._record_lock:
            return list(self._asked)

    def set(self, oid: str, value: Value) -> None:
        """Changes or adds one value while the agent runs."""
        self.values[parse_oid(oid)] = value
        self._order = sorted(self.values)
        self._objects = {known[:-1] for known in self._order}

    def start(self) -> Self:
        """Listens; the port is known from then on."""
        self._socket = socket.socket(family_of(self.address), socket.SOCK_DGRAM)
        self._socket.bind((self.address, self.port))
        self.port = int(self._socket.getsockname()[1])
        name = f"SnmpAgent {self.address}:{self.port}"
        self._thread = threading.Thread(target=self._serve, args=(self._socket,), name=name, daemon=True)
        self._thread.start()
        return self

    def close(self) -> None:
        """Stops answering and waits for the thread."""
        self._stopping.set()
        if self._socket is None or self._thread is None:
            return
        with socket.socket(family_of(self.address), socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", (self.address, self.port))  # a close() alone does not wake recvfrom()
        for thread in (self._thread, *self._dripping):
            thread.join(10)
        self._socket.close()
        if self._thread.is_alive():
            raise RuntimeError(f"{self._thread.name} did not end")

    def _serve(self, udp: socket.socket) -> None:
        while not self._stopping.is_set():
            try:
                datagram, sender = udp.recvfrom(MOST_DATAGRAM_BYTES)
            except OSError:
                continue  # an ICMP refusal of an earlier answer is reported here on some systems
            try:
                request = ber.read_request(datagram)
            except ber.BadMessage:
                continue
            if self._hears(request) and not self._stopping.wait(self.delay_s):
                self._send(udp, self._answers(request), sender)

    def _send(self, udp: socket.socket, answers: list[bytes], sender: tuple[str, int]) -> None:
        if self.mischief == "drip_wrong_id":
            dripping = threading.Thread(target=self._drip, args=(udp, answers, sender), daemon=True)
            self._dripping.append(dripping)
            dripping.start()
            return
        for answer in answers:
            with contextlib.suppress(OSError):  # longer than a datagram can be: no device could send it
                udp.sendto(answer, sender)

    def _drip(self, udp: socket.socket, answers: list[bytes], sender: tuple[str, int]) -> None:
        for answer in answers:
            if self._stopping.wait(0.1):
                return
            with contextlib.suppress(OSError):
                udp.sendto(answer, sender)

    def _hears(self, request: Request) -> bool:
        """Notes the request and returns whether it is to be answered."""
        if request.community != self.community or request.version not in (0, 1):
            self.note_logon(request.community.decode(errors="replace"), accepted=False)
            return False
        dotted = tuple(".".join(map(str, oid)) for oid in request.oids)
        bulk = (request.first_number, request.second_number) if request.pdu == "getbulk" else (0, 0)
        with self._record_lock:
            self._asked.append(Asked(request.pdu, dotted, "1" if request.version == V1 else "2c", *bulk))
        for oid in dotted:
            self.hear(f"{request.pdu} {oid}")
        if self.drop_first:
            self.drop_first -= 1
            return False
        return self.mischief != "silent" and not self.silent_oids.intersection(request.oids)

    def _answers(self, request: Request) -> list[bytes]:
        if self.mischief is not None:
            made = snmp_mischief.answers(self.mischief, request, self._walks)
            if made is not None:
                return made
        return [self._answer(request)]

    def _answer(self, request: Request) -> bytes:
        """Returns the honest response."""
        echo = [ber.varbind(oid, Value(ber.NULL, b"")) for oid in request.oids]
        for index, oid in enumerate(request.oids, 1):
            if oid in self.error_oids:
                return ber.response(request, echo, self.error_oids[oid], index)
        if request.pdu == "set":
            return ber.response(request, echo, READ_ONLY if request.version == V1 else NOT_WRITABLE, 1)
        if request.pdu == "getbulk" and request.version != V1:
            return self._bulk(request)
        if request.pdu not in ("get", "getnext"):
            return ber.response(request, echo, GEN_ERR, 1)
        pairs = [self._get(oid) if request.pdu == "get" else self._next(oid, request.version) for oid in request.oids]
        if request.version == V1:
            for index, (_, value) in enumerate(pairs, 1):
                if value.tag in (
                    ber.NO_SUCH_OBJECT,
                    ber.NO_SUCH_INSTANCE,
                    ber.END_OF_MIB_VIEW,
                    ber.COUNTER64,
                ):
                    return ber.response(request, echo, NO_SUCH_NAME, index)
        message = ber.response(request, [ber.varbind(*pair) for pair in pairs])
        if len(message) > self.max_message_bytes:
            return ber.response(request, echo if request.version == V1 else [], TOO_BIG)
        return message

    def _get(self, oid: Oid) -> tuple[Oid, Value]:
        value = self.values.get(oid)
        if value is None:
            known = any(oid[:size] in self._objects for size in range(len(oid) - 1, 6, -1))
            value = Value(ber.NO_SUCH_INSTANCE if known else ber.NO_SUCH_OBJECT, b"")
        return oid, value

    def _next(self, oid: Oid, version: int) -> tuple[Oid, Value]:
        place = bisect.bisect_right(self._order, oid)
        # RFC 3584 section 4.2.2.1: a v1 walk steps over Counter64
        while version == V1 and place < len(self._order) and self.values[self._order[place]].tag == ber.COUNTER64:
            place += 1
        if place == len(self._order):
            return oid, Value(ber.END_OF_MIB_VIEW, b"")
        found = self._order[place]
        return found, self.values[found]

    def _bulk(self, request: Request) -> bytes:
        """Returns as many rounds of the repeaters as asked for and as fit (RFC 3416 section 4.2.3)."""
        once, again = (
            request.oids[: request.first_number],
            list(request.oids[request.first_number :]),
        )
        varbinds = [ber.varbind(*self._next(oid, 1)) for oid in once]
        size = sum(map(len, varbinds)) + len(request.community) + 40  # 40: what surrounds the list at most
        for _ in range(request.second_number if again else 0):
            ended = True
            for place, oid in enumerate(again):
                found, value = self._next(oid, 1)
                again[place] = found
                ended &= value.tag == ber.END_OF_MIB_VIEW
                one = ber.varbind(found, value)
                size += len(one)
                if size > self.max_message_bytes:
                    return ber.response(request, varbinds) if varbinds else ber.response(request, [], TOO_BIG)
                varbinds.append(one)
            if ended:
                break
        return ber.response(request, varbinds)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()
