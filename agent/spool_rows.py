"""The rows of a spool: how each is known to be whole, and what can be taken over from a damaged file."""

import hashlib
import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from agent.spool_file import OF_THE_FILE, SpoolFile
from collectors.link.packing import NotPacked, TooLarge, unpacked

logger = logging.getLogger(__name__)

SALVAGE_S: Final = 2.0
"""Longer than that the agent does not wait for a damaged file when it starts."""
_AT_ONCE: Final = 20
_REPORTS: Final = "select id, job_id, subject, ended_at, size, digest, packed from reports order by seq"
_DONE: Final = "select job_id, attempt from done where typeof(job_id) = 'text' and typeof(attempt) = 'integer'"
_KINDS: Final = (str, str, str, float, int, bytes, bytes)


def digest_of_row(report_id: str, body: bytes) -> bytes:
    """Return what is kept beside a packed report."""
    return hashlib.sha256(report_id.encode("utf-8", "replace") + body).digest()


def text_of_row(report_id: str, digest: bytes, body: bytes) -> bytes | None:
    """Return the report's JSON, None when the disk has changed it or its id."""
    if not isinstance(report_id, str) or not isinstance(body, bytes) or digest_of_row(report_id, body) != digest:
        return None
    try:
        return unpacked(body)
    except (NotPacked, TooLarge):
        return None


def add_to_tally(db: sqlite3.Connection, name: str, more: int) -> None:
    """Count something for good."""
    db.execute("insert or ignore into tallies values (?, 0)", (name,))
    db.execute("update tallies set count = count + ? where name = ?", (more, name))


def salvage(aside: Path, file: SpoolFile) -> None:
    """Take over what can still be read of a damaged file, for a short time, and count the file."""
    ends_at_s = time.monotonic() + SALVAGE_S
    with closing(sqlite3.connect(f"{aside.absolute().as_uri()}?mode=ro", uri=True)) as old:
        dropped, aside_count = (_tally(old, name) for name in ("dropped", "set aside"))
        for rows in _batches(old, ends_at_s):
            _take_over(file, rows)
        done = _done(old)
    with file.writing() as db:
        db.executemany("insert or ignore into done (job_id, attempt) values (?, ?)", done)
        add_to_tally(db, "set aside", aside_count + 1)
        add_to_tally(db, "dropped", dropped)


def _tally(old: sqlite3.Connection, name: str) -> int:
    try:
        found = old.execute("select count from tallies where name = ?", (name,)).fetchone()
    except OF_THE_FILE:
        return 0
    return found[0] if found and isinstance(found[0], int) and found[0] >= 0 else 0


def _done(old: sqlite3.Connection) -> list[tuple[str, int]]:
    try:
        return old.execute(_DONE).fetchall()
    except OF_THE_FILE:
        return []


def _batches(old: sqlite3.Connection, ends_at_s: float) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the good reports up to the first place that cannot be read."""
    count = 0
    try:
        cursor = old.execute(_REPORTS)
        while (rows := cursor.fetchmany(_AT_ONCE)) and time.monotonic() < ends_at_s:
            count += len(rows)
            yield [row for row in rows if _is_good(row)]
    except OF_THE_FILE:
        logger.warning("the rest of a damaged spool cannot be read", extra={"read_count": count})


def _is_good(row: tuple[Any, ...]) -> bool:
    kinds = all(isinstance(one, kind) for one, kind in zip(row, _KINDS, strict=True))
    return kinds and text_of_row(row[0], row[5], row[6]) is not None


def _take_over(file: SpoolFile, rows: list[tuple[Any, ...]]) -> None:
    with file.writing() as db:
        db.executemany(
            "insert or ignore into reports (id, job_id, subject, ended_at, size, digest, packed)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
