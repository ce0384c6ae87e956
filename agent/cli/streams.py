"""Where the words of a command go: the document to stdout or a file, everything for people to stderr."""

import io
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import typer

from agent.errors import AgentError
from agent.log_lines import set_up_log
from collectors.facts.exit_codes import ExitCode
from collectors.facts.plain_text import plain_text
from rules.cli.printing import print_document

if TYPE_CHECKING:
    from rich.console import Console

TABLE_WIDTH: Final = 120  # of a table that is not shown in a terminal


def say(sentence: str) -> None:
    """Tell a person something that is not part of the document, without what would steer the terminal."""
    print(plain_text(sentence), file=sys.stderr)


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


def table_text(draw: Callable[["Console"], None], output: Path | None = None) -> str:
    """Return what is drawn as text: with colour and bold only for a terminal, not for a file, not with NO_COLOR."""
    from rich.console import Console

    in_terminal = output is None and sys.stdout.isatty()
    styled = in_terminal and "NO_COLOR" not in os.environ
    drawn = io.StringIO()  # never stdout itself: whatever is wrong with it is for write_document to tell
    console = Console(
        file=drawn,
        force_terminal=styled,
        no_color=not styled,
        width=None if in_terminal else TABLE_WIDTH,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    draw(console)
    return "".join(f"{line.rstrip()}\n" for line in drawn.getvalue().removesuffix("\n").split("\n"))


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
