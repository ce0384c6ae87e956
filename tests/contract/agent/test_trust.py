"""`datumline trust`: a person sees what is held back, and releases it."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from agent.home import VARIABLE
from agent.state import open_state
from collectors.access import Access, Deadline, Secret
from collectors.credentials import SshAccount
from collectors.errors import CredentialOnHold
from collectors.facts.marks import Marks
from collectors.facts.reading import Device, Snapshot
from collectors.logons import account_of
from datumline import cli

ACCESS = Access(transport="ssh", address="192.0.2.7")
SECRET = Secret("fw-ro", SshAccount(kind="ssh", user="audit", password=SecretStr("x")))


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "state"))
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sys.argv", ["datumline", "trust", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    return int(ended.value.code or 0)


def refuse_once() -> None:
    with open_state(lambda _: None) as state:
        state.ledger.enter(account_of(SECRET, ACCESS), Deadline(5)).refused()


def test_nothing_is_on_hold_at_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("holds") == 0
    assert "No credential is on hold." in capsys.readouterr().out


def test_a_held_credential_is_listed_and_released(capsys: pytest.CaptureFixture[str]) -> None:
    refuse_once()
    assert run("holds") == 0
    assert "audit" in capsys.readouterr().out
    account = account_of(SECRET, ACCESS)
    with open_state(lambda _: None) as state, pytest.raises(CredentialOnHold):
        state.ledger.enter(account, Deadline(5))
    assert run("release", "audit", account.realm) == 0
    with open_state(lambda _: None) as state:
        state.ledger.enter(account, Deadline(5)).accepted()


def test_what_is_not_on_hold_cannot_be_released(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("release", "nobody", "nowhere") == 2
    assert "is not on hold" in capsys.readouterr().err


def test_a_changed_key_is_forgotten_by_address() -> None:
    with open_state(lambda _: None) as state:
        state.pins.check(ACCESS, "host key", "SHA256:" + "a" * 43)
    assert run("forget", ACCESS.address) == 0
    assert run("forget", ACCESS.address) == 2


def test_a_replaced_device_of_a_site_is_forgotten_by_name(own_state: Path) -> None:
    inventory = own_state / "site.toml"
    inventory.write_text('client = "Example Ltd"\nsite = "Head office"\n', encoding="utf-8")
    with open_state(lambda _: None, "Example Ltd Head office") as state:
        marks = Marks(serial="FGT60FTK00000001")
        told = Snapshot(observed_at="2026-11-21T03:00:00Z", device=Device(name="fw1"), marks=marks)  # type: ignore[arg-type]
        state.marks.judge("fw1", ACCESS, told)
    assert run("replaced", "fw1") == 2
    assert run("replaced", "fw1", "--inventory", str(inventory)) == 0
