"""One pysnmp engine and one event loop for the whole process, and a socket of its own for each agent.

A new SnmpEngine costs 95 ms and megabytes, so there is never one per device. A connected socket per agent lets the
system drop what comes from any other address, and hear at once that a port is closed.
"""

import asyncio
import concurrent.futures
import itertools
import os
import socket
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from pyasn1.error import PyAsn1Error  # type: ignore[import-untyped]
from pysnmp.carrier.asyncio.dgram.base import DgramAsyncioProtocol
from pysnmp.carrier.asyncio.dgram.udp import DOMAIN_NAME, UdpTransportAddress
from pysnmp.carrier.asyncio.dispatch import AsyncioDispatcher
from pysnmp.entity import config
from pysnmp.entity.engine import SnmpEngine
from pysnmp.error import PySnmpError

from collectors.errors import Unreachable
from collectors.transports.snmp.engine import ANSWER_LIMIT_BYTES, Peer

T = TypeVar("T")

# What pysnmp and pyasn1 let out while they decode what a device sent.
DECODE_ERRORS = (
    PyAsn1Error,
    PySnmpError,
    AttributeError,
    IndexError,
    KeyError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
)
ANSWERS_A_REQUEST = 8  # datagrams decoded for one request: answer, reports, duplicates; a flood beyond is dropped
LOOP_GRACE_S = 5.0  # a request gives up by itself; this long after it the loop itself is stuck


class Wire(DgramAsyncioProtocol):
    """A connected UDP socket. Counts what came since the last request; what is too large or too many is not decoded."""

    ADDRESS_TYPE = UdpTransportAddress

    def __init__(self, loop: asyncio.AbstractEventLoop, peer: Peer) -> None:
        super().__init__(loop=loop)
        self.peer_address = UdpTransportAddress((peer.address, peer.port))
        self.heard_count = 0
        self.owed_count = 0
        """Requests that were given up unanswered: so many late answers may still come, and are no broken ones."""
        self.oversized = False
        self.refused: asyncio.Future[None] = loop.create_future()

    def begin(self) -> None:
        """Forget what came for earlier requests."""
        self.heard_count, self.oversized = 0, False
        if self.refused.done():
            self.refused = self.loop.create_future()

    def give_up(self) -> bool:
        """Count the present request as unanswered; returns whether more came than late answers to earlier ones."""
        heard_broken = self.heard_count > self.owed_count
        self.owed_count = max(0, self.owed_count + 1 - self.heard_count)
        return heard_broken

    def datagram_received(self, datagram: bytes, _address: object) -> None:
        """Hand one datagram to the engine; what cannot be decoded is only counted."""
        self.heard_count += 1
        if len(datagram) > ANSWER_LIMIT_BYTES:
            self.oversized = True
            if not self.refused.done():
                self.refused.set_result(None)
            return
        if self.heard_count > ANSWERS_A_REQUEST or self._callback_function is None:
            return
        try:
            self._callback_function(self, self.peer_address, datagram)
        except DECODE_ERRORS:
            return  # no answer: the request ends by its time, and says that something came

    def error_received(self, error: Exception) -> None:
        """Note that the port is closed (ICMP port unreachable)."""
        if isinstance(error, ConnectionRefusedError) and not self.refused.done():
            self.refused.set_result(None)

    def send_message(self, message: bytes, _address: object) -> None:
        """Send to the connected agent."""
        if self.transport is not None:
            self.transport.sendto(message)


class PysnmpLoop:
    """The thread with the event loop, the engine in it, and the wires."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.owner_pid = os.getpid()
        self.known: dict[object, object] = {}
        """Communities and users that the engine knows; only the loop's thread touches it."""
        self._numbers = itertools.count(1)
        threading.Thread(target=self.loop.run_forever, name="pysnmp", daemon=True).start()
        self.engine: Any = asyncio.run_coroutine_threadsafe(self._start(), self.loop).result(30)

    def run(self, work: Coroutine[Any, Any, T], timeout_s: float) -> T:
        """Return what a coroutine returns, run in the loop; raises Unreachable when the loop does not come to it."""
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            return future.result(timeout_s + LOOP_GRACE_S)
        except concurrent.futures.TimeoutError as error:
            future.cancel()
            raise Unreachable(f"did not end within {timeout_s:g} s") from error

    async def connect(self, peer: Peer) -> tuple[tuple[int, ...], Wire]:
        """Return a new wire to an agent and the transport domain by which the engine knows it; raises OSError."""
        wire = Wire(self.loop, peer)
        family = socket.AF_INET6 if ":" in peer.address else socket.AF_INET
        await self.loop.create_datagram_endpoint(lambda: wire, remote_addr=(peer.address, peer.port), family=family)
        domain = (*DOMAIN_NAME, next(self._numbers))
        config.add_transport(self.engine, domain, wire)
        return domain, wire

    async def disconnect(self, domain: tuple[int, ...], wire: Wire) -> None:
        """Close a wire."""
        config.delete_transport(self.engine, domain)
        closing: Any = wire
        closing.close_transport()

    async def _start(self) -> Any:
        engine: Any = SnmpEngine()
        engine.register_transport_dispatcher(AsyncioDispatcher(loop=self.loop))
        return engine


_shared: PysnmpLoop | None = None
_lock = threading.Lock()


def shared_loop() -> PysnmpLoop:
    """Return this process's loop, started at its first use and again after a fork."""
    global _shared  # noqa: PLW0603  # one for the process is the point
    with _lock:
        if _shared is None or _shared.owner_pid != os.getpid():
            _shared = PysnmpLoop()
        return _shared
