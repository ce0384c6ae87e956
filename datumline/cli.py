"""The command `datumline`: only the command that was asked for is imported, and each failure gets its exit code."""

import importlib
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import typer

from datumline.commands import COMMANDS, Command

LOG_FILE: Final = "defects.log"
LOG_BYTES: Final = 1_000_000  # begun anew above this size
OURS: Final = frozenset({"agent", "collectors", "datumline", "rules", "server"})


def main() -> None:
    """Run the command line of this process and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Return the exit code of one command line; what it prints for people goes to stderr."""
    try:
        typer.main.get_command(build(_wanted(arguments))).main(args=list(arguments), prog_name="datumline")
    except SystemExit as ended:
        return _left_with(ended.code)
    except KeyboardInterrupt:
        return _interrupted()
    except ModuleNotFoundError as error:
        return _missing(error, _wanted(arguments))
    except Exception as defect:  # noqa: BLE001 - the outermost frame: nothing may reach the user as a traceback
        return _defect(defect)
    return 0


def build(wanted: str | None) -> typer.Typer:
    """Return the whole command table, of which only the wanted command is more than its line of help."""
    app = typer.Typer(
        name="datumline",
        help="Reads a client's devices and says, with evidence, which of your standards they meet.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_nothing)
    for command in COMMANDS:
        if command.name != wanted:
            app.command(command.name, help=command.says)(_nothing)
            continue
        code = _load(command)
        if isinstance(code, typer.Typer):
            app.add_typer(code, name=command.name, help=command.says)
        else:
            app.command(command.name, short_help=command.says)(code)
    app.command("version", help="Print the version.")(_version)
    return app


def _wanted(arguments: Sequence[str]) -> str | None:
    """Return the first word of the command line: no option before it takes a value."""
    return next((word for word in arguments if not word.startswith("-")), None)


def _load(command: Command) -> Callable[..., object] | typer.Typer:
    code: object = getattr(importlib.import_module(command.module), command.attribute)
    if isinstance(code, typer.Typer) or callable(code):
        return code
    raise TypeError(f"{command.module}.{command.attribute} is not a command")


def _left_with(code: object) -> int:
    """Return what Python itself would: a text is said and means failure."""
    if code is None or isinstance(code, int):
        return code or 0
    _say(str(code))
    return 1


def _nothing() -> None:
    """Stand for a command that was not asked for."""


def _version() -> None:
    try:
        print(version("datumline"))
    except PackageNotFoundError:
        print("not installed")


def _missing(error: ModuleNotFoundError, wanted: str | None) -> int:
    """Say which extra brings the package that is not installed; a module of ours that is missing is a defect."""
    from collectors.facts.exit_codes import ExitCode

    package = (error.name or "").partition(".")[0]
    extra = next((command.extra for command in COMMANDS if command.name == wanted), None)
    if package in OURS or extra is None:
        return _defect(error)
    _say(f"'datumline {wanted}' needs the package {package}: install datumline[{extra}].")
    return ExitCode.USAGE


def _interrupted() -> int:
    from collectors.facts.exit_codes import ExitCode

    _say("Interrupted.")
    return ExitCode.INTERRUPTED


def _defect(defect: Exception) -> int:
    """Keep the traceback in a file and tell its name: a defect is ours to mend, not the user's to read."""
    from collectors.facts.exit_codes import ExitCode

    log = _log_of(defect)
    place = f"the details are in {log}" if log else "its details could not be written to a log file"
    _say(f"Datumline failed by a defect of its own ({type(defect).__name__}); {place}.")
    return ExitCode.DEFECT


def _log_of(defect: Exception) -> Path | None:
    from datetime import UTC, datetime

    import platformdirs

    from collectors.defects import trace_of

    folder = platformdirs.user_log_path("datumline", appauthor=False)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        log = folder / LOG_FILE
        full = log.exists() and log.stat().st_size > LOG_BYTES
        with log.open("w" if full else "a", encoding="utf-8") as lines:
            lines.write(f"{datetime.now(UTC).isoformat(timespec='seconds')}\n")
            lines.write(f"{trace_of(defect)}\n")  # without the words of the error: a device or a secret may be in them
    except OSError:
        return None
    return log


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)
