"""What a backup says of itself, and whether it fits the server that it is to be put into."""

import hashlib
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import cast

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from server.accounts.acting import GENESIS
from server.accounts.models import AuditHead
from server.backups.archive import Engine, Manifest


def audit_end() -> tuple[str, int]:
    """Return head and count of the audit log; asked before the copy, so that the head is surely in its chain."""
    head = AuditHead.objects.filter(pk=1).first()
    return (head.sha256, head.count) if head else (GENESIS, 0)


def manifest_of(size: int, digest: str, end: tuple[str, int], *, with_secrets: bool) -> Manifest:
    """Return what a backup of the present database says of itself."""
    return Manifest(
        made_at=datetime.now(UTC),
        version=next((one.version for one in distributions(name="datumline")), "not installed"),
        engine=engine(),
        database_bytes=size,
        database_sha256=digest,
        migrations=sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
        seal_mark=seal_mark(),
        audit_head=end[0],
        audit_count=end[1],
        with_secrets=with_secrets,
    )


def problem_with(manifest: Manifest, *, replace: bool) -> str:
    """Return why a backup cannot be put into this server, or nothing."""
    if manifest.engine != engine():
        return f"the backup is of {manifest.engine}, this server uses {engine()}"
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    newer = [one for one in manifest.migrations if one not in known]
    if newer:
        return f"the backup is of a newer version ({manifest.version}); install that first"
    if manifest.seal_mark != seal_mark():
        return (
            "the backup belongs to another installation: put its installation.json into the data folder, or use "
            "--use-secrets with a backup that holds them"
        )
    if not replace and _used():
        return "there is a database already; --replace puts the backup in its place"
    return ""


def engine() -> Engine:
    """Return which kind of database this server uses."""
    return cast("Engine", settings.DATABASES["default"]["ENGINE"].rpartition(".")[2])


def seal_mark() -> str:
    """Return a mark of the key that seals second factors."""
    return hashlib.sha256(b"datumline backup|" + settings.SEAL_KEY.encode()).hexdigest()[:16]


def _used() -> bool:
    if engine() == "sqlite3":
        return Path(settings.DATABASES["default"]["NAME"]).exists()
    try:
        return bool(connection.introspection.table_names())
    except DatabaseError:
        return False
