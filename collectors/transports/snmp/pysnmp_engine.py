"""The reference engine: pysnmp with raw OIDs and no MIB, for every version and protocol of the credentials."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any, Final

from pysnmp.entity import config
from pysnmp.proto import api, errind
from pysnmp.proto.api import v2c

from collectors.credentials import SnmpCommunity, SnmpUser
from collectors.errors import UnexpectedReply, Unreachable
from collectors.replies import SnmpValue
from collectors.transports.snmp.engine import TOO_BIG, ErrorStatus, NoAnswer, Peer, Row, Rows, TooBig, Version
from collectors.transports.snmp.pysnmp_loop import DECODE_ERRORS, PysnmpLoop, shared_loop
from collectors.transports.snmp.pysnmp_usm import know_user, refusal
from collectors.transports.snmp.pysnmp_values import is_absent, value_of
from collectors.transports.snmp.usm import security_level

ASK_AGAIN: Final = (errind.UnknownEngineID, errind.NotInTimeWindow)
KEPT_LONGER_S: Final = 10.0  # the library's own time runs out only after ours
REPORTS_LIMIT_COUNT: Final = 3  # engine id, then time; a third means a restart in between


class PysnmpEngine:
    """One agent through the process's shared pysnmp engine."""

    def __init__(self, peer: Peer, credential: SnmpCommunity | SnmpUser) -> None:
        self.version: Version = credential.version
        self.engine_id: str | None = None
        self.sent_secret = False
        """Whether a message with something made from the SNMPv3 keys has left."""
        self._peer = peer
        self._credential = credential
        self._pdus = api.PROTOCOL_MODULES[api.SNMP_VERSION_1 if self.version == "1" else api.SNMP_VERSION_2C]
        self._shared: PysnmpLoop = shared_loop()
        try:
            self._domain, self._wire = self._shared.run(self._shared.connect(peer), 5)
        except OSError as error:
            raise Unreachable(f"cannot be reached at {peer.address}: {error.strerror or error}") from error
        self._closed = False

    def get(self, oids: Sequence[str], timeout_s: float) -> list[SnmpValue | None]:
        """Return a value for each OID, None where the agent has none."""
        pairs = self._ask(self._pdus.GetRequestPDU(), oids, timeout_s)
        if [oid for oid, _ in pairs] != list(oids):
            raise UnexpectedReply("is answered with other objects than were asked for")
        return [None if is_absent(value) else value_of(value) for _, value in pairs]

    def next_rows(self, oid: str, repetitions: int, timeout_s: float) -> Rows:
        """Return up to `repetitions` objects after `oid` (one in version 1)."""
        if self.version == "1":
            pairs = self._ask(self._pdus.GetNextRequestPDU(), [oid], timeout_s)
        else:
            pairs = self._ask(v2c.GetBulkRequestPDU(), [oid], timeout_s, repetitions)
        rows: list[Row] = []
        for name, value in pairs[:repetitions]:
            if is_absent(value):
                return Rows(tuple(rows), ended=True)
            rows.append(Row(name, value_of(value)))
        return Rows(tuple(rows), ended=not rows)

    def close(self) -> None:
        """Free the socket, and let the engine forget the user's keys."""
        if not self._closed:
            self._closed = True
            self._shared.run(self._forget(), 5)

    def _ask(
        self, pdu: Any, oids: Sequence[str], timeout_s: float, repetitions: int | None = None
    ) -> list[tuple[str, Any]]:
        """Send one request and return the names and values of its answer, as pysnmp has them."""
        pairs = [(tuple(int(arc) for arc in oid.split(".")), self._pdus.Null("")) for oid in oids]
        try:
            self._pdus.apiPDU.set_defaults(pdu) if repetitions is None else v2c.apiBulkPDU.set_defaults(pdu)
            if repetitions is not None:
                v2c.apiBulkPDU.set_non_repeaters(pdu, 0)
                v2c.apiBulkPDU.set_max_repetitions(pdu, repetitions)
            self._pdus.apiPDU.set_varbinds(pdu, pairs)
            answer = self._shared.run(self._request(pdu, timeout_s), timeout_s * (REPORTS_LIMIT_COUNT + 1))
            status = int(self._pdus.apiPDU.get_error_status(answer))
            if status:
                index = int(self._pdus.apiPDU.get_error_index(answer, muteErrors=True))
                raise TooBig if status == TOO_BIG else ErrorStatus(status, index)
            return [(str(name), value) for name, value in self._pdus.apiPDU.get_varbinds(answer)]
        except DECODE_ERRORS as error:
            raise UnexpectedReply(f"is answered in a form that cannot be read ({type(error).__name__})") from error

    async def _request(self, pdu: Any, timeout_s: float) -> Any:
        """Return the answer's PDU; engine id and time of version 3 are fetched as the agent asks for them."""
        if isinstance(self._credential, SnmpCommunity):
            name, level, model = await self._community(self._credential), 1, 1 if self.version == "1" else 2
        else:
            if self.engine_id is None:
                await self._discover(timeout_s)
            name, level, model = self._credential.user, security_level(self._credential), 3
            self.sent_secret = True
        for _ in range(REPORTS_LIMIT_COUNT):
            answer = await self._exchange(pdu, name, level, model, timeout_s)
            if not isinstance(answer, errind.ErrorIndication):
                return answer
            if not isinstance(answer, ASK_AGAIN):
                raise refusal(answer)
        raise UnexpectedReply("does not agree with us on the SNMPv3 engine's id and time")

    async def _exchange(self, pdu: Any, name: str, level: int, model: int, timeout_s: float) -> Any:
        """Send one message and return what came: a PDU, or the indication of a report."""
        engine, wire = self._shared.engine, self._wire
        came: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        wire.begin()

        def answered(*parts: Any) -> None:
            pdu, status = parts[8], parts[9]
            told = pdu if status is None else status.get("errorIndication")
            if not came.done() and told is not None and not isinstance(told, errind.RequestTimedOut):
                came.set_result(told)

        processing = {1: 0, 2: 1, 3: 3}[model]  # message processing model, RFC 3411 section 5
        expires_ticks = (timeout_s + KEPT_LONGER_S) / engine.transport_dispatcher.get_timer_resolution()
        handle = engine.message_dispatcher.send_pdu(
            engine,
            self._domain,
            wire.peer_address,
            processing,
            model,
            v2c.OctetString(name),
            level,
            None,
            v2c.OctetString(self._context()),
            0 if self.version == "1" else 1,
            pdu,
            True,
            expires_ticks,
            answered,
            None,
        )
        done, _ = await asyncio.wait({came, wire.refused}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        if came in done:
            return came.result()
        engine.message_dispatcher.release_state_information(engine, handle, processing)
        came.cancel()
        if wire.oversized:
            raise TooBig
        if wire.refused in done:
            raise Unreachable(f"does not answer: port {self._peer.port} of {self._peer.address} is closed")
        raise NoAnswer(heard=wire.give_up())

    async def _community(self, credential: SnmpCommunity) -> str:
        """Return the name by which the engine knows a community, entered at its first use."""
        community = credential.community.get_secret_value()
        name = "c" + hashlib.sha256(community.encode()).hexdigest()[:24]
        if name not in self._shared.known:
            config.add_v1_system(self._shared.engine, name, community)
            self._shared.known[name] = True
        return name

    async def _discover(self, timeout_s: float) -> None:
        """Fetch the engine id, with neither user nor key (RFC 3414, section 4), and bind the user's keys to it."""
        probe = v2c.GetRequestPDU()
        v2c.apiPDU.set_defaults(probe)
        v2c.apiPDU.set_varbinds(probe, [])
        came = await self._exchange(probe, "", 1, 3, timeout_s)
        model: Any = self._shared.engine.message_processing_subsystems[3]
        octets, *_ = model.get_peer_engine_info(self._domain, self._wire.peer_address)
        if octets is None or not len(octets):
            raise UnexpectedReply(f"tells no SNMPv3 engine id (it answers {came})")
        self.engine_id = bytes(octets).hex()
        if isinstance(self._credential, SnmpUser):
            know_user(self._shared, self._credential, octets, self.engine_id)

    async def _forget(self) -> None:
        await self._shared.disconnect(self._domain, self._wire)

    def _context(self) -> bytes:
        return self._credential.context.encode() if isinstance(self._credential, SnmpUser) else b""
