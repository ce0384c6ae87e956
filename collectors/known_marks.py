"""What is known of each device's identity: a snapshot by another device changes no fact (decision 6)."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from collectors.access import Access
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.identity import BUILT_IN, PINNED, not_counted, quarantined
from collectors.facts.marks import Marks
from collectors.facts.reading import Snapshot
from collectors.state_file import StateFile

_TABLES = """
create table if not exists marks (
    device text not null, place text not null, name text not null, mark text not null, seen_at real not null,
    primary key (device, place, name)
);
"""
_WHOLE_DEVICE = ""
"""The place of marks that are one with the machine; the others belong to one access."""


class KnownMarks:
    """The marks that devices showed, kept in the agent's state directory. Keys are not among them: pins have those."""

    def __init__(self, state_dir: Path) -> None:
        """Open the store; raises OSError or sqlite3.Error."""
        self._file = StateFile(state_dir / "marks.sqlite", _TABLES)

    def judge(self, name: str, access: Access, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot when it may be that device's, and remember its marks; else one gap in its place."""
        told = Marks(**snapshot.marks.model_dump(exclude=set(PINNED)))
        if not told.strong():
            return snapshot
        place = f"{access.transport} {access.address.casefold()} {access.port_or_default}"
        try:
            with self._file.transaction() as db:
                shared = not_counted({device: _marks_of(db, device) for (device,) in db.execute(_DEVICES).fetchall()})
                gap = quarantined(_marks_of(db, name, place), snapshot.model_copy(update={"marks": told}), (), shared)
                if gap is None:
                    _remember(db, name, place, told)
        except sqlite3.Error as error:
            gap = Gap(
                reason=GapReason.IDENTITY_CHANGED,
                text=f"was not taken over: the record of known devices cannot be used ({error})",
            )
        return snapshot if gap is None else snapshot.model_copy(update={"readings": (), "problem": gap})

    def forget(self, name: str) -> int:
        """Forget a device's marks, because a person says that it was replaced; return how many."""
        with self._file.transaction() as db:
            return db.execute("delete from marks where device = ?", (name,)).rowcount

    def close(self) -> None:
        """Close the file."""
        self._file.close()


_DEVICES = "select distinct device from marks"
_OF_DEVICE = "select name, mark from marks where device = ? and place in (?, ?)"


def _marks_of(db: sqlite3.Connection, device: str, place: str = _WHOLE_DEVICE) -> Marks:
    return Marks.model_validate(dict(db.execute(_OF_DEVICE, (device, _WHOLE_DEVICE, place)).fetchall()))


def _remember(db: sqlite3.Connection, device: str, place: str, told: Marks) -> None:
    at = datetime.now(UTC).timestamp()
    for mark in told.strong():
        where = _WHOLE_DEVICE if mark in BUILT_IN else place
        row = (device, where, mark, getattr(told, mark), at)
        db.execute("insert or replace into marks values (?, ?, ?, ?, ?)", row)
