"""An HTTP proxy that knows CONNECT alone: it hears the name, and then only bytes."""

import contextlib
import socket
import threading

from tests.peers.listener import TcpPeer

HEAD_BYTES = 8_192
PIECE_BYTES = 65_536


class ConnectProxy(TcpPeer):
    """Joins two connections; `received` has the places that were asked for. `refuses` answers 407 to everything."""

    def __init__(self, *, refuses: bool = False, address: str | None = None, port: int = 0) -> None:
        super().__init__(address, port)
        self.refuses = refuses

    @property
    def url(self) -> str:
        """Returns the address for a client."""
        return f"http://{self.address}:{self.port}"

    def serve(self, connection: socket.socket) -> None:
        """Reads one CONNECT and passes bytes until either side ends."""
        head = b""
        while b"\r\n\r\n" not in head and len(head) < HEAD_BYTES:
            piece = connection.recv(PIECE_BYTES)
            if not piece:
                return
            head += piece
        method, place, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        self.hear(f"{method} {place}")
        if self.refuses or method != "CONNECT":
            connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        name, _, port = place.rpartition(":")
        with socket.create_connection((name, int(port)), timeout=10) as far:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_pass, args=(far, connection), daemon=True)
            back.start()
            _pass(connection, far)
            back.join(10)


def _pass(reads: socket.socket, writes: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := reads.recv(PIECE_BYTES):
            writes.sendall(piece)
    for one in (reads, writes):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
