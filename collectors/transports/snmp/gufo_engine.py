"""The fast engine: gufo-snmp (Rust), where it is installed, for version 2c and the variants of version 3 it has.

It says less than it should, so what it leaves open is Unclear: it hides error-status (tooBig looks like the end of the
tree, genErr like no value), drops nulls, misreads OIDs that begin with 2, and does not tell one type of number or text
from another. Its own time-out begins anew with each datagram, so it never waits: we do, and it takes what came.
"""

import importlib.util
import re
import selectors
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from collectors.credentials import SnmpCommunity, SnmpUser
from collectors.errors import Unreachable
from collectors.replies import SnmpValue
from collectors.transports.snmp.engine import NoAnswer, Peer, Rows, Unclear, Version
from collectors.transports.snmp.usm import ENGINES, secrets_of

if TYPE_CHECKING:
    from gufo.snmp.user import BaseAuthKey, BasePrivKey

AUTH: Final = {
    "MD5": "Md5Key",
    "SHA-1": "Sha1Key",
    "SHA-224": "Sha224Key",
    "SHA-256": "Sha256Key",
    "SHA-384": "Sha384Key",
    "SHA-512": "Sha512Key",
}
PRIVACY: Final = {
    "DES": ("DesKey", "Blumenthal"),
    "AES-128": ("Aes128Key", "Blumenthal"),
    "AES-192": ("Aes192Key", "Blumenthal"),
    "AES-256": ("Aes256Key", "Blumenthal"),
    "AES-192-Cisco": ("Aes192Key", "Cisco"),
    "AES-256-Cisco": ("Aes256Key", "Cisco"),
}
EDGES: Final = frozenset({-1, -(2**31), 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1})
WAKES_LIMIT_COUNT: Final = 64  # for one request: answer and duplicates; what comes beyond is a flood
FLOAT_TAG: Final = 0x9F  # an Opaque that wraps a float begins with it (net-snmp); bare octets may too

# poll where there is one: select ends at descriptor 1,023, and epoll needs another descriptor
_SELECTOR: Final[Callable[[], selectors.BaseSelector]] = getattr(selectors, "PollSelector", selectors.SelectSelector)
_DOTTED = re.compile(r"\d{1,10}(?:\.\d{1,10})+", re.ASCII)
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}", re.ASCII)


def is_installed() -> bool:
    """Return whether the extra `fast` is installed."""
    return importlib.util.find_spec("gufo") is not None and importlib.util.find_spec("gufo.snmp") is not None


def speaks(credential: SnmpCommunity | SnmpUser) -> bool:
    """Return whether it has this version and these protocols."""
    if isinstance(credential, SnmpCommunity):
        return credential.version == "2c"
    return not credential.context and (credential.privacy is None or credential.privacy in PRIVACY)


