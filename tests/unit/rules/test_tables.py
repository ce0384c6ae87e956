"""What a table is where it is shown: in a terminal, in a file, and where no colour is wanted."""

import io
import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from rules.cli.printing import table_text


class Terminal(io.StringIO):
    """Says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def draw(console: Console) -> None:
    console.print(Text("no", style="bold red"))


def in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make stdout a terminal: from within the test, as pytest puts its own stdout between a fixture and the test."""
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def test_a_terminal_gets_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    in_a_terminal(monkeypatch)
    assert "\x1b[" in table_text(draw)


def test_a_file_gets_none_though_the_command_runs_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    in_a_terminal(monkeypatch)
    assert table_text(draw, Path("checklist.txt")) == "no\n"


def test_nothing_but_text_is_written_with_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    in_a_terminal(monkeypatch)
    monkeypatch.setenv("NO_COLOR", "1")
    assert table_text(draw) == "no\n"


def test_what_is_no_terminal_gets_no_colours_though_they_are_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert table_text(draw) == "no\n"
