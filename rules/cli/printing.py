"""Writing a document to stdout: UTF-8 on every system, tables for a terminal or not, and what hinders it is told."""

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from collectors.facts.exit_codes import ExitCode
from collectors.facts.plain_text import plain_text

if TYPE_CHECKING:
    from rich.console import Console

TABLE_WIDTH: Final = 120  # of a table that is not shown in a terminal


def say(sentence: str) -> None:
    """Tell a person something that is not part of the document, without what would steer the terminal."""
    print(plain_text(sentence), file=sys.stderr)


def print_document(text: str) -> None:
    """Write a text to stdout; a reader who has seen enough is no error, a full disk ends the command with USAGE."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _write_no_more()
    except OSError as error:
        _write_no_more()
        say(f"The output cannot be written ({error.strerror}); send it elsewhere.")
        raise typer.Exit(ExitCode.USAGE) from error


def _write_no_more() -> None:
    """Let what is still held for stdout go nowhere: Python would try to write it again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def table_text(draw: Callable[["Console"], None], output: Path | None = None) -> str:
    """Return what is drawn as text: with colour and bold only for a terminal, not for a file, not with NO_COLOR."""
    from rich.console import Console

    in_terminal = output is None and sys.stdout.isatty()
    styled = in_terminal and "NO_COLOR" not in os.environ
    drawn = io.StringIO()  # never stdout itself: whatever is wrong with it is for print_document to tell
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
