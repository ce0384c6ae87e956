"""Runs the commands that stand in the documentation's console blocks, against peers on loopback addresses."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.house.sources import ROOT

EXAMPLES: Final = ROOT / "docs" / "examples"
DEVICE: Final = "192.0.2.7"  # stands for the reader's device; the peer takes its place
NOT_RUN: Final = re.compile(r"^(?:git clone ADDRESS datumline|cd datumline|\. \.venv/bin/activate)$")
MAKE: Final = re.compile(r"^make (?P<target>[a-z]+)(?: [A-Z]+=.*)?$")

_BLOCK = re.compile(r"^(?P<indent> *)```console\n(?P<body>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)
_LINES_OF_TABLES = re.compile("[\u2500-\u257f]+")


@dataclass(frozen=True)
class Command:
    """A command of a page, with the lines that the page shows of its output."""

    line: str
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Ended:
    """What a command said, and how it ended."""

    output: str
    code: int


class Console:
    """A folder with the example files, where the commands of one page are run one after the other."""

    def __init__(self, folder: Path, peer_address: str, peer_port: int) -> None:
        self._folder = folder
        self._peer = f"{peer_address} --port {peer_port}"
        self._last_code = 0
        for file in EXAMPLES.iterdir():
            shutil.copyfile(file, folder / file.name)
        (folder / "credentials.toml").chmod(0o600)
        inventory = folder / "site.toml"
        written = f'address = "{peer_address}", port = {peer_port}'
        text = inventory.read_text(encoding="utf-8").replace(f'address = "{DEVICE}"', written)
        inventory.write_text(text, encoding="utf-8")
        self._environment = _environment(folder)

    def run(self, command: Command) -> Ended:
        """Run a command and return its output and exit code; `echo $?` tells the code of the one before."""
        if command.line == "echo $?":
            return Ended(f"{self._last_code}\n", 0)
        line = command.line.replace(DEVICE, self._peer) if command.line.startswith("datumline ") else command.line
        ended = subprocess.run(
            ["bash", "-c", line],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
        )
        self._last_code = ended.returncode
        return Ended(ended.stdout, ended.returncode)


def commands_of(text: str) -> tuple[Command, ...]:
    """Return the commands of all console blocks of a page."""
    return tuple(command for block in _BLOCK.finditer(text) for command in _commands(block["body"]))


def targets() -> frozenset[str]:
    """Return the targets of the Makefile."""
    return frozenset(_TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))


def one_line(text: str) -> str:
    """Return a text without the lines of tables and with single spaces, so that folding does not matter."""
    return " ".join(_LINES_OF_TABLES.sub(" ", text).split())


def _commands(body: str) -> Iterator[Command]:
    for part in re.split(r"^ *\$ ", body, flags=re.MULTILINE)[1:]:
        line, *shown = part.splitlines()
        yield Command(line.strip(), tuple(one.strip() for one in shown if one.strip()))


def _environment(folder: Path) -> dict[str, str]:
    programs = folder / "programs"
    programs.mkdir()
    program = programs / "datumline"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m datumline "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    own = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "DATUMLINE_STATE_DIR": str(folder / "state"),
        "DATUMLINE_CATALOGUE_DIR": str(folder / "catalogue"),
    }
    return {name: text for name, text in os.environ.items() if not name.startswith("DATUMLINE_")} | own
