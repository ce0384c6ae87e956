"""A device that is slower than it was is asked less (decision 11): what it took before, and its share of pace now."""

import math
import sqlite3
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Protocol, cast

from collectors.access import Access
from collectors.session import AnyDriver
from collectors.state_file import StateFile

SLOWER = 2.0
"""A reading is slow when it takes more than this times what it usually takes at this share."""
NOTICED_FROM_S = 5.0
"""Shorter readings differ by chance."""
LEAST_SHARE = 0.25
LEARNING = 0.3
"""How much the newest reading at full pace counts for what is usual."""

_TABLES = """
create table if not exists paces (
    transport text not null, address text not null, port integer not null,
    usual_s real not null, share real not null, primary key (transport, address, port)
);
"""
_WHERE = "where transport = ? and address = ? and port = ?"


class Pace(Protocol):
    """What the pool asks and tells of a device's pace."""

    def share_of(self, access: Access) -> float:
        """Return the share of the driver's pace at which the device is asked now, from LEAST_SHARE to 1."""

    def tell(self, access: Access, took_s: float) -> None:
        """Say how long a whole reading took at that share."""


class FullPace:
    """Every device at its driver's own pace, and nothing remembered."""

    def share_of(self, access: Access) -> float:
        """Return 1."""
        return 1.0

    def tell(self, access: Access, took_s: float) -> None:
        """Forget it."""


class PaceRecord:
    """The paces of known devices in the agent's state directory."""

    def __init__(self, state_dir: Path) -> None:
        """Open the record; raises OSError or sqlite3.Error."""
        self._file = StateFile(state_dir / "paces.sqlite", _TABLES)

    def share_of(self, access: Access) -> float:
        """Return the share; a record that cannot be read holds nobody back."""
        try:
            with self._file.transaction() as db:
                row = db.execute(f"select share from paces {_WHERE}", _key(access)).fetchone()  # noqa: S608
        except sqlite3.Error:
            return 1.0
        return 1.0 if row is None else float(row[0])

    def tell(self, access: Access, took_s: float) -> None:
        """Halve the share after a slow reading, double it after another; raises sqlite3.Error."""
        with self._file.transaction() as db:
            row = db.execute(f"select usual_s, share from paces {_WHERE}", _key(access)).fetchone()  # noqa: S608
            usual_s, share = next_pace(took_s, *(row or (took_s, 1.0)))
            db.execute("insert or replace into paces values (?, ?, ?, ?, ?)", (*_key(access), usual_s, share))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def next_pace(took_s: float, usual_s: float, share: float) -> tuple[float, float]:
    """Return what is usual at full pace, in seconds, and the next share, after a reading that took so long."""
    if took_s > max(NOTICED_FROM_S, SLOWER * usual_s / share):
        return usual_s, max(LEAST_SHARE, share / 2)
    if share < 1:
        return usual_s, min(1.0, share * 2)
    return usual_s + LEARNING * (took_s - usual_s), 1.0


def gentler(driver: AnyDriver, share: float) -> AnyDriver:
    """Return the driver with a part of its questions a second and of its rows an answer."""
    if share >= 1:
        return driver
    gentle = driver.GENTLE
    less = replace(
        gentle,
        questions_per_s=gentle.questions_per_s * share,
        repetitions_count=max(1, math.floor(gentle.repetitions_count * share)),
    )
    return cast("AnyDriver", SimpleNamespace(**{**vars(driver), "GENTLE": less}))


def _key(access: Access) -> tuple[str, str, int]:
    return access.transport, access.address.casefold(), access.port_or_default
