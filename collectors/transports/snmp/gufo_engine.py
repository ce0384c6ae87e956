"""The fast engine: gufo-snmp (Rust), where it is installed, for version 2c and the variants of version 3 it has.

It says less than it should, so what it leaves open is Unclear: it hides error-status (tooBig looks like the end of the
tree, genErr like no value), drops nulls, misreads OIDs that begin with 2, and does not tell one type of number or text
from another. Its own time-out begins anew with each datagram, so it never waits: we do, and it takes what came.
"""

import importlib.util
import math
import re
import select
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from collectors.credentials import SnmpCommunity, SnmpUser
from collectors.errors import UnexpectedReply, Unreachable
from collectors.replies import SnmpValue
from collectors.transports.snmp import gufo_users
from collectors.transports.snmp.engine import NoAnswer, Peer, Rows, Unclear, Version
from collectors.transports.snmp.signed_wire import SignedWire
from collectors.transports.snmp.usm import ENGINE_ID_BYTES

EDGES: Final = frozenset({-1, -(2**31), 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1})
WITHOUT_WAITING: Final = 0
CLOCKS_LIMIT_COUNT: Final = 2  # an agent may tell its time only in a signed report
WAKES_LIMIT_COUNT: Final = 64  # for one request: answer and duplicates; what comes beyond is a flood
WHOLE_NUMBERS: Final = {int}
OCTETS: Final = {bytes}
FLOAT_TAG: Final = b"\x9f"  # an Opaque that wraps a float begins with it (net-snmp); bare octets may too

_DOTTED = re.compile(r"\d{1,10}(?:\.\d{1,10})+", re.ASCII)
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}", re.ASCII)


def is_installed() -> bool:
    """Return whether the extra `fast` is installed."""
    return importlib.util.find_spec("gufo") is not None and importlib.util.find_spec("gufo.snmp") is not None


def speaks(credential: SnmpCommunity | SnmpUser) -> bool:
    """Return whether it has this version and these protocols, and what it reads can be proved to be the agent's."""
    if isinstance(credential, SnmpCommunity):
        return credential.version == "2c"
    return bool(credential.auth) and not credential.context and credential.privacy in {None, *gufo_users.PRIVACY}


class GufoEngine:
    """One agent through a socket of its own; in version 3 behind a wire that proves what comes."""

    def __init__(self, peer: Peer, credential: SnmpCommunity | SnmpUser) -> None:
        from gufo.snmp import _fast
        from gufo.snmp.utils import format_sock_addr

        self.version: Version = credential.version
        self.engine_id: str | None = None
        self.sent_secret = False
        """Whether a message with something made from the SNMPv3 keys has left."""
        self._fast = _fast
        self._peer = peer
        self._user = credential if isinstance(credential, SnmpUser) else None
        self._wire: SignedWire | None = None
        try:
            if isinstance(credential, SnmpCommunity):
                community, place = credential.community.get_secret_value(), format_sock_addr(peer.address, peer.port)
                self._socket: Any = _fast.SnmpV2cClientSocket(place, community, 0, 0, 0, WITHOUT_WAITING)
                self._waits = _wait_of(self._socket.get_fd())
            else:
                self._wire = SignedWire(peer)
                nobody = ("", 0, b"", 0, b"")  # user and keys come when the agent's engine is known
                self._socket = _fast.SnmpV3ClientSocket(self._wire.place, b"", *nobody, 0, 0, 0, WITHOUT_WAITING)
                self._wire.join(self._socket.get_fd())
                self._waits = _wait_of(self._wire.descriptor)
        except (OSError, ValueError) as error:
            self.close()
            raise Unreachable(f"cannot be reached at {peer.address}: {error}") from error

    def get(self, oids: Sequence[str], timeout_s: float) -> list[SnmpValue | None]:
        """Return a value for each OID, None where the agent has none; Unclear when nothing at all came back."""

        def send() -> None:
            self._socket.send_get_many(list(oids))

        def take() -> Any:
            return self._socket.recv_get_many()

        found = self._call(send, take, timeout_s)
        if not found or not found.keys() <= set(oids):
            raise Unclear  # no object of the list, an error-status, or other objects than were asked for
        return [_value_of(found[oid]) if oid in found else None for oid in oids]

    def next_rows(self, oid: str, repetitions: int, timeout_s: float) -> Rows:
        """Return the objects after `oid`; Unclear when nothing came back."""
        first, second, _ = oid.split(".", 2)
        wide = f"{first}.{second}"  # it hands out only what lies under the OID that the receiving iterator was made for

        def send() -> None:
            self._socket.send_get_bulk(self._fast.GetIter(oid, repetitions))

        def take() -> Any:
            return self._socket.recv_get_bulk(self._fast.GetIter(wide, repetitions))

        pairs = self._call(send, take, timeout_s)[:repetitions]
        ended = pairs[-1] is None  # an OID outside the wide root ends the list
        rows, doubtful = _rows_of(pairs[:-1] if ended else pairs)
        if not rows and not ended:
            raise Unclear
        return Rows(rows, ended, doubtful)

    def close(self) -> None:
        """Free the sockets."""
        self._socket = None
        if self._wire is not None:
            self._wire.close()

    def _call(self, send: Callable[[], None], take: Callable[[], Any], timeout_s: float) -> Any:
        """Return what the library gives for one request, with its errors in our words."""
        if self._socket is None:
            raise Unreachable("was asked after the session's end")
        ends_by_s = time.monotonic() + timeout_s
        try:
            with _PANICS:
                if self._wire is None:
                    send()
                    return self._heard(take, ends_by_s)
                return self._proved(self._wire, send, take, ends_by_s)
        except (BlockingIOError, ConnectionRefusedError, TimeoutError) as error:
            if "refused" not in str(error):  # it calls a closed port a time-out
                raise NoAnswer from error
            where = f"port {self._peer.port} of {self._peer.address}"
            raise Unreachable(f"does not answer: {where} is closed") from error
        except OSError as error:
            raise Unreachable(f"cannot be reached at {self._peer.address}: {error.strerror or error}") from error
        except (self._fast.SnmpError, StopAsyncIteration, ValueError, OverflowError, RuntimeError) as error:
            raise Unclear from error

    def _proved(self, wire: SignedWire, send: Callable[[], None], take: Callable[[], Any], ends_by_s: float) -> Any:
        """Return what a proved answer of version 3 holds; asked again only when it tells that our clock is wrong."""
        if self._user is not None and self.engine_id is None:
            self._discover(wire, self._user, ends_by_s)
        for _ in range(CLOCKS_LIMIT_COUNT):
            self.sent_secret = True
            send()
            wire.carry_out()
            try:
                return self._heard(take, ends_by_s)
            except self._fast.SnmpError:
                if not wire.out_of_time:
                    raise
        raise Unclear

    def _discover(self, wire: SignedWire, user: SnmpUser, ends_by_s: float) -> None:
        """Fetch engine id, boots and time, with neither user nor key (RFC 3414, section 4), and bind the keys to it."""
        self._socket.send_refresh()
        wire.carry_out()
        self._heard(self._socket.recv_refresh, ends_by_s)
        octets = bytes(self._socket.get_engine_id())
        if len(octets) not in ENGINE_ID_BYTES:
            raise UnexpectedReply("tells no SNMPv3 engine id")
        keys = gufo_users.keys_of(user, octets)
        wire.demand(user.auth or "", keys.auth_key, private=bool(user.privacy))
        self._socket.set_keys(user.user, *keys.in_its_words())
        self.engine_id = octets.hex()

    def _heard(self, take: Callable[[], Any], ends_by_s: float) -> Any:
        """Return what the answer holds; raises NoAnswer, which says whether anything else came."""
        heard = False
        for _ in range(WAKES_LIMIT_COUNT):
            left_s = ends_by_s - time.monotonic()
            if left_s <= 0 or not self._waits(left_s):
                break
            heard = True
            try:
                if self._wire is None or self._wire.carry_in():
                    return take()
            except BlockingIOError:  # it was no answer to this request
                continue
        raise NoAnswer(heard)