class GufoEngine:
    """One agent through a socket of its own. For version 3 the engine id must be known: it never tries a key first."""

    def __init__(self, peer: Peer, credential: SnmpCommunity | SnmpUser, engine_id: str | None = None) -> None:
        from gufo.snmp import _fast
        from gufo.snmp.utils import format_sock_addr

        self.version: Version = credential.version
        self.engine_id = engine_id
        self._fast = _fast
        self._peer = peer
        self._ready = isinstance(credential, SnmpCommunity)
        try:
            self._socket: Any = self._open(credential, format_sock_addr(peer.address, peer.port))
        except (OSError, ValueError) as error:
            raise Unreachable(f"cannot be reached at {peer.address}: {error}") from error
        self._waiting = _SELECTOR()
        self._waiting.register(self._socket.get_fd(), selectors.EVENT_READ)

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
        root = ".".join(oid.split(".")[:2])

        def send() -> None:
            self._socket.send_get_bulk(self._fast.GetIter(oid, repetitions))

        def take() -> Any:
            # It hands out only what lies under the OID that the receiving iterator was made for: a wide one.
            return self._socket.recv_get_bulk(self._fast.GetIter(root, repetitions))

        pairs = self._call(send, take, timeout_s)[:repetitions]
        ended = None in pairs  # an OID outside the root
        rows, doubtful = _rows_of(pairs[: pairs.index(None)] if ended else pairs)
        if not rows and not ended:
            raise Unclear
        return Rows(rows, ended, doubtful)

    def close(self) -> None:
        """Free the socket."""
        self._waiting.close()
        self._socket = None

    def _call(self, send: Callable[[], None], take: Callable[[], Any], timeout_s: float) -> Any:
        """Return what the library gives for one request, with its errors in our words."""
        if self._socket is None:
            raise Unreachable("was asked after the session's end")
        ends_by_s = time.monotonic() + timeout_s
        try:
            with _Panics():
                if not self._ready:
                    self._socket.send_refresh()  # the agent's boots and time
                    self._heard(self._socket.recv_refresh, ends_by_s)
                    self._ready = True
                send()
                return self._heard(take, ends_by_s)
        except (BlockingIOError, ConnectionRefusedError, TimeoutError) as error:
            if "refused" not in str(error):  # it calls a closed port a time-out
                raise NoAnswer from error
            where = f"port {self._peer.port} of {self._peer.address}"
            raise Unreachable(f"does not answer: {where} is closed") from error
        except OSError as error:
            raise Unreachable(f"cannot be reached at {self._peer.address}: {error.strerror or error}") from error
        except (self._fast.SnmpError, StopAsyncIteration, ValueError, OverflowError, RuntimeError) as error:
            raise Unclear from error

    def _heard(self, take: Callable[[], Any], ends_by_s: float) -> Any:
        """Return what the answer holds; raises NoAnswer, which says whether anything else came."""
        heard = False
        for _ in range(WAKES_LIMIT_COUNT):
            left_s = ends_by_s - time.monotonic()
            if left_s <= 0 or not self._waiting.select(left_s):
                break
            heard = True
            try:
                return take()
            except BlockingIOError:  # it was no answer to this request
                continue
        raise NoAnswer(heard)

    def _open(self, credential: SnmpCommunity | SnmpUser, place: str) -> Any:
        without_waiting = 0
        if isinstance(credential, SnmpCommunity):
            community = credential.community.get_secret_value()
            return self._fast.SnmpV2cClientSocket(place, community, 0, 0, 0, without_waiting)
        engine_id = self.engine_id or ""
        user = self._user(credential, engine_id)
        return self._fast.SnmpV3ClientSocket(
            place, bytes.fromhex(engine_id), user.name, user.get_auth_alg(), user.get_auth_key(), user.get_priv_alg(),
            user.get_priv_key(), 0, 0, 0, without_waiting,
        )  # fmt: skip

    def _user(self, credential: SnmpUser, engine_id: str) -> Any:
        from gufo.snmp import user as usm

        auth_class: type[BaseAuthKey] | None = getattr(usm, AUTH[credential.auth]) if credential.auth else None
        if auth_class is None:
            return usm.User(credential.user)
        bound = auth_class

        def make() -> tuple[bytes, bytes]:
            phrases = [phrase.encode() for phrase in secrets_of(credential)]
            octets = bytes.fromhex(engine_id)
            auth, privacy = (
                bound.get_localized_key(bound.get_master_key(phrase), octets) if phrase else b"" for phrase in phrases
            )
            return auth, privacy

        auth_key, privacy_key = ENGINES.keys("gufo", credential, engine_id, make)
        localized = usm.KeyType.Localized
        if not credential.privacy:
            return usm.User(credential.user, auth_key=auth_class(auth_key, key_type=localized))
        name, expansion = PRIVACY[credential.privacy]
        privacy_class: type[BasePrivKey] = getattr(usm, name)
        return usm.User(
            credential.user,
            auth_key=auth_class(auth_key, key_type=localized),
            priv_key=privacy_class(privacy_key, key_type=localized),
            key_expansion=usm.KeyExpansion[expansion],
        )


class _Panics:
    """Turns a panic of the Rust library into Unclear: it is no Exception, and its class cannot be imported."""

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, kind: type[BaseException] | None, panic: BaseException | None, _: object) -> None:
        if kind is not None and kind.__name__ == "PanicException":
            raise Unclear from panic


def is_doubtful(value: SnmpValue | None) -> bool:
    """Return whether a value of this engine must be asked again: at the edge of a type, or of two possible types."""
    if value is None:
        return False
    if isinstance(value.raw, int):
        return value.raw in EDGES
    if isinstance(value.raw, bytes):
        return value.raw[:1] == bytes([FLOAT_TAG])
    if value.kind == "null" or value.raw is None:
        return True
    first, second, *_ = (int(part) for part in value.raw.split("."))
    if value.kind == "ip":
        return first == 3 or (first in {1, 2} and second < 40)  # may be an OID of four arcs, or of three under 2
    return first > 1 or second >= 40  # first arc 2, which it misreads


def _rows_of(pairs: Sequence[tuple[str, object]]) -> tuple[list[tuple[str, SnmpValue]], list[str]]:
    """Return the pairs with our values, and the OIDs of the doubtful ones.

    Written out for whole numbers and octets, which most rows are: a large switch has 20,000 of them.
    """
    rows: list[tuple[str, SnmpValue]] = []
    doubtful: list[str] = []
    for oid, raw in pairs:
        kind = type(raw)
        if kind is int:
            value = _new_value(SnmpValue, ("integer", raw))
            if raw in EDGES:
                doubtful.append(oid)
        elif kind is bytes:
            value = _new_value(SnmpValue, ("octets", raw))
            if raw and raw[0] == FLOAT_TAG:  # type: ignore[index]
                doubtful.append(oid)
        else:
            value = _value_of(raw)
            if is_doubtful(value):
                doubtful.append(oid)
        rows.append((oid, value))
    return rows, doubtful


_new_value: Final[Callable[[type[SnmpValue], tuple[str, object]], SnmpValue]] = tuple.__new__
"""SnmpValue(...) at half the price."""


def _value_of(raw: object) -> SnmpValue:
    match raw:
        case bool() | float():
            return SnmpValue("null", None)  # no SNMP type: doubtful
        case int():
            return SnmpValue("integer", raw)
        case bytes():
            return SnmpValue("octets", raw)
        case str() if _ADDRESS.fullmatch(raw) and all(int(part) <= 255 for part in raw.split(".")):
            return SnmpValue("ip", raw)
        case str() if _DOTTED.fullmatch(raw):
            return SnmpValue("oid", raw)
        case _:
            return SnmpValue("null", None)
