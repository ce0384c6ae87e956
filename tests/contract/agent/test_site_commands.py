"""`datumline agent policy` and `datumline agent credentials`: what a person at the site sees, and never a secret."""

import logging
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from agent.cli import agent_credentials, agent_policy
from agent.home import the_home
from agent.keys import read_keys
from agent.policy_file import VARIABLE, policy_path
from agent.vault import Vault
from collectors.credentials import SnmpCommunity, SnmpUser, SshAccount, WinrmAccount
from collectors.facts.exit_codes import ExitCode
from tests.unit.agent.policies import TEXT, policy, target

CANARY = "Kanary.entered.44d0"
RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATUMLINE_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("DATUMLINE_POLICY", str(tmp_path / "policy.toml"))
    policy(tmp_path, TEXT)
    return tmp_path


def run(app: typer.Typer, *arguments: str, given: str = "") -> tuple[int, str]:
    """Return exit code and everything said."""
    ended = RUNNER.invoke(app, list(arguments), input=given)
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended.exit_code, ended.output


def check(*arguments: str) -> tuple[int, str]:
    return run(agent_policy.app, "check", *arguments)


def enter(*arguments: str, given: str = "") -> tuple[int, str]:
    return run(agent_credentials.app, "set", *arguments, "--stdin", given=given)


def vault() -> Vault:
    keys = read_keys(the_home().keys)
    assert keys is not None
    return Vault(the_home().vault, keys)


def test_without_an_address_the_policy_is_described() -> None:
    code, said = check()
    assert code == 0
    for word in ("192.168.10.0/24", "22, 161, 443", "snmp, ssh", "always", "at most 20 probes/s", "SNMP not asked"):
        assert word in said


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--address", "192.168.10.7"), 0, "Allowed: ssh to 192.168.10.7 port 22."),
        (("--address", "192.168.10.7", "--transport", "winrm"), 0, "Allowed: winrm to 192.168.10.7 port 5986."),
        (("--address", "x", "--transport", "local"), 0, "Allowed: local to this machine."),
        (("--address", "192.168.10.7", "--port", "23"), 4, "Refused: the port 23 is not among those allowed here."),
        (("--address", "8.8.8.8"), 4, "Refused: 8.8.8.8 lies outside the networks allowed here."),
        (("--address", "169.254.169.254"), 4, "the metadata address of a cloud, which no policy can allow"),
        (("--address", "127.1"), 4, "neither a DNS name nor an address in its usual spelling"),
        (("--network", "192.168.10.0/24"), 0, "Allowed: a discovery of 254 addresses on the ports 22, 161, 443"),
        (("--network", "192.168.0.0/16"), 4, "lies outside"),
        (("--network", "nowhere"), 2, "is no network such as"),
    ],
)
def test_what_would_be_allowed_is_told_with_its_reason(arguments: tuple[str, ...], code: int, said: str) -> None:
    ended, told = check(*arguments)
    assert (ended, said in told) == (code, True), told


def test_a_wrong_file_is_told_with_its_line(home: Path) -> None:
    (home / "policy.toml").write_text(TEXT.replace("10.20.0.0/16", "0.0.0.0/0"), encoding="utf-8")
    code, said = check()
    assert (code, "policy.toml:1: '0.0.0.0/0' is wider than /8" in said) == (ExitCode.USAGE, True), said


def test_the_first_policy_is_written_once_and_shown(home: Path) -> None:
    (home / "policy.toml").unlink()
    code, said = run(agent_policy.app, "write", "--time-zone", "Europe/Berlin")
    assert (code, 'time_zone = "Europe/Berlin"' in said) == (0, True)
    assert check()[0] == 0
    code, said = run(agent_policy.app, "write")
    assert (code, "is there already" in said) == (ExitCode.USAGE, True)


def test_the_policy_lies_beside_the_agents_files_unless_it_is_put_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    assert policy_path(the_home()) == the_home().folder / "policy.toml"


