"""What every command of the server begins with: the data folder, the settings, and words for what is wrong."""

import getpass
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from django.core.exceptions import ImproperlyConfigured

from collectors.facts.exit_codes import ExitCode

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="FOLDER", help="The data folder; else DATUMLINE_SERVER_DATA, else the user's own."),
]


def use_folder(data: Path | None) -> Path:
    """Return the data folder, and make this process and its children use it."""
    from server.environment import read_environment

    os.umask(0o077)  # what the server writes is for its own account alone
    if data is not None:
        os.environ["DATUMLINE_SERVER_DATA"] = str(data.absolute())
    try:
        return read_environment().data
    except ImproperlyConfigured as error:
        refuse(str(error))


def start(data: Path | None) -> Path:
    """Return the data folder with Django set up over it; ends the command with a sentence when it cannot be."""
    folder = use_folder(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.settings")
    import django

    try:
        django.setup()
    except ImproperlyConfigured as error:
        refuse(str(error))
    return folder


def refuse(sentence: str) -> NoReturn:
    """End the command: the reader must do something first."""
    say(sentence)
    raise typer.Exit(ExitCode.USAGE)


def say(sentence: str) -> None:
    """Tell the person at the console; documents go to stdout, this does not."""
    print(sentence, file=sys.stderr)


def whoever() -> str:
    """Return the name of the person at the console, for the audit log."""
    try:
        return f"console ({getpass.getuser()})"
    except (KeyError, OSError, ImportError):
        return "console"
