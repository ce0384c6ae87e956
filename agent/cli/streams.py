"""Where the words of a command go: the document to stdout or a file, everything for people to stderr."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NoReturn

import typer

from agent.errors import AgentError
from collectors.facts.exit_codes import ExitCode
from collectors.facts.plain_text import plain_line
from rules.cli.printing import print_document, say

LOG_VARIABLE: Final = "DATUMLINE_LOG"  # a level such as DEBUG: the log goes to stderr
LOG_LINE_LIMIT: Final = 16_000  # characters; a trace has 2,000
_PLAIN: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


def write_document(text: str, output: Path | None = None, *, encoding: str = "utf-8") -> None:
    """Write the document as UTF-8 to stdout, or whole or not at all to a file; leaves with USAGE where it cannot be."""
    if output is None:
        print_document(text)
        return
    raw = text.encode(encoding, "replace")
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        if output.exists() and not output.is_file():  # a pipe or a device is written to, never replaced
            output.write_bytes(raw)
            return
        with part.open("xb") as file:
            file.write(raw)
        part.replace(output)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        leave(f"{output} cannot be written ({error.strerror}); choose another place.", ExitCode.USAGE)


def leave(sentence: str, code: ExitCode) -> NoReturn:
    """Say why, and leave the command."""
    say(sentence)
    raise typer.Exit(code)


@contextmanager
def told_to_people() -> Iterator[None]:
    """Run a command: what keeps it from working becomes sentences on stderr and the exit code USAGE."""
    _set_up_log()
    try:
        yield
    except AgentError as error:
        leave(str(error), ExitCode.USAGE)


class _WithExtra(logging.Formatter):
    """One line with what stands in `extra`; tracebacks without the words of devices are already among it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        extra = {name: value for name, value in record.__dict__.items() if name not in _PLAIN}
        told = " ".join(f"{name}={value!r}" for name, value in extra.items())
        return plain_line(f"{record.levelname} {record.name}: {record.getMessage()} {told}", LOG_LINE_LIMIT)


def _set_up_log() -> None:
    """Send our own log to stderr where it is asked for; libraries log words of devices and are never shown."""
    logging.getLogger().addHandler(logging.NullHandler())
    level = logging.getLevelNamesMapping().get(os.environ.get(LOG_VARIABLE, "").upper())
    if level is None:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_WithExtra())
    for name in ("agent", "collectors", "rules"):
        logger = logging.getLogger(name)
        logger.setLevel(level)
        if not logger.handlers:
            logger.addHandler(handler)
