"""Our own log on stderr: one line a record, with what stands in `extra`; libraries' logs hold words of devices."""

import logging
import os
import sys
from typing import Final

from collectors.facts.plain_text import plain_line

LOG_VARIABLE: Final = "DATUMLINE_LOG"  # a level such as DEBUG: the log goes to stderr
LOG_LINE_LIMIT: Final = 16_000  # characters; a trace has 2,000
OURS: Final = ("agent", "collectors", "rules")
_PLAIN: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class _WithExtra(logging.Formatter):
    """One line with what stands in `extra`; tracebacks without the words of devices are already among it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        extra = {name: value for name, value in record.__dict__.items() if name not in _PLAIN}
        told = " ".join(f"{name}={value!r}" for name, value in extra.items())
        return plain_line(f"{record.levelname} {record.name}: {record.getMessage()} {told}", LOG_LINE_LIMIT)


def set_up_log(otherwise: int | None = None) -> None:
    """Send our own log to stderr at the level that DATUMLINE_LOG names, else at the given one, else nowhere."""
    logging.getLogger().addHandler(logging.NullHandler())
    level = logging.getLevelNamesMapping().get(os.environ.get(LOG_VARIABLE, "").upper(), otherwise)
    if level is None:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_WithExtra())
    for name in OURS:
        logger = logging.getLogger(name)
        logger.setLevel(level)
        if not logger.handlers:
            logger.addHandler(handler)
