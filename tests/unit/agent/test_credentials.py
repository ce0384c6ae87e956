"""credentials.toml, the environment and the key store: refused where others may read, and no secret in any text."""

import logging
import os
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from agent.credentials import credentials_named
from agent.errors import FileRefused
from collectors.access import Secret
from collectors.credentials import SnmpCommunity, SnmpUser, SshAccount, WinrmAccount

CANARY = "Canary-7f3a"
GOOD = f"""\
[snmp-ro]
kind = "snmp"
version = "3"
user = "ro"
auth = "SHA-256"
auth_key = "{CANARY}"
privacy = "AES-128"
privacy_key = "{CANARY}"
[snmp-old]
kind = "snmp"
version = "2c"
community = "{CANARY}"
[fw-ro]
kind = "ssh"
user = "audit"
password = "{CANARY}"
[srv-ro]
kind = "winrm"
user = 'EXAMPLE\\svc-audit'
password = "{CANARY}"
auth = "ntlm"
scheme = "https"
certificate = "SHA256:abc"
[ups]
kind = "nut"
"""
NAMES = ("snmp-ro", "snmp-old", "fw-ro", "srv-ro", "ups")


def no_key_store(entry: str, user: str) -> str | None:
    return None


def read(
    tmp_path: Path, text: str, names: tuple[str, ...] = NAMES, environment: dict[str, str] | None = None
) -> dict[str, Secret]:
    file = tmp_path / "credentials.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return credentials_named(names, file, environment or {}, no_key_store)


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, text)
    return str(refused.value).replace(f"{tmp_path}/", "")


def test_every_kind_becomes_its_model(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD)
    kinds = [type(found[name].credential) for name in NAMES[:4]]
    assert kinds == [SnmpUser, SnmpCommunity, SshAccount, WinrmAccount]


def test_a_windows_user_in_single_quotes_keeps_its_backslash(tmp_path: Path) -> None:
    account = read(tmp_path, GOOD)["srv-ro"].credential
    assert isinstance(account, WinrmAccount)
    assert account.user == r"EXAMPLE\svc-audit"


def test_only_what_is_asked_for_is_returned(tmp_path: Path) -> None:
    assert set(read(tmp_path, GOOD, ("ups",))) == {"ups"}


def test_what_is_nowhere_is_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD, ("absent",)) == {}


