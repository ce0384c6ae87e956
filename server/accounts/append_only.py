"""Triggers that refuse to change or delete an entry of the audit log, for SQLite and PostgreSQL."""

from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE: Final = "accounts_auditentry"
_SAYS: Final = "the audit log is append-only"
_MAKE: Final = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS audit_no_{verb.casefold()} BEFORE {verb} ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$body$ BEGIN RAISE EXCEPTION '{_SAYS}'; END $body$",
        f"DROP TRIGGER IF EXISTS audit_no_change ON {TABLE}",
        f"CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
        f"DROP TRIGGER IF EXISTS audit_no_truncate ON {TABLE}",
        f"CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
    ],
}
_DROP: Final = {
    "sqlite": [f"DROP TRIGGER IF EXISTS audit_no_{verb}" for verb in ("update", "delete")],
    "postgresql": [
        f"DROP TRIGGER IF EXISTS audit_no_change ON {TABLE}",
        f"DROP TRIGGER IF EXISTS audit_no_truncate ON {TABLE}",
        "DROP FUNCTION IF EXISTS audit_append_only()",
    ],
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place; putting them twice is harmless."""
    _run(connection, _MAKE)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for going back a migration, and for tests that empty their tables."""
    _run(connection, _DROP)


def in_place(connection: BaseDatabaseWrapper) -> bool:
    """Return whether the triggers stand."""
    asked = {
        "sqlite": f"SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{TABLE}'",  # noqa: S608 - our own name
        "postgresql": f"SELECT count(*) FROM pg_trigger WHERE tgrelid = '{TABLE}'::regclass AND NOT tgisinternal "  # noqa: S608 - our own name
        "AND tgenabled = 'O'",
    }
    with connection.cursor() as cursor:
        cursor.execute(asked[connection.vendor])
        return int(cursor.fetchone()[0]) >= 2


def _run(connection: BaseDatabaseWrapper, lines: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for line in lines[connection.vendor]:
            cursor.execute(line)


def forward(apps: Any, editor: Any) -> None:
    """Install, as a step of a migration."""
    install(editor.connection)


def backward(apps: Any, editor: Any) -> None:
    """Remove, as the way back of a migration."""
    remove(editor.connection)
