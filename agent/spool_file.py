"""The file of the spool: SQLite under a cap, beside a ballast that is given up when the disk is full.

On a full disk SQLite cannot even delete, so a spool could not be drained. The ballast is a file of real bytes: taken
away, there is room to delete. The cap (`max_page_count`) lies below the disk, so that the spool alone never fills it.
"""

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from agent.errors import SpoolFull, StateUnusable

logger = logging.getLogger(__name__)

PAGE_BYTES: Final = 4096
BALLAST_BYTES: Final = 2 * 1024 * 1024
CHECKED_BYTES: Final = 64 * 1024 * 1024
"""A larger file is not read through at the start; its rows carry their own digests."""
SET_ASIDE_KEPT: Final = 1
_NO_ROOM: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN})
_DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, 0})
_TABLES: Final = """
create table if not exists reports (
    seq integer primary key autoincrement, id text not null unique, job_id text not null, subject text not null,
    ended_at real not null, size integer not null, behind integer not null default 0, digest blob not null,
    packed blob not null
);
create index if not exists reports_by_subject on reports (subject, seq);
create table if not exists rejected (
    seq integer primary key autoincrement, id text not null unique, reason text not null, packed blob not null
);
create table if not exists done (job_id text not null, attempt integer not null, seq integer primary key autoincrement,
    unique (job_id, attempt));
create table if not exists tallies (name text primary key, count integer not null);
"""
_EXPECTED: Final = {"reports": 9, "rejected": 4, "done": 3, "tallies": 2}


OF_THE_FILE: Final = (sqlite3.Error, UnicodeDecodeError)
"""What a damaged file can raise: its words may even be in the message of SQLite's error, which is then no text."""


class Damaged(Exception):
    """The file is no spool any more; it is moved aside and a new one begun."""


class SpoolFile:
    """One connection for all threads of the agent, and the files around it."""

    def __init__(self, folder: Path, capacity_bytes: int) -> None:
        """Open or make the file; raises Damaged, SpoolFull, StateUnusable."""
        self.path = folder / "spool.sqlite"
        self.ballast = folder / "ballast"
        self._capacity_pages = max(32, capacity_bytes // PAGE_BYTES)
        self._lock = threading.RLock()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise StateUnusable(f"The spool {folder} cannot be used ({error.strerror}); make it writable.") from error
        try:
            self._db = self._with_room(self._opened)
        except OF_THE_FILE as error:
            raise self._meaning(error) from error
        self._fill_ballast()

    def _opened(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=10, isolation_level=None, check_same_thread=False)
        try:
            self._prepare(db)
        except (*OF_THE_FILE, Damaged):
            db.close()
            raise
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        db.execute(f"pragma page_size = {PAGE_BYTES}")
        db.execute("pragma auto_vacuum = incremental")
        db.execute("pragma journal_mode = wal")
        db.execute("pragma synchronous = full")
        db.execute("pragma cache_size = -512")
        db.execute("pragma journal_size_limit = 1048576")
        db.execute("pragma trusted_schema = off")
        db.execute(f"pragma max_page_count = {self._capacity_pages}")
        db.executescript(_TABLES)
        for table, columns in _EXPECTED.items():
            if len(db.execute(f"pragma table_info({table})").fetchall()) != columns:
                raise Damaged(f"the table {table} has other columns")
        if self.path.stat().st_size <= CHECKED_BYTES:
            (told,) = db.execute("pragma integrity_check(1)").fetchone()
            if told != "ok":
                raise Damaged("the check of the file failed")

    @property
    def capacity_bytes(self) -> int:
        """Return the cap in bytes."""
        return self._capacity_pages * PAGE_BYTES

    def used_bytes(self) -> int:
        """Return the bytes in use; raises Damaged."""
        with self.reading() as db:
            pages, free = (db.execute(f"pragma {name}").fetchone()[0] for name in ("page_count", "freelist_count"))
        return int(pages - free) * PAGE_BYTES

    def reaches_cap(self, more_bytes: int) -> bool:
        """Return whether so many bytes more would reach the cap; else it is the disk that is full."""
        return self.used_bytes() + more_bytes + 8 * PAGE_BYTES > self.capacity_bytes

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for questions; raises Damaged."""
        with self._lock:
            try:
                yield self._db
            except OF_THE_FILE as error:
                raise self._meaning(error) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside one transaction that is on the disk at its end; raises SpoolFull, Damaged."""
        with self._lock:
            try:
                with self._db:
                    self._db.execute("begin immediate")
                    yield self._db
            except OF_THE_FILE as error:
                raise self._meaning(error) from error

    def give_up_ballast(self) -> bool:
        """Make room on a full disk, and return whether there was any to make."""
        try:
            self.ballast.unlink()
        except OSError:
            return False
        logger.warning("the disk is full: the spool's ballast was given up to deliver what waits")
        return True

    def shrink(self) -> None:
        """Give free pages back to the disk and fill the ballast again, as far as there is room."""
        with suppress(*OF_THE_FILE), self._lock:
            self._db.executescript("pragma incremental_vacuum; pragma wal_checkpoint(truncate)")
        self._fill_ballast()

    def close(self) -> None:
        """Close the connection; may be called twice."""
        with self._lock, suppress(sqlite3.Error):
            self._db.close()

    def _with_room(self, act: Callable[[], sqlite3.Connection]) -> sqlite3.Connection:
        try:
            return act()
        except sqlite3.OperationalError as error:
            if not _is_full(error) or not self.give_up_ballast():
                raise
            return act()

    def _fill_ballast(self) -> None:
        with suppress(OSError):
            if self.ballast.exists() and self.ballast.stat().st_size == BALLAST_BYTES:
                return
        try:
            with open(self.ballast, "wb", opener=_private) as file:
                file.write(os.urandom(BALLAST_BYTES))
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            logger.warning("there is no room on the disk for the spool's ballast")
            with suppress(OSError):
                self.ballast.unlink()

    def _meaning(self, error: Exception) -> Exception:
        if _is_full(error):
            return SpoolFull(f"The spool {self.path.parent} is full: make room on its disk, or deliver what waits.")
        if not _is_damage(error):
            return StateUnusable(f"The spool {self.path} cannot be used ({error}); look at its disk and its owner.")
        return Damaged(str(error))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def set_aside(folder: Path, at: datetime) -> Path:
    """Move a damaged spool out of the way, keep the last few of them, and return where it is now."""
    target = folder / f"damaged-{at:%Y%m%dT%H%M%S%f}.sqlite"
    for ending in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            (folder / f"spool.sqlite{ending}").replace(f"{target}{ending}")
    old = sorted(folder.glob("damaged-*.sqlite"))[:-SET_ASIDE_KEPT]
    for path in old:
        for ending in ("-wal", "-shm", ""):
            with suppress(OSError):
                Path(f"{path}{ending}").unlink()
    return target


def _is_full(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in _NO_ROOM and code != sqlite3.SQLITE_IOERR_SHORT_READ


def _is_damage(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in _DAMAGE or code == sqlite3.SQLITE_IOERR_SHORT_READ
