"""A WS-Management shell server over real HTTP and TLS: NTLM with sealed messages, Basic, and hostile modes."""

import base64
import contextlib
import socket
import ssl
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import Final, Self

from spnego.exceptions import SpnegoError

from tests.peers import winrm_mischief
from tests.peers import winrm_soap as soap
from tests.peers.listener import TcpPeer
from tests.peers.tls import ServerCertificate
from tests.peers.winrm_logon import SEALED_TYPE, BadSeal, NtlmLogon, UserFile, basic_user
from tests.peers.winrm_shells import Run, ShellAnswer, ShellCommand, Shells

__all__ = ["MISCHIEF", "ShellAnswer", "ShellCommand", "WinrmPeer"]

MISCHIEF: Final = winrm_mischief.SOAP_MISCHIEF + winrm_mischief.HTTP_MISCHIEF
SOAP_TYPE: Final = "application/soap+xml;charset=UTF-8"
MOST_REQUEST_BYTES: Final = 512_000  # MaxEnvelopeSizekb, Windows' default


class WinrmPeer(TcpPeer):
    """Answers the six shell operations; `received` has their names, `commands` what was run with which input."""

    def __init__(
        self,
        run: Run,
        *,
        users: Mapping[str, str] | None = None,
        tls: bool = False,
        ntlm: bool = True,
        basic: bool = False,
        mischief: str | None = None,
        mischief_at: str = "Receive",  # one of the operations, or "logon": any request, before it is looked at
        redirect_to: str = "http://127.0.0.1:9/wsman",
        address: str | None = None,
        port: int = 0,
    ) -> None:
        if mischief is not None and mischief not in MISCHIEF:
            raise ValueError(f"no such mischief: {mischief}")
        super().__init__(address, port)
        self.users = dict(users or {"svc": "svc-pw"})
        self.ntlm, self.basic = ntlm, basic
        self.mischief, self.mischief_at, self.redirect_to = mischief, mischief_at, redirect_to
        self.certificate = ServerCertificate(self.address) if tls else None
        self.unsealed_count = 0  # envelopes that anybody on the wire could read
        self.user_file: UserFile | None = None
        self._shells = Shells(run, lambda: self.url, self.pause)

    @property
    def url(self) -> str:
        """Returns the address for a client."""
        return f"{'https' if self.certificate else 'http'}://{self.address}:{self.port}/wsman"

    @property
    def thumbprint(self) -> str:
        """Returns the SHA-256 of the certificate in lower-case hexadecimal."""
        assert self.certificate is not None
        return self.certificate.thumbprint

    @property
    def commands(self) -> list[ShellCommand]:
        """Returns the commands started so far, oldest first."""
        return list(self._shells.commands)

    @property
    def scripts(self) -> list[str]:
        """Returns each command's standard input as text."""
        return [command.stdin_text for command in self.commands]

    @property
    def open_shell_count(self) -> int:
        """Returns how many shells the client left behind."""
        return self._shells.open_count

    def start(self) -> Self:
        """Listens; the port is known from then on."""
        self.user_file = UserFile(self.users)
        return super().start()

    def close(self) -> None:
        """Closes all connections and removes the user file."""
        super().close()
        if self.user_file is not None:
            self.user_file.close()

    def serve(self, connection: socket.socket) -> None:
        """Speaks HTTP on one connection, inside TLS when there is a certificate."""
        if self.certificate is None:
            _Connection(connection, self)
            return
        with contextlib.suppress(ssl.SSLError):  # a client that does not trust us hangs up here
            tls = self.certificate.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            self.replace(connection, tls)
            with tls:
                tls.do_handshake()
                _Connection(tls, self)

    def forget_users(self) -> None:
        """Lets nobody in from now on, as after a change of the password."""
        assert self.user_file is not None
        self.user_file.users.clear()
        self.user_file.path.write_text("")

    def right(self, user: str, password: str) -> bool:
        """Returns whether this is one of the accounts, with its password."""
        assert self.user_file is not None
        return self.user_file.users.get(user.upper()) == password

    def answer(self, envelope: bytes, user: str) -> tuple[int, bytes, str]:
        """Returns HTTP status, envelope, and the HTTP mischief to do instead of it."""
        try:
            call = soap.read(envelope)
        except soap.BadEnvelope as error:
            self.hear("not an envelope")
            return 400, soap.fault("", 1, f"bad envelope: {error}", "SchemaValidationError"), ""
        self.hear(call.action)
        if self.mischief and call.action == self.mischief_at:
            if self.mischief in winrm_mischief.HTTP_MISCHIEF:
                return 200, b"", self.mischief
            return *winrm_mischief.soap_answer(self.mischief, call), ""
        return *self._shells.answer(call, user), ""