@pytest.mark.parametrize(
    ("arguments", "given", "kind"),
    [
        (("--kind", "snmp", "--version", "2c"), f'community = "{CANARY}"', SnmpCommunity),
        (
            ("--kind", "snmp", "--version", "3", "--user", "ro", "--auth", "SHA-256", "--privacy", "AES-128"),
            f'auth_key = "{CANARY}"\nprivacy_key = "{CANARY}"',
            SnmpUser,
        ),
        (("--kind", "ssh", "--user", "audit"), f"password = '{CANARY}'\nenable_password = '{CANARY}'", SshAccount),
        (("--kind", "winrm", "--user", r"EXAMPLE\svc"), f"password = '{CANARY}'", WinrmAccount),
        (("--kind", "winrm", "--auth", "integrated"), "", WinrmAccount),
    ],
)
def test_each_kind_is_entered_and_found_again(arguments: tuple[str, ...], given: str, kind: type) -> None:
    assert enter("one", *arguments, given=given)[0] == 0
    transport = arguments[1]
    assert isinstance(vault().secret_for("one", target(transport=transport)).credential, kind)


def test_what_was_entered_is_listed_with_its_scope_and_removed() -> None:
    enter("one", "--kind", "ssh", "--user", "a", "--network", "10.0.0.0/24", given=f"password = '{CANARY}'")
    enter("two", "--kind", "nut")
    listed = run(agent_credentials.app, "list")[1]
    assert listed == "one  ssh  10.0.0.0/24\ntwo  nut  wherever the policy allows\n"
    assert run(agent_credentials.app, "remove", "one")[0] == 0
    assert vault().local_names() == ("two",)
    assert run(agent_credentials.app, "remove", "one")[0] == ExitCode.USAGE


@pytest.mark.parametrize(
    ("arguments", "given", "word"),
    [
        (("one", "--kind", "ssh", "--user", "a"), "", "neither 'password' nor 'key_file'"),
        (("one", "--kind", "ssh"), f"password = '{CANARY}'", "'user' is missing"),
        (
            ("one", "--kind", "winrm", "--auth", "basic", "--scheme", "http", "--user", "a"),
            f"password = '{CANARY}'",
            "https",
        ),
        (("one", "--kind", "snmp", "--version", "4"), f"community = '{CANARY}'", "'version' must be one of"),
        (("one", "--kind", "snmp", "--version", "2c"), f"comunity = '{CANARY}'", "unknown key"),
        (("one", "--kind", "snmp", "--version", "2c"), f"community = ['{CANARY}']", "each line is a key and a text"),
        (("one", "--kind", "snmp", "--version", "2c"), f"community = {CANARY}", "is not valid TOML"),
        (("one", "--kind", "snmp", "--version", "2c"), f"{CANARY}", "is not valid TOML"),
        (("one", "--kind", "nut", "--network", "10.0.0.1/24"), "", "--network is a network"),
        (("../one", "--kind", "nut"), "", "cannot be a name"),
    ],
)
def test_what_is_wrong_is_told_without_the_secret(arguments: tuple[str, ...], given: str, word: str) -> None:
    code, said = enter(*arguments, given=given)
    assert (code, word in said) == (ExitCode.USAGE, True), said
    assert CANARY not in said


def test_without_a_terminal_nothing_is_asked() -> None:
    code, said = run(agent_credentials.app, "set", "one", "--kind", "ssh", "--user", "a", given=f"{CANARY}\n")
    assert (code, "give the secrets by --stdin" in said) == (ExitCode.USAGE, True)


def test_a_terminal_is_asked_twice_without_showing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return CANARY

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    assert agent_credentials._asked(("password", "enable_password"), ask) == {
        "password": CANARY,
        "enable_password": CANARY,
    }
    assert asked == ["password: ", "password again: ", "enable password: ", "enable password again: "]


def test_two_entries_that_differ_keep_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["one", "two"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    with pytest.raises(typer.Exit):
        agent_credentials._asked(("password",), lambda prompt: next(typed))


def test_no_command_takes_a_secret_on_its_line() -> None:
    import inspect

    names = set(inspect.signature(agent_credentials.enter).parameters)
    assert not names & {"password", "community", "auth_key", "privacy_key", "passphrase", "enable_password"}


@pytest.mark.skipif(sys.platform == "win32", reason="reads all files as bytes of one user")
def test_a_secret_stands_in_no_output_log_or_file(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said = [enter("one", "--kind", "ssh", "--user", "a", given=f"password = '{CANARY}'")[1]]
    said += [enter("one", "--kind", "winrm", given=f"password = '{CANARY}'")[1], run(agent_credentials.app, "list")[1]]
    said += [repr(vault().local()), caplog.text]
    said += [file.read_text(encoding="latin-1") for file in home.rglob("*") if file.is_file()]
    assert [text for text in said if CANARY in text] == []
