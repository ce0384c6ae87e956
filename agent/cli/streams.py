"""Where the words of a command go: the document to stdout or a file, everything for people to stderr."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import typer

from agent.errors import AgentError
from agent.log_lines import set_up_log
from collectors.facts.exit_codes import ExitCode
from rules.cli.printing import print_document, say


def write_document(text: str, output: Path | None = None, *, encoding: str = "utf-8") -> None:
    """Write the document as UTF-8 to stdout, or whole or not at all to a file; leaves with USAGE where it cannot be."""
    if output is None:
        print_document(text)
        return
    write_file(text.encode(encoding, "replace"), output)


def write_file(raw: bytes, output: Path) -> None:
    """Write octets whole or not at all to a file; leaves with USAGE where it cannot be."""
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
def told_to_people(*, log: bool = False) -> Iterator[None]:
    """Run a command: what keeps it from working becomes sentences on stderr and the exit code USAGE.

    `log` sends our own log to stderr from INFO on, as a service wants it.
    """
    set_up_log(logging.INFO if log else None)
    try:
        yield
    except AgentError as error:
        leave(str(error), ExitCode.USAGE)
