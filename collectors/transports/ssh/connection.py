"""The encrypted connection before any logon: TCP, key exchange, and the check of the host key."""

import base64
import contextlib
import hashlib
import logging
import socket
import struct
import threading
from dataclasses import dataclass

import paramiko
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from paramiko import Message, Transport

from collectors.access import Access, Circumstances, Deadline
from collectors.errors import CollectError, UnexpectedReply, Unreachable, Unsupported
from collectors.transports.ssh.offer import OldAlgorithms, SshOffer, read_offer

BROKEN = (
    paramiko.SSHException, EOFError, OSError, ValueError, LookupError, TypeError, AttributeError, AssertionError,
    ArithmeticError, struct.error, InvalidSignature, UnsupportedAlgorithm,
)  # fmt: skip
"""What paramiko raises when a connection breaks or a server sends nonsense: it hands on whatever its thread met."""

WINDOW_BYTES = 256 * 1024
"""How much a server may send ahead of us on one channel."""
HANDSHAKE_S = 30.0
"""A slow device needs 15 s for its part; one that sends a greeting without end costs more with each second."""
NO_MORE_METHODS = 14  # RFC 4253 section 11.1: SSH_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE

_quiet = logging.getLogger("collectors.transports.ssh.paramiko")
_quiet.setLevel(logging.CRITICAL + 1)  # paramiko logs what devices say, with tracebacks


class WatchedTransport(Transport):
    """paramiko's transport, which also keeps the server's offer and its word of farewell."""

    offered: SshOffer | None = None
    farewell: tuple[int, str] | None = None

    def _parse_kex_init(self, message: Message) -> None:
        if self.offered is None:
            with contextlib.suppress(struct.error, ValueError, LookupError):
                self.offered = read_offer(message.get_remainder())
        super()._parse_kex_init(message)  # type: ignore[misc]  # not in the stubs

    def _parse_disconnect(self, message: Message) -> None:
        words = Message(message.get_remainder())
        with contextlib.suppress(struct.error, ValueError, LookupError):
            self.farewell = (words.get_int(), words.get_text()[:200])
        super()._parse_disconnect(message)  # type: ignore[misc]  # not in the stubs


@dataclass(frozen=True)
class Connection:
    """A connection to the device whose key was checked; nobody is logged on yet."""

    transport: WatchedTransport
    address: str
    ident: str
    fingerprint: str
    """'SHA256:' and base64 without padding, as OpenSSH writes it."""
    watchdog: threading.Timer

    def close(self) -> None:
        """End the connection and its threads; never raises."""
        self.watchdog.cancel()
        with contextlib.suppress(*BROKEN):
            self.transport.close()


def connect(access: Access, circumstances: Circumstances) -> Connection:
    """Return the connection after the host key was checked; nothing of a credential was sent.

    Raises Unreachable, UnexpectedReply (no SSH), Unsupported (no common algorithm) or IdentityChanged.
    """
    deadline = circumstances.deadline
    plug = _dial(access, deadline)
    try:
        address = str(plug.getpeername()[0])
        transport = WatchedTransport(plug, default_window_size=WINDOW_BYTES)
    except OSError as error:
        plug.close()
        raise Unreachable("ended the connection before it spoke") from error
    # paramiko has waits without an end (a channel request that is never answered): closing wakes them all.
    watchdog = threading.Timer(deadline.left_s(), transport.close)
    watchdog.daemon = True
    watchdog.start()
    try:
        fingerprint = fingerprint_of(_shake_hands(transport, access, deadline))
        circumstances.pins.check(access, "host key", fingerprint)
    except CollectError:
        watchdog.cancel()
        transport.close()
        plug.close()  # a transport that never became active leaves it open
        raise
    ident = "".join(letter for letter in transport.remote_version if letter.isprintable())[:255]
    return Connection(transport, address, ident, fingerprint, watchdog)


def fingerprint_of(key: paramiko.PKey) -> str:
    """Return a public key's fingerprint as OpenSSH writes it."""
    digest = hashlib.sha256(key.asbytes()).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def _dial(access: Access, deadline: Deadline) -> socket.socket:
    port = access.port_or_default
    try:
        plug = socket.create_connection((access.dial_address, port), timeout=deadline.left_s())
    except socket.gaierror as error:
        raise Unreachable(f"has a name that cannot be resolved ({error.strerror})") from error
    except TimeoutError as error:
        raise Unreachable(f"did not answer on TCP port {port} within {deadline.timeout_s:g} s") from error
    except ConnectionRefusedError as error:
        raise Unreachable(f"refuses connections on TCP port {port}") from error
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"cannot be reached on TCP port {port} ({error})") from error
    plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return plug


def _shake_hands(transport: WatchedTransport, access: Access, deadline: Deadline) -> paramiko.PKey:
    left_s = deadline.left_s()
    patience = Deadline(min(left_s, HANDSHAKE_S))
    transport.set_log_channel(_quiet.name)
    transport.banner_timeout = patience.timeout_s
    transport.handshake_timeout = patience.timeout_s
    transport.auth_timeout = left_s
    transport.channel_timeout = left_s
    transport.clear_to_send_timeout = left_s
    try:
        transport.start_client(timeout=patience.timeout_s)
        return transport.get_remote_server_key()  # start_client returns without one when its time is up
    except paramiko.ssh_exception.IncompatiblePeer as error:
        if transport.offered is not None:
            raise OldAlgorithms(transport.offered) from error
        raise Unsupported(f"cannot be read: it speaks an SSH that is not version 2 ({error})") from error
    except BROKEN as error:
        deadline.left_s()
        port = access.port_or_default
        if "protocol version" in str(error) or "Invalid SSH banner" in str(error):
            raise UnexpectedReply(f"answers on TCP port {port} but does not speak SSH") from error
        if patience.over or deadline.left_s() < 0.5 or "Timeout" in str(error):
            raise Unreachable(f"did not end the SSH handshake within {patience.timeout_s:.0f} s") from error
        raise Unreachable("ended the connection during the SSH handshake") from error
