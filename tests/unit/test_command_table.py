"""The command table: help is cheap, only what is asked for is imported, and each failure has its exit code."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest
import typer

from collectors.facts.exit_codes import ExitCode
from datumline import cli
from datumline.commands import COMMANDS, Command

ROOT = Path(__file__).parents[2]
MODULES_FOR_HELP = 300  # Python itself loads about 60, typer about 130
HEAVY = {
    "agent",
    "collectors",
    "rules",
    "server",
    "django",
    "netmiko",
    "pydantic",
    "pysnmp",
    "requests",
    "rich",
    "yaml",
}
COUNT = "import json, sys; from datumline.cli import run; run(sys.argv[1:]); print(json.dumps(sorted(sys.modules)))"

Plant = Callable[[Callable[..., None]], None]


def datumline(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "datumline", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Plant:
    """Return a function that puts its argument in the place of the command `collect`."""

    def plant(command: Callable[..., None]) -> None:
        module = ModuleType("agent.cli.collect")
        module.__dict__["collect"] = command
        monkeypatch.setitem(sys.modules, "agent.cli.collect", module)

    return plant


@pytest.fixture(autouse=True)
def logs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr("platformdirs.user_log_path", lambda *_, **__: tmp_path / "logs")
    return tmp_path / "logs" / cli.LOG_FILE


def test_help_imports_little() -> None:
    done = subprocess.run([sys.executable, "-c", COUNT, "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    modules = json.loads(done.stdout.splitlines()[-1])
    assert len(modules) < MODULES_FOR_HELP
    assert not HEAVY & set(modules)


def test_help_names_every_command() -> None:
    shown = datumline("--help").stdout
    assert not [command.name for command in COMMANDS if f"  {command.name} " not in shown]


def test_no_command_at_all_is_a_usage_error_that_shows_help() -> None:
    done = datumline()
    assert (done.returncode, "Commands:" in done.stdout + done.stderr) == (ExitCode.USAGE, True)


def test_an_unknown_command_is_a_usage_error() -> None:
    assert datumline("colect").returncode == ExitCode.USAGE


def test_an_unknown_option_is_a_usage_error_said_on_stderr() -> None:
    done = datumline("version", "--loud")
    assert (done.returncode, done.stdout, "--loud" in done.stderr) == (ExitCode.USAGE, "", True)


def test_help_holds_no_colour_even_where_a_build_server_asks_for_it() -> None:
    assert "\x1b" not in datumline("--help", FORCE_COLOR="1", GITHUB_ACTIONS="true").stdout


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_that_is_written_can_be_loaded(command: Command) -> None:
    if not (ROOT / f"{command.module.replace('.', '/')}.py").exists() or find_spec(command.module) is None:
        pytest.skip(f"{command.module} is not written yet")
    assert cli.build(command.name).registered_commands


def test_a_command_chooses_its_exit_code(planted: Plant) -> None:
    def collect() -> None:
        raise typer.Exit(ExitCode.UNREACHABLE)

    planted(collect)
    assert cli.run(["collect"]) == ExitCode.UNREACHABLE


def test_an_interrupted_command_says_so(planted: Plant) -> None:
    def collect() -> None:
        raise KeyboardInterrupt

    planted(collect)
    assert cli.run(["collect"]) == ExitCode.INTERRUPTED


def test_a_defect_is_one_sentence_and_its_traceback_is_in_the_log(
    planted: Plant, capsys: pytest.CaptureFixture[str], logs: Path
) -> None:
    def collect() -> None:
        raise ZeroDivisionError("of the test")

    planted(collect)
    code = cli.run(["collect"])
    shown = capsys.readouterr()
    assert (code, shown.out, shown.err.count("\n")) == (ExitCode.DEFECT, "", 1)
    assert str(logs) in shown.err
    told = logs.read_text(encoding="utf-8")
    assert ("ZeroDivisionError" in told, "in collect" in told, "of the test" in told) == (True, True, False)


def test_a_defect_is_told_even_when_no_log_can_be_written(
    planted: Plant,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr("platformdirs.user_log_path", lambda *_, **__: tmp_path / "file" / "logs")

    def collect() -> None:
        raise ZeroDivisionError

    planted(collect)
    assert cli.run(["collect"]) == ExitCode.DEFECT
    assert "could not be written" in capsys.readouterr().err


def test_a_missing_package_names_the_extra_that_brings_it(planted: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    def collect() -> None:
        raise ModuleNotFoundError("No module named 'netmiko'", name="netmiko")

    planted(collect)
    assert cli.run(["collect"]) == ExitCode.USAGE
    assert "datumline[agent]" in capsys.readouterr().err


def test_a_missing_module_of_our_own_is_a_defect(planted: Plant) -> None:
    def collect() -> None:
        raise ModuleNotFoundError("No module named 'agent.absent'", name="agent.absent")

    planted(collect)
    assert cli.run(["collect"]) == ExitCode.DEFECT


def test_a_command_that_leaves_with_a_text_has_failed(planted: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    def collect() -> None:
        sys.exit("the text")

    planted(collect)
    assert (cli.run(["collect"]), capsys.readouterr().err) == (1, "the text\n")
