"""The spool: reports wait on the disk until the server has said what became of each (decision 23).

A report is on the disk before its job is called done, and leaves it only after the server's word. Above the cap alone
reports are thinned out: of each access the newest stays. A damaged file is moved aside, what can be read of it is kept.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from agent.errors import SpoolFull, StateUnusable
from agent.spool_file import Damaged, SpoolFile, set_aside
from agent.spool_rows import add_to_tally, digest_of_row, salvage, text_of_row
from agent.steps import At, passing
from collectors.link import messages
from collectors.link.canonical import canonical
from collectors.link.messages import Report, ReportOutcome
from collectors.link.packing import packed

logger = logging.getLogger(__name__)

CAPACITY_BYTES: Final = 1024 * 1024 * 1024
THINNED_TO: Final = 0.9
_THINNED_AT_ONCE: Final = 50
REJECTED_KEPT: Final = 200
DONE_KEPT: Final = 20_000
Result = TypeVar("Result")


@dataclass(frozen=True)
class Waiting:
    """A report that waits: its id, and its JSON as it is sent."""

    id: str
    text: bytes


@dataclass(frozen=True)
class _Row:
    seq: int
    id: str
    digest: bytes
    packed: bytes


class Spool:
    """The reports of one agent. Any thread may use it."""

    def __init__(
        self,
        folder: Path,
        capacity_bytes: int = CAPACITY_BYTES,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        at: At = passing,
    ) -> None:
        """Open the spool; a damaged one is moved aside. Raises SpoolFull, StateUnusable."""
        self._folder = folder
        self._capacity_bytes = capacity_bytes
        self._now = now
        self._at = at
        self._lock = threading.RLock()
        try:
            self._file = SpoolFile(folder, capacity_bytes)
        except Damaged as error:
            self._file = self._begun_anew(error)

    def put(self, report: Report, subject: str) -> None:
        """Keep a report on the disk, together with the word that its job is done; raises SpoolFull.

        `subject` is what a newer report of the same replaces when reports have to be thinned out.
        """
        text = canonical(report)
        body = packed(text)
        digest = digest_of_row(report.id, body)
        row = (report.id, report.job_id, subject, report.ended_at.timestamp(), len(text), digest, body)

        def insert(file: SpoolFile) -> None:
            with file.writing() as db:
                db.execute(
                    "insert into reports (id, job_id, subject, ended_at, size, digest, packed)"
                    " values (?, ?, ?, ?, ?, ?, ?)",
                    row,
                )
                db.execute("insert or ignore into done (job_id, attempt) values (?, ?)", (row[1], report.attempt))
                db.execute("delete from done where seq <= (select max(seq) from done) - ?", (DONE_KEPT,))

        self._at("before a report is kept")
        try:
            self._do(insert)
        except SpoolFull:
            if not self._do(lambda file: file.reaches_cap(len(body))) or not self._thinned():
                raise
            self._do(insert)
        self._at("report kept")

    def oldest(self, count: int, most_bytes: int, most_packed_bytes: int) -> tuple[Waiting, ...]:
        """Return the oldest reports up to these bounds, at least one when any waits. Damaged ones are set apart."""
        rows = self._do(lambda file: self._rows(file, count, most_bytes, most_packed_bytes))
        good = []
        for row in rows:
            text = text_of_row(row.id, row.digest, row.packed)
            if text is None:
                self._drop_damaged(row.seq)
            else:
                good.append(Waiting(row.id, text))
        if rows and not good:
            return self.oldest(count, most_bytes, most_packed_bytes)
        return tuple(good)

    def settle(self, outcomes: Iterable[ReportOutcome]) -> int:
        """Forget what the server has, keep apart what it rejects, and return how many reports that were."""
        told = {one.report_id: one for one in outcomes}

        def forget(file: SpoolFile) -> int:
            with file.writing() as db:
                settled = 0
                for name, outcome in told.items():
                    if outcome.outcome == "rejected":
                        settled += _reject(db, name, outcome.reason)
                    else:
                        settled += db.execute("delete from reports where id = ?", (name,)).rowcount
                return settled

        count = self._with_ballast(forget)
        if self.count() == 0:
            self._do(lambda file: file.shrink())
        return count

    def reject(self, report_id: str, reason: str) -> None:
        """Keep a report apart that can never be delivered."""

        def act(file: SpoolFile) -> None:
            with file.writing() as db:
                _reject(db, report_id, reason)

        logger.error("a report cannot be delivered and is kept apart", extra={"report": report_id, "reason": reason})
        self._with_ballast(act)

    def put_behind(self, report_id: str) -> None:
        """Let the others go first: the server failed over this one again and again."""

        def act(file: SpoolFile) -> None:
            with file.writing() as db:
                db.execute("update reports set behind = behind + 1 where id = ?", (report_id,))

        self._with_ballast(act)

    def is_done(self, job_id: str, attempt: int) -> bool:
        """Return whether this attempt, or a later one, of a job has had its report."""
        question = "select count(*) from done where job_id = ? and attempt >= ?"
        return bool(self._one(question, (job_id, attempt)))

    def waiting_jobs(self, count: int) -> tuple[str, ...]:
        """Return the jobs whose reports wait, newest first."""
        question = "select job_id from reports order by seq desc limit ?"
        rows = self._do(lambda file: _all(file, question, (count,)))
        return tuple(str(name) for (name,) in rows)

    def count(self) -> int:
        """Return how many reports wait."""
        return self._one("select count(*) from reports")

    def rejected_count(self) -> int:
        """Return how many reports are kept apart."""
        return self._one("select count(*) from rejected")

    def share_used(self) -> float:
        """Return the share of the cap that is in use, from 0 to 1."""
        return self._do(lambda file: file.used_bytes() / file.capacity_bytes)

    def told(self) -> messages.Spool:
        """Return what the server is told of the spool."""
        ((count, oldest),) = self._do(lambda file: _all(file, "select count(*), min(ended_at) from reports"))
        tallies: dict[str, int] = dict(self._do(lambda file: _all(file, "select name, count from tallies")))
        return messages.Spool(
            reports_count=count,
            bytes=self._do(lambda file: file.used_bytes()),
            capacity_bytes=self._do(lambda file: file.capacity_bytes),
            oldest_at=None if oldest is None else datetime.fromtimestamp(oldest, UTC),
            dropped_count=tallies.get("dropped", 0),
            set_aside_count=tallies.get("set aside", 0),
        )

    def make_room(self) -> bool:
        """Give up the ballast on a full disk, and return whether there was any; it comes back when there is room."""
        with self._lock:
            return self._file.give_up_ballast()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _rows(self, file: SpoolFile, count: int, most_bytes: int, most_packed_bytes: int) -> list[_Row]:
        chosen: list[_Row] = []
        size = packed_size = 0
        question = "select seq, id, size, digest, packed from reports order by behind > 0, behind, seq limit ?"
        with file.reading() as db:
            for seq, name, bytes_count, digest, body in db.execute(question, (count,)):
                size, packed_size = size + bytes_count, packed_size + len(body)
                if chosen and (size > most_bytes or packed_size > most_packed_bytes):
                    break
                chosen.append(_Row(seq, name, digest, body))
        return chosen

    def _drop_damaged(self, seq: int) -> None:
        """Drop a row that the disk has changed: nobody can say any more what stood there. It is counted."""

        def act(file: SpoolFile) -> None:
            with file.writing() as db:
                add_to_tally(db, "dropped", db.execute("delete from reports where seq = ?", (seq,)).rowcount)

        logger.error("a report was damaged on the disk and is lost", extra={"row": seq})
        self._with_ballast(act)

    def _thinned(self) -> bool:
        """Drop the oldest reports that newer ones replace, until there is room, and return whether any was dropped."""
        dropped = 0
        while self._do(lambda file: file.used_bytes() > THINNED_TO * file.capacity_bytes):
            count = self._with_ballast(_thin)
            dropped += count
            if count < _THINNED_AT_ONCE:
                break
        if dropped:
            logger.error("the spool was full and was thinned out", extra={"dropped_count": dropped})
        return dropped > 0

    def _one(self, question: str, given: tuple[object, ...] = ()) -> int:
        ((value,),) = self._do(lambda file: _all(file, question, given))
        return int(value)

    def _with_ballast(self, act: Callable[[SpoolFile], Result]) -> Result:
        """Do what makes room; when the disk is too full even for that, the ballast goes first."""
        try:
            return self._do(act)
        except SpoolFull:
            if not self._file.give_up_ballast():
                raise
            return self._do(act)

    def _do(self, act: Callable[[SpoolFile], Result]) -> Result:
        """Do something with the file; one that turns out to be damaged is replaced, and it is done with the new one."""
        with self._lock:
            try:
                return act(self._file)
            except Damaged as error:
                self._file.close()
                self._file = self._begun_anew(error)
                return act(self._file)

    def _begun_anew(self, why: Exception) -> SpoolFile:
        aside = set_aside(self._folder, self._now())
        logger.error("the spool was damaged and moved aside", extra={"file": aside.name, "why": str(why)})
        try:
            file = SpoolFile(self._folder, self._capacity_bytes)
            salvage(aside, file)
        except Damaged as error:
            raise StateUnusable(
                f"A new spool in {self._folder} is damaged at once ({error}); its disk fails."
            ) from error
        return file


def _all(file: SpoolFile, question: str, given: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
    with file.reading() as db:
        return db.execute(question, given).fetchall()


def _thin(file: SpoolFile) -> int:
    question = (
        "delete from reports where seq in (select seq from reports as old where exists"
        " (select 1 from reports as new where new.subject = old.subject and new.seq > old.seq) order by seq limit ?)"
    )
    with file.writing() as db:
        count = db.execute(question, (_THINNED_AT_ONCE,)).rowcount
        add_to_tally(db, "dropped", count)
        return count


def _reject(db: sqlite3.Connection, report_id: str, reason: str) -> int:
    db.execute(
        "insert or ignore into rejected (id, reason, packed) select id, ?, packed from reports where id = ?",
        (reason[:200], report_id),
    )
    db.execute("delete from rejected where seq <= (select max(seq) from rejected) - ?", (REJECTED_KEPT,))
    return db.execute("delete from reports where id = ?", (report_id,)).rowcount