BROKEN = {
    "no kind": ('[a]\nuser = "x"\n', "credentials.toml:1: credential 'a': 'kind' must be one of"),
    "an unknown kind": ('[a]\nkind = "telnet"\n', "credentials.toml:2: credential 'a': 'kind' must be one of"),
    "a kind that is a number": ("[a]\nkind = 3\n", "credentials.toml:2: credential 'a': 'kind' must be one of"),
    "no SNMP version": (
        '[a]\nkind = "snmp"\ncommunity = "c"\n',
        "credentials.toml:1: credential 'a': 'version' must be one",
    ),
    "an SNMP version that is a number": (
        '[a]\nkind = "snmp"\nversion = 3\nuser = "c"\n',
        "credentials.toml:3: credential 'a': 'version' must be one of '1', '2c', '3', in quotes",
    ),
    "a community for version 3": (
        f'[a]\nkind = "snmp"\nversion = "3"\nuser = "u"\ncommunity = "{CANARY}"\n',
        "credentials.toml:5: credential 'a': unknown key; known are",
    ),
    "no community": (
        '[a]\nkind = "snmp"\nversion = "2c"\n',
        "credentials.toml:1: credential 'a': 'community' is missing",
    ),
    "an unknown hash": (
        '[a]\nkind = "snmp"\nversion = "3"\nuser = "u"\nauth = "SHA256"\nauth_key = "k"\n',
        "credentials.toml:5: credential 'a': 'auth' must be one of 'MD5', 'SHA-1'",
    ),
    "privacy without its key": (
        f'[a]\nkind = "snmp"\nversion = "3"\nuser = "u"\nauth = "SHA-1"\nauth_key = "{CANARY}"\nprivacy = "DES"\n',
        "'privacy' and 'privacy_key' belong together",
    ),
    "privacy without a hash": (
        f'[a]\nkind = "snmp"\nversion = "3"\nuser = "u"\nprivacy = "DES"\nprivacy_key = "{CANARY}"\n',
        "'privacy' needs 'auth'",
    ),
    "a misspelt password": (
        f'[a]\nkind = "ssh"\nuser = "u"\npasword = "{CANARY}"\n',
        "unknown key; did you mean 'password'?",
    ),
    "a password that stands as a key": (
        f'[a]\nkind = "ssh"\nuser = "u"\n{CANARY} = "password"\n',
        "credentials.toml:4: credential 'a': unknown key",
    ),
    "neither password nor key": (
        '[a]\nkind = "ssh"\nuser = "u"\n',
        "credentials.toml:1: credential 'a': neither 'password' nor",
    ),
    "a password that is a number": (
        '[a]\nkind = "ssh"\nuser = "u"\npassword = 123456\n',
        "credentials.toml:4: credential 'a': 'password' must be a text",
    ),
    "basic without TLS": (
        f'[a]\nkind = "winrm"\nuser = "u"\npassword = "{CANARY}"\nauth = "basic"\nscheme = "http"\n',
        "'basic' sends the password readable",
    ),
    "NTLM without a password": ('[a]\nkind = "winrm"\nuser = "u"\n', "'ntlm' needs 'user' and 'password'"),
    "a key outside a table": (f'password = "{CANARY}"\n', "credentials.toml:1: a key outside a table"),
    "a password without quotes": (
        f'[a]\nkind = "ssh"\nuser = "u"\npassword = {CANARY}\n',
        "credentials.toml:4: is not valid TOML here",
    ),
    "a backslash in double quotes": (
        f'[a]\nkind = "ssh"\nuser = "EXAMPLE\\svc"\npassword = "{CANARY}"\n',
        "single quotes take it as it is",
    ),
    "a password that is not closed": (
        f'[a]\nkind = "ssh"\nuser = "u"\npassword = "{CANARY}\n',
        "credentials.toml:4: is not valid TOML here",
    ),
    "two passwords": (
        f'[a]\nkind = "ssh"\nuser = "u"\npassword = "x"\npassword = "{CANARY}"\n',
        "credentials.toml:5: is not valid TOML here",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_credentials_are_refused_with_their_line(tmp_path: Path, case: str) -> None:
    text, expected = BROKEN[case]
    assert expected in refusal(tmp_path, text)


@pytest.mark.parametrize("case", BROKEN)
def test_no_refusal_holds_a_secret(tmp_path: Path, case: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    text, _ = BROKEN[case]
    assert CANARY not in refusal(tmp_path, text) + caplog.text


def test_no_error_carries_a_cause_that_holds_a_secret(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, f'[a]\nkind = "ssh"\nuser = 1\npassword = "{CANARY}"\nx = "{CANARY}"\n')
    assert (refused.value.__cause__, refused.value.__suppress_context__ or refused.value.__context__) in {
        (None, True),
        (None, None),
    }


def test_a_credential_shows_no_secret(tmp_path: Path) -> None:
    assert CANARY not in "".join(
        f"{secret!r} {secret.credential!r} {secret}" for secret in read(tmp_path, GOOD).values()
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has access lists, not modes")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o601])
def test_a_file_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "credentials.toml"
    file.write_text(GOOD, encoding="utf-8")
    file.chmod(mode)
    with pytest.raises(FileRefused, match=f"mode {mode:o}.*chmod 600"):
        credentials_named(NAMES, file, {}, no_key_store)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "credentials.toml"
    file.write_text(GOOD, encoding="utf-8")
    file.chmod(0o600)
    os.chown(file, 12345, 12345)
    with pytest.raises(FileRefused, match="belongs to another user"):
        credentials_named(NAMES, file, {}, no_key_store)


ENVIRONMENT = {
    "DATUMLINE_CREDENTIAL_FW_RO_KIND": "ssh",
    "DATUMLINE_CREDENTIAL_FW_RO_USER": "audit",
    "DATUMLINE_CREDENTIAL_FW_RO_PASSWORD": CANARY,
}


def test_the_environment_holds_credentials_too() -> None:
    account = credentials_named(["fw-ro"], None, ENVIRONMENT, no_key_store)["fw-ro"].credential
    assert isinstance(account, SshAccount)
    assert account.password == SecretStr(CANARY)


def test_the_file_counts_more_than_the_environment(tmp_path: Path) -> None:
    text = '[fw-ro]\nkind = "ssh"\nuser = "other"\npassword = "p"\n'
    account = read(tmp_path, text, ("fw-ro",), ENVIRONMENT)["fw-ro"].credential
    assert isinstance(account, SshAccount)
    assert account.user == "other"


def test_an_unknown_key_in_the_environment_is_refused() -> None:
    environment = ENVIRONMENT | {"DATUMLINE_CREDENTIAL_FW_RO_PASWORD": CANARY}
    with pytest.raises(FileRefused, match="DATUMLINE_CREDENTIAL_FW_RO_PASWORD is no key") as refused:
        credentials_named(["fw-ro"], None, environment, no_key_store)
    assert CANARY not in str(refused.value)


def test_two_credentials_in_the_environment_whose_names_begin_alike_are_told_apart() -> None:
    environment = ENVIRONMENT | {
        "DATUMLINE_CREDENTIAL_FW_RO_2_KIND": "ssh",
        "DATUMLINE_CREDENTIAL_FW_RO_2_USER": "second",
        "DATUMLINE_CREDENTIAL_FW_RO_2_PASSWORD": "p",
    }
    assert set(credentials_named(["fw-ro", "fw-ro-2"], None, environment, no_key_store)) == {"fw-ro", "fw-ro-2"}


def test_the_key_store_is_asked_for_what_is_nowhere_else() -> None:
    store = {("datumline/sw", "kind"): "ssh", ("datumline/sw", "user"): "u", ("datumline/sw", "password"): CANARY}
    found = credentials_named(["sw"], None, {}, lambda entry, user: store.get((entry, user)))
    assert isinstance(found["sw"].credential, SshAccount)


def test_the_key_store_is_not_asked_for_what_the_file_has(tmp_path: Path) -> None:
    file = tmp_path / "credentials.toml"
    file.write_text(GOOD, encoding="utf-8")
    file.chmod(0o600)
    asked: list[str] = []

    def ask(entry: str, user: str) -> str | None:
        asked.append(entry)
        return None

    credentials_named(NAMES, file, {}, ask)
    assert not asked
