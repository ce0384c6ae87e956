"""Copying a database out and putting it back: SQLite by its own backup interface, PostgreSQL by its own programs."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

PIECE_PAGES: Final = 2_000
"""SQLite pages copied between two looks at the writers: the server goes on working meanwhile."""
LIMIT_S: Final = 4 * 3600


class NoTool(RuntimeError):
    """A program of PostgreSQL is not installed here."""


class CopyFailed(RuntimeError):
    """The database could not be copied or put back; the text says what its own program said."""


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database that may be in use, and check the copy."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as from_, closing(sqlite3.connect(target)) as to:
        from_.backup(to, pages=PIECE_PAGES, sleep=0.01)
        found = to.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise CopyFailed(f"the copy of the database is damaged: {found}")
        to.execute("PRAGMA journal_mode=DELETE")


def put_sqlite(copy: Path, target: Path) -> Path | None:
    """Put a copy in place; return where the former database stands now, if there was one."""
    former = None
    if target.exists():
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        former = target.with_name(f"{target.name}.before-restore-{stamp}")
        copy_sqlite(target, former)
        for end in ("-wal", "-shm"):
            target.with_name(target.name + end).unlink(missing_ok=True)
    shutil.move(copy, target)
    target.chmod(0o600)
    return former


def copy_postgres(settings: dict[str, Any], target: Path) -> None:
    """Dump a database that may be in use, as one consistent state."""
    _run("pg_dump", settings, ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"])


def put_postgres(settings: dict[str, Any], copy: Path) -> None:
    """Put a dump in place of what is there, all or nothing."""
    options = ["--clean", "--if-exists", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    _run("pg_restore", settings, [*options, f"--dbname={settings['NAME']}", str(copy)], named=False)


def _run(program: str, settings: dict[str, Any], options: list[str], *, named: bool = True) -> None:
    """Run a program of PostgreSQL; the password goes through its environment, never through its command line."""
    path = _found(program)
    environment = {**os.environ, "PGPASSWORD": str(settings["PASSWORD"]), "PGCONNECT_TIMEOUT": "15"}
    where = {"PGHOST": settings["HOST"], "PGPORT": settings["PORT"], "PGUSER": settings["USER"]}
    environment.update({name: str(value) for name, value in where.items() if value})
    if named:
        environment["PGDATABASE"] = str(settings["NAME"])
    try:
        subprocess.run(
            [path, *options], env=environment, check=True, capture_output=True, text=True, timeout=LIMIT_S,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.CalledProcessError as error:
        lines = (error.stderr or "").strip().splitlines()
        raise CopyFailed(f"{program} said: {lines[-1] if lines else error.returncode}") from error
    except subprocess.TimeoutExpired as error:
        raise CopyFailed(f"{program} did not end within {LIMIT_S // 3600} hours") from error


def _found(program: str) -> str:
    """Return where a program is; Debian keeps each version's in a folder of its own."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: path.parts[-3], reverse=True
    )
    path = shutil.which(program) or (str(versions[0]) if versions else "")
    if not path:
        raise NoTool(f"{program} is not installed: install PostgreSQL's client programs")
    return path
