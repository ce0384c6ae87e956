"""A mail server: takes mails in, with STARTTLS or without, and refuses what it is told to refuse."""

import base64
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BufferedReader
from socket import socket
from typing import Final

from tests.peers.listener import TcpPeer
from tests.peers.tls import ServerCertificate

LINE_LIMIT: Final = 1_000  # RFC 5321, 4.5.3.1.6


@dataclass
class Envelope:
    """One mail as it was handed in."""

    sender: str
    recipients: list[str] = field(default_factory=list)
    content: bytes = b""
    was_encrypted: bool = False

    @property
    def message(self) -> EmailMessage:
        """Returns the mail, parsed."""
        return message_from_bytes(self.content, policy=policy.default)


class SmtpServer(TcpPeer):
    """Speaks enough of RFC 5321, 3207 (STARTTLS) and 4954 (AUTH PLAIN) for a client that hands mails in."""

    def __init__(
        self,
        address: str | None = None,
        *,
        certificate: ServerCertificate | None = None,
        account: tuple[str, str] | None = None,
        refuses: Mapping[str, str] | None = None,
        greets: str = "220 mail.example ESMTP",
    ) -> None:
        """Takes a certificate for STARTTLS, the one account, and what it replies to a recipient, sender or DATA."""
        super().__init__(address)
        self._certificate = certificate
        self._account = account
        self._refuses = dict(refuses or {})
        self._greets = greets
        self.mails: list[Envelope] = []
        self.tried: list[tuple[str, str, bool]] = []
        """User, password, and whether the connection was encrypted."""

    def serve(self, connection: socket) -> None:
        """Speaks with one client until it quits."""
        with suppress(ssl.SSLError):  # a client that does not trust us hangs up
            session = _Session(self, connection)
            try:
                session.run(self._greets)
            finally:
                session.close()


class _Session:
    """One connection."""

    def __init__(self, server: SmtpServer, connection: socket) -> None:
        self._server, self._connection = server, connection
        self._reader: BufferedReader = connection.makefile("rb")
        self._envelope: Envelope | None = None

    @property
    def _encrypted(self) -> bool:
        return isinstance(self._connection, ssl.SSLSocket)

    def run(self, greeting: str) -> None:
        self._say(greeting)
        while line := self._reader.readline(LINE_LIMIT).decode("utf-8", "replace").rstrip("\r\n"):
            verb, _, rest = line.partition(" ")
            if verb.upper() == "QUIT":
                self._say("221 bye")
                return
            self._answer(verb.upper(), rest)

    def close(self) -> None:
        self._reader.close()
        self._connection.close()

    def _answer(self, verb: str, rest: str) -> None:
        if verb in {"EHLO", "HELO"}:
            self._say(*self._offers())
        elif verb == "STARTTLS" and self._server._certificate is not None:
            self._encrypt(self._server._certificate.context)
        elif verb == "AUTH":
            self._say(self._log_on(rest))
        elif verb == "MAIL":
            self._say(self._begin(_address(rest)))
        elif verb == "RCPT":
            self._say(self._add(_address(rest)))
        elif verb == "DATA" and self._envelope is not None:
            self._say(self._take(self._envelope))
        else:
            self._say("250 fine" if verb in {"RSET", "NOOP"} else "502 not known")

    def _offers(self) -> list[str]:
        more = ["STARTTLS"] if self._server._certificate is not None and not self._encrypted else []
        more += ["AUTH PLAIN"] if self._server._account is not None else []
        lines = ["mail.example", *more]
        return [f"250{' ' if place == len(lines) - 1 else '-'}{line}" for place, line in enumerate(lines)]

    def _encrypt(self, context: ssl.SSLContext) -> None:
        self._say("220 go on")
        self._reader.close()
        plain = self._connection
        self._connection = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        self._server.replace(plain, self._connection)
        self._connection.do_handshake()
        self._reader = self._connection.makefile("rb")

    def _log_on(self, told: str) -> str:
        _identity, user, password = base64.b64decode(told.removeprefix("PLAIN ")).decode().split("\0")
        self._server.tried.append((user, password, self._encrypted))
        return "235 welcome" if (user, password) == self._server._account else "535 wrong user or password"

    def _begin(self, sender: str) -> str:
        refused = self._server._refuses.get(sender)
        self._envelope = None if refused else Envelope(sender, was_encrypted=self._encrypted)
        return refused or "250 sender fine"

    def _add(self, recipient: str) -> str:
        refused = self._server._refuses.get(recipient)
        if not refused and self._envelope is not None:
            self._envelope.recipients.append(recipient)
        return refused or "250 recipient fine"

    def _take(self, envelope: Envelope) -> str:
        self._say("354 go on")
        lines = []
        while (line := self._reader.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if refused := self._server._refuses.get("DATA"):
            return refused
        envelope.content = b"".join(lines)
        self._server.mails.append(envelope)
        return "250 taken"

    def _say(self, *lines: str) -> None:
        self._connection.sendall("".join(f"{line}\r\n" for line in lines).encode())


def _address(told: str) -> str:
    return told.partition("<")[2].partition(">")[0]
