"""A receiver of webhooks: HTTPS with its own certificate; keeps what arrived, answers what it is told to."""

import ssl
from contextlib import suppress
from dataclasses import dataclass
from socket import socket
from typing import Final

from tests.peers.listener import TcpPeer
from tests.peers.tls import ServerCertificate

HEAD_LIMIT: Final = 65_536


@dataclass(frozen=True)
class Request:
    """One request as it arrived."""

    line: str
    headers: dict[str, str]
    body: bytes


class WebhookReceiver(TcpPeer):
    """Takes one request on each connection."""

    def __init__(self, name: str = "", *, answer: str = "HTTP/1.1 204 No Content\r\n\r\n") -> None:
        """Takes the name on its certificate, without one it is the address; and what it answers."""
        super().__init__()
        self.certificate = ServerCertificate(name or self.address)
        self._answer = answer
        self.requests: list[Request] = []

    def serve(self, connection: socket) -> None:
        """Reads one request inside TLS and answers it."""
        with suppress(ssl.SSLError):  # a client that does not trust us hangs up
            tls = self.certificate.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            self.replace(connection, tls)
            with tls:
                tls.do_handshake()
                self.requests.append(_read(tls))
                tls.sendall(self._answer.encode())


def _read(tls: ssl.SSLSocket) -> Request:
    reader = tls.makefile("rb")
    line = reader.readline(HEAD_LIMIT).decode().strip()
    headers: dict[str, str] = {}
    while told := reader.readline(HEAD_LIMIT).decode().strip():
        name, _, value = told.partition(":")
        headers[name.casefold()] = value.strip()
    return Request(line, headers, reader.read(int(headers.get("content-length", "0"))))
