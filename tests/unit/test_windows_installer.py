"""deploy/windows/install.ps1 parses, is plain Windows PowerShell 5.1, and is as its guide says. It never ran."""

import re
from collections import Counter

import pytest

from agent.platform.windows_control import NAME
from tests.house.sources import ROOT
from tests.unit.test_powershell import errors_in

SCRIPT = ROOT / "deploy" / "windows" / "install.ps1"
TEXT = SCRIPT.read_text(encoding="utf-8")
HELP, _, CODE = TEXT.partition("#>")
BARE = re.sub(r"(?m)^\s*#.*$|(?<=\s)# .*$", "", CODE)
"""The code without its comments."""
GUIDE = (ROOT / "docs" / "how-to" / "install-the-agent.md").read_text(encoding="utf-8")
NAMES = re.findall(r"^    (?:\[ValidateSet\([^)]*\)\])?\[(?:string|switch)\]\$(\w+)", CODE, re.MULTILINE)
EXIT_CODES = {name: int(code) for name, code in re.findall(r"^\$(\w+) = (\d+)$", CODE, re.MULTILINE)}
FUNCTIONS = re.findall(r"^function ([\w-]+)", CODE, re.MULTILINE)
NEWER = {
    "a null operator": r"\?\?|\?\.",
    "a chain": r"&&|\|\|",
    "a ternary": r"\S \? \S+ : ",
    "a parallel loop": r"-Parallel\b",
    "a class": r"^\s*(class|enum) ",
    "a switch of PowerShell 6": r"\$Is(Windows|Linux|MacOS)\b|-AsHashtable\b|-SkipCertificateCheck\b|-NoProxy\b",
}
NEVER = (
    r"Invoke-Expression|\biex\b|Invoke-WebRequest|\biwr\b|Invoke-RestMethod|DownloadFile|DownloadString|WebClient"
    r"|Set-ExecutionPolicy|Add-MpPreference"
)


def test_it_parses() -> None:
    assert errors_in(TEXT) == []


def test_a_broken_copy_does_not() -> None:
    assert errors_in(TEXT.replace("function Stop-Agent {", "function Stop-Agent {{", 1)) != []


def test_it_is_plain_ascii_because_windows_powershell_reads_anything_else_as_the_ansi_code_page() -> None:
    assert SCRIPT.read_bytes().isascii()


@pytest.mark.parametrize("what", NEWER)
def test_nothing_in_it_needs_a_newer_powershell(what: str) -> None:
    assert re.findall(NEWER[what], BARE, re.MULTILINE) == []


def test_it_stops_at_the_first_error_and_at_unknown_variables() -> None:
    assert "Set-StrictMode -Version 2.0\n$ErrorActionPreference = 'Stop'\n" in CODE


def test_it_fetches_nothing_and_runs_no_text_as_code() -> None:
    assert re.findall(NEVER, BARE, re.IGNORECASE) == []
    assert re.findall(r"https?://\S", BARE.replace("https://[^", "").replace("https://'", "")) == []


def test_no_native_program_is_called_with_redirected_errors() -> None:
    assert re.findall(r"2>&1|2>\s*\$null", BARE) == []
    assert re.findall(r"^\s*&\s", BARE, re.MULTILINE) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_is_explained_in_the_script_and_in_the_guide(name: str) -> None:
    assert re.search(rf"^\.PARAMETER {name}\n\S", HELP, re.MULTILINE)
    assert f"| `-{name}" in GUIDE


def test_the_guide_explains_no_parameter_that_is_not_there() -> None:
    assert set(re.findall(r"^\| `-(\w+)", GUIDE, re.MULTILINE)) == set(NAMES)
    assert set(re.findall(r"^\.PARAMETER (\w+)", HELP, re.MULTILINE)) == set(NAMES)


def test_every_exit_code_is_used_and_stands_in_the_guide() -> None:
    codes = {name: code for name, code in EXIT_CODES.items() if name not in {"OldestBuild", "WaitSeconds"}}
    assert sorted(codes.values()) == list(range(11))
    assert [name for name in codes if len(re.findall(rf"\${name}\b", CODE)) < 2] == []
    listed = [int(code) for code in re.findall(r"^\| (\d+) \|", GUIDE, re.MULTILINE)]
    assert listed == list(range(11))


def test_every_function_is_used() -> None:
    calls = Counter(re.findall(r"[A-Z][A-Za-z]+-[A-Z]\w+", BARE))
    assert [name for name in FUNCTIONS if calls[name] < 2] == []


def test_its_service_is_the_one_that_the_agent_registers() -> None:
    assert f"$ServiceName = '{NAME}'" in CODE
    assert "-m agent.control" in CODE


def test_the_token_is_never_an_argument_of_a_program() -> None:
    assert "--token" not in BARE
    assert "$environment[$TokenVariable] = $secret" in BARE


def test_the_state_folder_inherits_nothing_and_the_policy_is_not_the_agents_to_write() -> None:
    assert "'/inheritance:r', '/grant:r'" in BARE
    assert "Set-Access $StateFolder 'M'" in BARE
    assert "Set-Access $policy 'RX'" in BARE


def test_the_last_line_for_rmm_tools_is_as_the_guide_shows_it() -> None:
    assert '$line = "DATUMLINE-AGENT result=$result code=$code action=' in BARE
    assert "DATUMLINE-AGENT result=done code=0 action=install fingerprint=" in GUIDE
    assert BARE.rstrip().endswith("exit $code")
