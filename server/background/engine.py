"""Which engine does the background work: the database's own table on SQLite, procrastinate on PostgreSQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured

EXTRA: Final = ("psycopg", "psycopg_pool", "procrastinate")
"""What the extra `scale` brings."""


@dataclass(frozen=True)
class Engine:
    """What Django's settings need of it."""

    app: str
    backend: str


SQLITE: Final = Engine("django_tasks_db", "django_tasks_db.DatabaseBackend")
POSTGRESQL: Final = Engine("procrastinate.contrib.django", "server.background.backend.ProcrastinateBackend")


def engine_of(database: Mapping[str, Any]) -> Engine:
    """Return the engine for Django's entry of a database; raises ImproperlyConfigured where a package is missing."""
    if not database["ENGINE"].endswith("postgresql"):
        return SQLITE
    missing = [name for name in EXTRA if find_spec(name) is None]
    if missing:
        raise ImproperlyConfigured(
            f"PostgreSQL needs what is not installed ({', '.join(missing)}): install datumline[server,scale]."
        )
    return POSTGRESQL
