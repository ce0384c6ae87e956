"""The rows of a spool: how each is known to be whole, and what can be taken over from a damaged file."""

import hashlib
import itertools
import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from agent.spool_file import SpoolFile
from collectors.link.packing import NotPacked, TooLarge, unpacked

logger = logging.getLogger(__name__)

SALVAGE_S: Final = 2.0
"""Longer than that the agent does not wait for a damaged file when it starts."""
_AT_ONCE: Final = 20
_REPORTS: Final = "select id, job_id, subject, ended_at, size, digest, packed from reports order by seq"
_DONE: Final = "select job_id, attempt from done where typeof(job_id) = 'text' and typeof(attempt) = 'integer'"
_KINDS: Final = (str, str, str, float, int, bytes, bytes)


def digest_of_row(body: bytes) -> bytes:
    """Return what is kept beside a packed report."""
    return hashlib.sha256(body).digest()


def text_of_row(digest: bytes, body: bytes) -> bytes | None:
    """Return the report's JSON, None when the disk has changed it."""
    if not isinstance(body, bytes) or digest_of_row(body) != digest:
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
    tallies = {"set aside": 0, "dropped": 0}
    count = 0
    try:
        with closing(sqlite3.connect(f"{aside.absolute().as_uri()}?mode=ro", uri=True)) as old:
            old.execute("pragma query_only = on")
            for name in tallies:
                found = old.execute("select count from tallies where name = ?", (name,)).fetchone()
                tallies[name] = found[0] if found and isinstance(found[0], int) and found[0] >= 0 else 0
            good = _good_rows(old, ends_at_s)
            while some := list(itertools.islice(good, _AT_ONCE)):
                _take_over(file, some)
                count += len(some)
            with file.writing() as db:
                db.executemany("insert or ignore into done (job_id, attempt) values (?, ?)", old.execute(_DONE))
    except sqlite3.Error:
        logger.warning("the rest of a damaged spool cannot be read", extra={"taken_over_count": count})
    with file.writing() as db:
        add_to_tally(db, "set aside", tallies["set aside"] + 1)
        add_to_tally(db, "dropped", tallies["dropped"])


def _good_rows(old: sqlite3.Connection, ends_at_s: float) -> Iterator[tuple[Any, ...]]:
    for row in old.execute(_REPORTS):
        if time.monotonic() > ends_at_s:
            logger.warning("a damaged spool is too large to be read through")
            return
        if all(isinstance(one, kind) for one, kind in zip(row, _KINDS, strict=True)) and text_of_row(row[5], row[6]):
            yield row


def _take_over(file: SpoolFile, rows: list[tuple[Any, ...]]) -> None:
    with file.writing() as db:
        db.executemany(
            "insert or ignore into reports (id, job_id, subject, ended_at, size, digest, packed)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
