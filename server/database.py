"""Which database: SQLite in the data folder, or what DATABASE_URL names (decision 19)."""

from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

WAIT_S: Final = 20
"""How long a writer waits for another one, SQLite only."""
KEPT_S: Final = 60
"""How long a connection is kept between requests."""


def database(url: str | None, data: Path) -> dict[str, Any]:
    """Return Django's entry for the database; raises ImproperlyConfigured, which never repeats the address."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": data / "server.sqlite3",
            "CONN_MAX_AGE": KEPT_S,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",  # a writer waits at the start, instead of failing at its first write
                "timeout": WAIT_S,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured("DATABASE_URL is no address.") from error
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL must be like postgresql://user:password@address:5432/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": KEPT_S,
        "CONN_HEALTH_CHECKS": True,
    }