def _wait_of(descriptor: int) -> Callable[[float], object]:
    """Return what waits so many seconds for a datagram and tells, as true or false, whether one came.

    It is poll where there is one: select ends at descriptor 1,023, and epoll needs another descriptor.
    """
    if sys.platform == "win32":
        return lambda left_s: select.select([descriptor], [], [], left_s)[0]
    else:  # each half is checked on its own system
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        return lambda left_s: waiting.poll(math.ceil(left_s * 1000))


class _Panics:
    """Turns a panic of the Rust library into Unclear: it is no Exception, and its class cannot be imported."""

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, kind: type[BaseException] | None, panic: BaseException | None, _: object) -> None:
        if kind is not None and kind.__name__ == "PanicException":
            raise Unclear from panic


_PANICS: Final = _Panics()


def is_doubtful(value: SnmpValue | None) -> bool:
    """Return whether a value of this engine must be asked again: at the edge of a type, or of two possible types."""
    if value is None:
        return False
    kind, raw = value
    if isinstance(raw, bytes):
        return raw.startswith(FLOAT_TAG)
    if isinstance(raw, int):
        return raw in EDGES
    if kind == "null" or raw is None:
        return True
    first, second, *_ = (int(part) for part in raw.split("."))
    if kind == "ip":
        return first == 3 or (first in {1, 2} and second < 40)  # may be an OID of four arcs, or of three under 2
    return first > 1 or second >= 40  # first arc 2, which it misreads


def _rows_of(pairs: Sequence[tuple[str, object]]) -> tuple[list[tuple[str, SnmpValue]], list[str]]:
    """Return the pairs with our values, and the OIDs of the doubtful ones.

    Written out for answers of one type, which most are: a large switch has 20,000 rows.
    """
    raws = [raw for _, raw in pairs]
    kinds = {*map(type, raws)}
    if kinds == WHOLE_NUMBERS:
        rows = [(oid, _new_value(SnmpValue, ("integer", raw))) for oid, raw in pairs]
        return rows, [] if EDGES.isdisjoint(raws) else [oid for oid, raw in pairs if raw in EDGES]
    rows = [(oid, _value_of(raw)) for oid, raw in pairs]
    if kinds == OCTETS and FLOAT_TAG not in b"".join(raws):  # type: ignore[arg-type]
        return rows, []
    return rows, [oid for oid, value in rows if is_doubtful(value)]


_new_value: Final[Callable[[type[SnmpValue], tuple[str, object]], SnmpValue]] = tuple.__new__
"""SnmpValue(...) at half the price."""


def _value_of(raw: object) -> SnmpValue:
    kind = type(raw)
    if kind is bytes or kind is int:
        return _new_value(SnmpValue, ("octets" if kind is bytes else "integer", raw))
    match raw:
        case bool() | float():
            return SnmpValue("null", None)  # no SNMP type: doubtful
        case str() if _ADDRESS.fullmatch(raw) and all(int(part) <= 255 for part in raw.split(".")):
            return SnmpValue("ip", raw)
        case str() if _DOTTED.fullmatch(raw):
            return SnmpValue("oid", raw)
        case _:
            return SnmpValue("null", None)
