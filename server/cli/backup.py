"""`datumline server backup` and `datumline server restore`: one file, either database, the server may go on working."""

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.lock import Busy, FolderLock
from server.cli.start import Data, refuse, say, start

if TYPE_CHECKING:
    from server.backups.archive import Manifest

File = Annotated[Path, typer.Argument(metavar="FILE", help="The backup file.")]


def backup(
    path: File,
    data: Data = None,
    with_secrets: Annotated[
        bool,
        typer.Option("--with-secrets", help="Put the secrets into the file too: then it must be kept like them."),
    ] = False,
) -> None:
    """Write the whole database into one file, while the server works; people and agents notice nothing.

    Without --with-secrets keep a copy of installation.json from the data folder somewhere else: without it second
    factors cannot be opened. Credentials of devices are ciphertext in the file either way.
    """
    folder = start(data)
    from django.conf import settings
    from django.db import DatabaseError, OperationalError

    from server.backups.archive import SECRETS, digest_of, write
    from server.backups.databases import CopyFailed, NoTool, copy_postgres, copy_sqlite
    from server.backups.manifest import audit_end, manifest_of

    database = settings.DATABASES["default"]
    target = path.absolute()
    secrets = folder / SECRETS
    if with_secrets and not secrets.exists():
        refuse("There are no secrets in the data folder: they come from the environment.")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as work:
            copy, end = Path(work) / "database", audit_end()
            if database["ENGINE"].endswith("sqlite3"):
                copy_sqlite(Path(database["NAME"]), copy)
            else:
                copy_postgres(database, copy)
            size, digest = digest_of(copy)
            made = manifest_of(size, digest, end, with_secrets=with_secrets)
            write(target, made, copy, secrets if with_secrets else None)
    except (CopyFailed, NoTool, DatabaseError, OperationalError) as error:
        refuse(f"No backup was written: {error}.")
    except OSError as error:
        refuse(f"No backup was written: {error.strerror} ({error.filename}).")
    print(f"{target}: {made.audit_count} audit entries, {size} bytes of database, {target.stat().st_size} packed")


def restore(
    path: File,
    data: Data = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in place of the database that is there.")] = False,
    use_secrets: Annotated[
        bool, typer.Option("--use-secrets", help="Put the backup's secrets in place of those in the data folder.")
    ] = False,
) -> None:
    """Put a backup in place, while no server runs; a database that is there needs --replace and is set aside.

    Ends all sessions, one-time links and enrolment tokens, and writes the restore into the audit log. Agents go on.
    It prints what is lost.
    """
    from server.backups.archive import BadBackup, read
    from server.cli.start import use_folder
    from server.installation import make_folder

    folder = use_folder(data)
    try:
        make_folder(folder)
        with FolderLock(folder), tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as work:
            manifest, database, secrets = read(path, Path(work))
            _secrets(folder, secrets, use=use_secrets)
            start(data)
            _put(manifest, database, replace=replace)
            _settle(manifest.made_at)
    except Busy as error:
        refuse(f"Stop the server first: {error}.")
    except BadBackup as error:
        refuse(f"Nothing was changed: {error}.")
    except OSError as error:
        refuse(f"The restore failed: {error.strerror} ({error.filename}).")


def _secrets(folder: Path, secrets: Path | None, *, use: bool) -> None:
    """Put the backup's secrets in place where there are none, or where it is wanted."""
    from server.installation import NAME

    there = folder / NAME
    if use and secrets is None:
        refuse("Nothing was changed: the backup holds no secrets.")
    if secrets is None or (there.exists() and not use):
        return
    if there.exists():
        there.rename(folder / f"{NAME}.before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    shutil.move(secrets, there)
    there.chmod(0o600)


def _put(manifest: "Manifest", database: Path, *, replace: bool) -> None:
    """Put the database in place, after all that can be checked beforehand was checked."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from server.backups.databases import CopyFailed, NoTool, put_postgres, put_sqlite
    from server.backups.manifest import problem_with

    problem = problem_with(manifest, replace=replace)
    if problem:
        refuse(f"Nothing was changed: {problem}.")
    connection.close()
    try:
        if manifest.engine == "sqlite3":
            former = put_sqlite(database, Path(settings.DATABASES["default"]["NAME"]))
            if former is not None:
                say(f"The database that was there is now {former}.")
        else:
            put_postgres(settings.DATABASES["default"], database)
    except (CopyFailed, NoTool) as error:
        refuse(f"Nothing was changed: {error}.")
    call_command("migrate", interactive=False, verbosity=0)


def _settle(made_at: datetime) -> None:
    from server.backups.after import settle, words
    from server.cli.console_actor import console_actor

    for sentence in words(settle(console_actor(), made_at)):
        print(sentence)
