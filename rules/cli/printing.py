"""Writing a document to stdout: UTF-8 on every system, and what keeps it from being written is told."""

import os
import sys

import typer

from collectors.facts.exit_codes import ExitCode
from collectors.facts.plain_text import plain_text


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
