"""A small SQLite file of the agent's own state: private to its user, written to disk before anything depends on it."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BUSY_TIMEOUT_S = 10.0
"""Another process of the agent (a person's `collect` beside the service) may be writing."""


class StateFile:
    """One connection, used by any thread in turn; each transaction takes the write lock at its start."""

    def __init__(self, path: Path, tables: str) -> None:
        """Open or make the file; raises OSError or sqlite3.Error when that cannot be done."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self.path = path
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = full")
        self._connection.executescript(tables)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside one transaction: all of it is on disk at the end, or nothing."""
        with self._lock, self._connection:  # commits at its end, rolls back on any exception
            self._connection.execute("begin immediate")
            yield self._connection

    def close(self) -> None:
        """Close the connection; may be called twice."""
        with self._lock:
            self._connection.close()


def own_key(path: Path) -> bytes:
    """Return the 32 random bytes kept in a file that only the agent's user may read; made on first use."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        key = os.urandom(32)
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key