class _Connection(BaseHTTPRequestHandler):
    """One kept-alive connection: NTLM binds the user to it."""

    protocol_version = "HTTP/1.1"

    def __init__(self, connection: socket.socket, peer: WinrmPeer) -> None:
        self.peer = peer
        self.ntlm: NtlmLogon | None = None
        self.basic_users: set[str] = set()
        super().__init__(connection, (peer.address, 0), peer)  # type: ignore[arg-type]

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the peer's record is the log."""

    def do_POST(self) -> None:
        """Logs on if needed, opens the envelope, answers it."""
        if self.peer.mischief and self.peer.mischief_at == "logon":
            self.peer.hear("request")
            self._misbehave(self.peer.mischief)
            return
        size = int(self.headers.get("Content-Length") or 0)
        if size > MOST_REQUEST_BYTES:
            self._reply(413)
            self.close_connection = True
            return
        body = self.rfile.read(size)
        user = self._user(body)
        if user is None:
            return
        sealed = "multipart/encrypted" in self.headers.get("Content-Type", "")
        try:
            envelope = self.ntlm.unseal(body) if sealed and self.ntlm else body
        except BadSeal:
            self._reply(400)
            return
        if not sealed and self.peer.certificate is None:
            self.peer.unsealed_count += 1
        status, answer, mischief = self.peer.answer(envelope, user)
        if mischief:
            self._misbehave(mischief)
        elif sealed and self.ntlm:
            self._reply(status, self.ntlm.seal(answer), SEALED_TYPE)
        else:
            self._reply(status, answer)

    def _user(self, body: bytes) -> str | None:
        """Returns who is logged on, or None after the answer of a handshake was sent."""
        authorization = self.headers.get("Authorization", "")
        scheme, _, token = authorization.partition(" ")
        if scheme in ("Negotiate", "NTLM") and self.peer.ntlm:
            return self._ntlm_step(scheme, token, body)
        if scheme == "Basic" and self.peer.basic:
            user, password = basic_user(authorization)
            right = self.peer.right(user, password)
            if not right or user not in self.basic_users:
                self.peer.note_logon(user, right)
            if right:
                self.basic_users.add(user)
                return user
        elif self.ntlm is not None and self.ntlm.complete:
            return self.ntlm.user
        self._challenge()
        return None

    def _ntlm_step(self, scheme: str, token: str, body: bytes) -> str | None:
        assert self.peer.user_file is not None
        if self.ntlm is None or self.ntlm.complete:
            self.ntlm = NtlmLogon(self.peer.user_file)
        try:
            out = self.ntlm.step(base64.b64decode(token))
        except (SpnegoError, ValueError):
            self.peer.note_logon(self.ntlm.user, accepted=False)
            self.ntlm = None
            self._challenge()
            return None
        if not self.ntlm.complete:
            self._reply(401, headers=[("WWW-Authenticate", f"{scheme} {base64.b64encode(out or b'').decode()}")])
            return None
        self.peer.note_logon(self.ntlm.user, accepted=True)
        if not body:  # a client that will seal its messages proves itself with an empty request first
            self._reply(200)
            return None
        return self.ntlm.user

    def _challenge(self) -> None:
        schemes = ["Negotiate"] * self.peer.ntlm + ['Basic realm="WSMAN"'] * self.peer.basic
        self._reply(401, headers=[("WWW-Authenticate", scheme) for scheme in schemes])

    def _misbehave(self, mischief: str) -> None:
        self.close_connection = True
        winrm_mischief.http_answer(mischief, self.connection, self.peer.pause, self.peer.redirect_to)

    def _reply(
        self, status: int, body: bytes = b"", kind: str = SOAP_TYPE, headers: list[tuple[str, str]] | None = None
    ) -> None:
        self.send_response_only(status)
        self.send_header("Server", "Microsoft-HTTPAPI/2.0")
        for name, text in headers or []:
            self.send_header(name, text)
        if body:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
