"""The SSH server half that every SSH peer shares: host keys, logons, and handing over the opened channel."""

import contextlib
import io
import logging
import queue
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypedDict

import paramiko
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)
from paramiko.server import InteractiveQuery

from tests.peers import ssh_wire
from tests.peers.listener import TcpPeer

LoginMethod = Literal["password", "keyboard-interactive", "publickey"]
HostKeyKind = Literal["ed25519", "rsa", "ecdsa"]
# A server needs a file of primes for group exchange, and our tests bring none.
NO_GROUP_EXCHANGE: Final = {"kex": ["diffie-hellman-group-exchange-sha256", "diffie-hellman-group-exchange-sha1"]}

LEAVE_S: Final = 0.2

_quiet = logging.getLogger("tests.peers.ssh")
_quiet.addHandler(logging.NullHandler())
_quiet.propagate = False


def make_host_key(kind: HostKeyKind) -> paramiko.PKey:
    """Returns a new key: two peers with one key would look like one device at two addresses."""
    if kind == "rsa":
        return paramiko.RSAKey.generate(2048)
    if kind == "ecdsa":
        return paramiko.ECDSAKey.generate()
    private = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    return paramiko.Ed25519Key(file_obj=io.StringIO(private.decode()))


@dataclass(frozen=True)
class Terminal:
    """What a client asked for with its pseudo-terminal."""

    kind: str
    width: int
    height: int


@dataclass(frozen=True)
class Opened:
    """A channel that is ready: a command to execute, or None for a shell."""

    channel: paramiko.Channel
    command: str | None
    terminal: Terminal | None
    user: str


class SshOptions(TypedDict, total=False):
    """What every SSH peer takes by name; SshPeer has the defaults."""

    user: str
    password: str
    login: LoginMethod | Sequence[LoginMethod]
    authorized_key: str
    banner: str
    host_key: HostKeyKind
    ident: str
    sha1_only: bool
    address: str | None
    port: int


class SshPeer(TcpPeer):
    """Logs users on and calls converse() for each shell or command opened."""

    def __init__(
        self,
        *,
        user: str = "admin",
        password: str = "admin-pw",
        login: LoginMethod | Sequence[LoginMethod] = "password",
        authorized_key: str = "",
        banner: str = "",
        host_key: HostKeyKind = "ed25519",
        ident: str = "SSH-2.0-peer_1.0",
        user_suffix: str = "",
        sha1_only: bool = False,
        mischief: str | None = None,
        address: str | None = None,
        port: int = 0,
    ) -> None:
        super().__init__(address, port)
        self.user, self.password, self.user_suffix = user, password, user_suffix
        self.login: tuple[LoginMethod, ...] = (login,) if isinstance(login, str) else tuple(login)
        self.authorized_key = authorized_key
        self.banner, self.ident = banner, ident
        self.sha1_only, self.mischief = sha1_only, mischief
        self.terminals: list[Terminal] = []
        self.window_changes: list[tuple[int, int]] = []
        self._key_kind: HostKeyKind = host_key
        self._key = make_host_key(host_key)

    @property
    def host_key_line(self) -> str:
        """Returns the public host key as in a known_hosts file, without the name."""
        return f"{self._key.get_name()} {self._key.get_base64()}"

    @property
    def host_key_sha256(self) -> str:
        """Returns the fingerprint as ssh-keygen -l prints it: SHA256: and base64 without padding."""
        return str(self._key.fingerprint)

    def rotate_host_key(self, kind: HostKeyKind | None = None) -> None:
        """Shows a new host key to every later connection, as a replaced device would."""
        self._key_kind = kind or self._key_kind
        self._key = make_host_key(self._key_kind)

    @property
    def keeps_open(self) -> bool:
        """Returns whether a connection outlives its first channel: yes for servers, no for network devices."""
        return False

    def converse(self, opened: Opened) -> None:
        """Speaks on an opened channel; the caller closes it."""
        raise NotImplementedError

    def serve(self, connection: socket.socket) -> None:
        if self.mischief in ssh_wire.WIRE_MISCHIEF:
            ssh_wire.misbehave(connection, self.mischief or "", self.pause)
            return
        if self.sha1_only:
            ssh_wire.offer_only_sha1(connection, self.ident)
            return
        transport = paramiko.Transport(connection, disabled_algorithms=NO_GROUP_EXCHANGE)
        transport.set_log_channel(_quiet.name)
        try:
            transport.local_version = self.ident
            transport.add_server_key(self._key)
            session = _Session(self)
            with contextlib.suppress(paramiko.SSHException):  # no common algorithm, or the client left
                transport.start_server(server=session)
                self._wait_for_channel(transport, session)
        finally:
            transport.close()
            transport.join(10)

    def _wait_for_channel(self, transport: paramiko.Transport, session: "_Session") -> None:
        while transport.is_active() and not self.stopping.is_set():
            with contextlib.suppress(queue.Empty):
                opened = session.opened.get(timeout=0.1)
                if self.mischief == "close_at_login":
                    return
                self.converse(opened)
                opened.channel.close()
                if not self.keeps_open:
                    # a client that leaves by itself now sees a clean end and not a reset
                    transport.join(LEAVE_S)
                    return


class _Session(paramiko.ServerInterface):
    """One connection's logon and channel requests."""

    def __init__(self, peer: SshPeer) -> None:
        self.peer = peer
        self.opened: queue.Queue[Opened] = queue.Queue()
        self._user = ""
        self._terminal: Terminal | None = None
        self._accepted = False

    def get_banner(self) -> tuple[str | None, str | None]:
        return (self.peer.banner, "en") if self.peer.banner else (None, None)

    def get_allowed_auths(self, username: str) -> str:
        return ",".join(self.peer.login)

    def check_auth_password(self, username: str, password: str) -> int:
        return self._judge(username, "password", password == self.peer.password)

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        authorized = self.peer.authorized_key.split()[:2]
        return self._judge(username, "publickey", [key.get_name(), key.get_base64()] == authorized)

    def check_auth_interactive(self, username: str, submethods: str) -> int | InteractiveQuery:
        if "keyboard-interactive" not in self.peer.login:
            return AUTH_FAILED
        self._user = username
        return InteractiveQuery("", "", ("Password: ", False))

    def check_auth_interactive_response(self, responses: list[str]) -> int:
        return self._judge(self._user, "keyboard-interactive", responses == [self.peer.password])

    def _judge(self, username: str, method: LoginMethod, right: bool) -> int:
        self._user = username.removesuffix(self.peer.user_suffix)
        right = right and method in self.peer.login and self._user == self.peer.user
        if not (right and self._accepted):  # a public key is asked about first and proved then: one logon
            self.peer.note_logon(self._user, right)
        self._accepted |= right
        return AUTH_SUCCESSFUL if right else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED if kind == "session" else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_pty_request(
        self,
        channel: paramiko.Channel,
        term: bytes,
        width: int,
        height: int,
        pixelwidth: int,
        pixelheight: int,
        modes: bytes,
    ) -> bool:
        self._terminal = Terminal(term.decode(errors="replace"), width, height)
        self.peer.terminals.append(self._terminal)
        return True

    def check_channel_window_change_request(
        self, channel: paramiko.Channel, width: int, height: int, pixelwidth: int, pixelheight: int
    ) -> bool:
        self.peer.window_changes.append((width, height))
        return True

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:
        if self.peer.mischief == "refuse_shell":
            return False
        self.opened.put(Opened(channel, None, self._terminal, self._user))
        return True

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        self.opened.put(Opened(channel, command.decode(errors="replace"), self._terminal, self._user))
        return True
