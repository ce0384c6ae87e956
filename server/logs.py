"""How the server's processes log: one line an event, as text or as JSON, in which no text begins a line of its own."""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any, Final

_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request", "server_time"}
VALUE_LENGTH: Final = 2_000
TRACEBACK_LENGTH: Final = 6_000
TRACEBACK_BEGIN: Final = 1_000
"""Of a long traceback so much is kept of its beginning; the rest is its end, which says what went wrong."""
HIDDEN: Final = ("password", "secret", "token", "authorization", "cookie")


def logging_of(*, json_lines: bool, debug: bool) -> dict[str, Any]:
    """Return the set-up as Django and granian take it: to stderr, ours from INFO (DEBUG on a debug server)."""
    form = "server.logs.JsonLine" if json_lines else "server.logs.TextLine"
    ours = {"level": "DEBUG" if debug else "INFO"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": form}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            **dict.fromkeys(("server", "rules", "collectors"), ours),
            "_granian": {"level": "WARNING"},
            "granian.access": {"level": "WARNING"},
            "django_tasks": {"level": "WARNING"},
            "django_tasks_db": {"level": "WARNING"},
            "procrastinate": {"level": "WARNING"},
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        },
    }


def _told(record: logging.LogRecord) -> dict[str, object]:
    """Return what an event says: its constant sentence and its values."""
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    told: dict[str, object] = {"at": at, "level": record.levelname, "says": record.getMessage(), "logger": record.name}
    for name, value in vars(record).items():
        if name not in _OWN and not name.startswith("_"):
            told[name] = "(hidden)" if any(word in name.casefold() for word in HIDDEN) else _value(value)
    if record.exc_info and record.exc_info[1] is not None:
        told["error"] = _both_ends("".join(traceback.format_exception(record.exc_info[1])))
    return told


def _value(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if len(text) <= VALUE_LENGTH else f"{text[:VALUE_LENGTH]}... ({len(text)} characters)"


def _visible(value: object) -> str:
    """Return a value as JSON of visible ASCII characters: nothing in it ends a line or colours a terminal."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("\x7f", "\\u007f")


def _both_ends(text: str) -> str:
    """Return a traceback; of a long one where it began and, at its end, what went wrong."""
    if len(text) <= TRACEBACK_LENGTH:
        return text
    end = text[-(TRACEBACK_LENGTH - TRACEBACK_BEGIN) :]
    return f"{text[:TRACEBACK_BEGIN]}... ({len(text)} characters) ...{end}"


class JsonLine(logging.Formatter):
    """One JSON object a line, ASCII only: a control character or a line end in a value is escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return _visible(_told(record))


class TextLine(logging.Formatter):
    """One line for people; values in JSON's form, so that none can pretend to be a line or colour a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told = _told(record)
        at, level, says = str(told.pop("at")), str(told.pop("level")), str(told.pop("says"))
        told.pop("logger")
        values = "".join(f" {_visible(name)[1:-1]}={_visible(value)}" for name, value in told.items())
        return f"{at} {level} {_visible(says)[1:-1]}{values}"
