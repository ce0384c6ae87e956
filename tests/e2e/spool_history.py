"""What the agent's spool took and gave, written by triggers of its own file in the agent's own transactions."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.spool_file import SpoolFile

CAPACITY_BYTES: Final = 1024 * 1024 * 1024
_NOTES: Final = """
create table if not exists noted (id text not null, what text not null);
create trigger if not exists note_taken after insert on reports begin
    insert into noted values (new.id, 'taken'); end;
create trigger if not exists note_given after delete on reports begin
    insert into noted values (old.id, 'given'); end;
"""


@dataclass(frozen=True)
class SpoolHistory:
    """A spool's file and its notes."""

    path: Path

    @staticmethod
    def prepare(folder: Path) -> None:
        """Make the spool if it is not there yet, and let it note what happens to it."""
        SpoolFile(folder, CAPACITY_BYTES).close()
        with closing(sqlite3.connect(folder / "spool.sqlite", timeout=10)) as db:
            db.executescript(_NOTES)

    @property
    def taken(self) -> list[str]:
        """Return the reports that were committed to the spool, in order."""
        return self._ids("select id from noted where what = 'taken' order by rowid")

    @property
    def given(self) -> list[str]:
        """Return the reports that left the spool: by the server's word, or to those kept apart."""
        return self._ids("select id from noted where what = 'given' order by rowid")

    @property
    def waiting(self) -> list[str]:
        """Return the reports that wait."""
        return self._ids("select id from reports")

    @property
    def rejected(self) -> dict[str, str]:
        """Return why reports were kept apart."""
        with closing(self._opened()) as db:
            return dict(db.execute("select id, reason from rejected").fetchall())

    def whole(self) -> str:
        """Return what the file says of itself."""
        with closing(self._opened()) as db:
            return "\n".join(row[0] for row in db.execute("pragma integrity_check"))

    def _ids(self, question: str) -> list[str]:
        with closing(self._opened()) as db:
            return [name for (name,) in db.execute(question)]

    def _opened(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
