"""A directory that checks passwords over a socket and counts what it refuses."""

import socketserver
import threading
import time
from typing import Self


class Directory(socketserver.ThreadingTCPServer):
    """Listens on a free loopback port until closed."""

    daemon_threads = True

    def __init__(self, password: str, think_s: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), _Logon)
        self.password = password
        self.think_s = think_s
        self.tried_count = 0
        self.refused_count = 0
        self.at_once_count = 0
        self.most_at_once_count = 0
        self.counting = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        """Return the port."""
        return int(self.server_address[1])

    def __enter__(self) -> Self:
        """Start to serve."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving."""
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Logon(socketserver.StreamRequestHandler):
    server: Directory

    def handle(self) -> None:
        """Judge one logon."""
        _, _, password = self.rfile.readline(200).decode().strip().partition(" ")
        directory = self.server
        with directory.counting:
            directory.tried_count += 1
            directory.at_once_count += 1
            directory.most_at_once_count = max(directory.most_at_once_count, directory.at_once_count)
        time.sleep(directory.think_s)
        right = password == directory.password
        with directory.counting:
            directory.at_once_count -= 1
            directory.refused_count += not right
        self.wfile.write(b"yes\n" if right else b"no\n")
