"""A TCP listener with one thread a connection that ends completely when it is closed."""

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Self

from tests.peers.ports import family_of, loopback_address
from tests.peers.record import Record

JOIN_S = 10.0


class TcpPeer(Record):
    """Accepts connections on a loopback address and hands each to serve() in its own thread."""

    def __init__(self, address: str | None = None, port: int = 0) -> None:
        super().__init__()
        self.address = address or loopback_address()
        self.port = port
        self.stopping = threading.Event()
        self.connection_count = 0
        self.most_at_once = 0
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def serve(self, connection: socket.socket) -> None:
        """Speaks the protocol on one connection; the caller closes it."""
        raise NotImplementedError

    def start(self) -> Self:
        """Listens and returns at once; the port is known from then on."""
        listener = socket.socket(family_of(self.address), socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self.address, self.port))
        listener.listen(256)
        self.port = int(listener.getsockname()[1])
        self._listener = listener
        self._spawn(self._accept, listener)
        return self

    def close(self) -> None:
        """Closes every connection and waits until every thread has ended."""
        self.stopping.set()
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept() on Linux; close() does elsewhere
            self._listener.close()
            self._listener = None
        self.cut()
        for thread in list(self._threads):
            thread.join(JOIN_S)
        left = [thread.name for thread in self._threads if thread.is_alive()]
        if left:
            raise RuntimeError(f"peer threads did not end: {left}")

    def cut(self) -> None:
        """Cuts every open connection, as a reset or a power failure would; the listener stays."""
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def pause(self, seconds: float) -> bool:
        """Waits and returns True, or returns False at once when the peer is closing."""
        return not self.stopping.wait(seconds)

    def replace(self, old: socket.socket, new: socket.socket) -> None:
        """Follows a connection that was wrapped in TLS, so that closing reaches it; serve() closes the new one."""
        with self._lock:
            self._open.discard(old)
            self._open.add(new)

    def _accept(self, listener: socket.socket) -> None:
        while not self.stopping.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open.add(connection)
                self.connection_count += 1
                self.most_at_once = max(self.most_at_once, len(self._open))
            self._spawn(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            if not self.stopping.is_set():
                self.serve(connection)
        except (OSError, EOFError):
            pass  # the other side went away or we are closing
        finally:
            connection.close()
            with self._lock:
                self._open = {one for one in self._open if one.fileno() != -1}

    def _spawn(self, work: Callable[[socket.socket], None], connection: socket.socket) -> None:
        name = f"{type(self).__name__} {self.address}:{self.port}"
        thread = threading.Thread(target=work, args=(connection,), name=name, daemon=True)
        with self._lock:
            self._threads = [one for one in self._threads if one.is_alive() or one.ident is None] + [thread]
        thread.start()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()
