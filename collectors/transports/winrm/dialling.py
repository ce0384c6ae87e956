"""HTTP connections to the address that a name was resolved to before: no later answer of a name server moves them."""

import socket
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.poolmanager import PoolManager


def dial_only(manager: PoolManager, address: str) -> None:
    """Make every connection of a pool manager go to this address, whatever name its requests carry."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _dial(self, super()._new_conn, address)

    class Sealed(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _dial(self, super()._new_conn, address)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SealedPool(HTTPSConnectionPool):
        ConnectionCls = Sealed

    manager.pool_classes_by_scheme = {"http": PlainPool, "https": SealedPool}


def _dial(connection: HTTPConnection, new: Any, address: str) -> socket.socket:
    """Return a socket to the address; the name stays what TLS and the Host header are about."""
    name = connection.host
    connection.host = address
    try:
        plug: socket.socket = new()
    finally:
        connection.host = name
    return plug
