"""The connection to the server: TLS by our own rules, the proxy, no cookies; `agent.server_api` alone uses it."""

import ipaddress
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
import truststore
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from agent.errors import ServerRefused
from collectors.link.messages import JSON


@dataclass(frozen=True)
class Road:
    """How the server is reached: its address, the file of its authority, the proxy."""

    server: str
    ca_file: str | None = None
    proxy: str | None = None
    """None: what the system says; empty: none at all."""

    @property
    def problem(self) -> str | None:
        """Return what is wrong with the address; plain HTTP is for the machine itself alone."""
        parts = urlsplit(self.server)
        if parts.scheme not in {"https", "http"} or not parts.hostname or parts.query or parts.fragment:
            return f"{self.server!r} is no address of a server, such as https://datumline.example"
        if parts.username is not None or parts.password is not None:
            return "the server's address must hold no user and no password"
        if parts.scheme == "http" and not _is_this_machine(parts.hostname):
            return "the server must be asked by https://; http:// is for the machine itself alone"
        return None


@dataclass
class Line:
    """The connection in use, so that a watchdog can cut it."""

    connection: HTTPConnection | None = None

    def cut(self) -> None:
        """End the connection; whoever reads from it gets an error."""
        line = self.connection.sock if self.connection is not None else None
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


def session_of(road: Road, line: Line) -> requests.Session:
    """Return a session for the server alone; raises ServerRefused when the authority's file cannot be used."""
    session = requests.Session()
    session.trust_env = False  # it would also take names and passwords from a netrc file
    session.headers = CaseInsensitiveDict(
        {"Accept": JSON, "Accept-Encoding": "identity", "User-Agent": "datumline-agent"}
    )
    session.cookies.set_policy(_NoCookies())
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Adapter(road.ca_file, line))
    return session


class _NoCookies(DefaultCookiePolicy):
    def set_ok(self, cookie: object, request: object) -> bool:
        """Return False: a server's answer leaves nothing behind."""
        return False


class _Adapter(HTTPAdapter):
    """One connection, TLS by our own rules, and within reach of the watchdog."""

    def __init__(self, ca_file: str | None, line: Line) -> None:
        self._pools = _pools(line)
        self._context = _context(ca_file)
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool of direct connections."""
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Return the pool of connections through a proxy."""
        pool = super().proxy_manager_for(proxy, **kwargs, ssl_context=self._context)
        pool.pool_classes_by_scheme = self._pools
        return pool

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Leave the verification to the context: it always takes place."""


def _pools(line: Line) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            line.connection = self
            super().connect()

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            line.connection = self
            super().connect()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _context(ca_file: str | None) -> ssl.SSLContext:
    context: ssl.SSLContext
    if ca_file is None:
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        try:
            context = ssl.create_default_context(cafile=ca_file)
        except OSError as error:
            raise ServerRefused(f"The authority's file {ca_file} cannot be used ({error.strerror}).", 0) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _is_this_machine(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name.casefold() == "localhost"
