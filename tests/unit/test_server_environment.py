"""The server does not start without secrets of its own, which init makes and nobody else may read."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from server.environment import Environment, read_environment, read_keys
from server.installation import (
    NAME,
    SECRET_LENGTH,
    make_folder,
    new_installation,
    read_installation,
    write_installation,
)

RANDOM = "kQ7-vB2xW9_pLr4TzE1mNc8yHsD6uJf0aGi3oXwVt5qRbKeP"  # no secret of anybody


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DEBUG", "SECRET", "HOSTS", "PUBLIC_URL"):
        monkeypatch.delenv(f"DATUMLINE_SERVER_{name}", raising=False)
    monkeypatch.setenv("DATUMLINE_SERVER_DATA", str(tmp_path / "data"))


def test_a_server_that_was_never_set_up_does_not_start() -> None:
    with pytest.raises(ImproperlyConfigured, match="datumline server init"):
        read_keys(read_environment())


def test_a_short_secret_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATUMLINE_SERVER_SECRET", "hunter2")
    with pytest.raises(ImproperlyConfigured, match="DATUMLINE_SERVER_SECRET") as refused:
        read_environment()
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("told", "hosts"),
    [("a.example, b.example", ["a.example", "b.example"]), ('["a.example"]', ["a.example"]), ("", []), (" , ", [])],
)
def test_a_list_is_words_between_commas_or_json(monkeypatch: pytest.MonkeyPatch, told: str, hosts: list[str]) -> None:
    monkeypatch.setenv("DATUMLINE_SERVER_HOSTS", told)
    assert read_environment().hosts == hosts


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("DATUMLINE_SERVER_HOSTS", '["a.example"'),
        ("DATUMLINE_SERVER_HOSTS", "[1]"),
        ("DATUMLINE_SERVER_WEBHOOK_ADDRESSES", "[[]]"),
        ("DATUMLINE_SERVER_BEHIND_PROXY", "perhaps"),
    ],
)
def test_a_variable_that_holds_something_else_is_named(monkeypatch: pytest.MonkeyPatch, name: str, told: str) -> None:
    monkeypatch.setenv(name, told)
    with pytest.raises(ImproperlyConfigured, match=f"{name}\\.$"):
        read_environment()


def test_a_secret_that_is_a_word_repeated_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATUMLINE_SERVER_SECRET", "changeme" * 8)
    with pytest.raises(ImproperlyConfigured, match="not random") as refused:
        read_keys(read_environment())
    assert "changeme" not in str(refused.value)


def test_the_secret_of_the_environment_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATUMLINE_SERVER_SECRET", RANDOM * 2)
    assert read_keys(read_environment()).signing == RANDOM * 2


def test_a_debug_server_gets_a_secret_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATUMLINE_SERVER_DEBUG", "1")
    environment = read_environment()
    assert read_keys(environment).signing != read_keys(environment).signing


def test_what_init_made_needs_no_variable(tmp_path: Path) -> None:
    make_folder(tmp_path / "data")
    made = new_installation("https://datumline.example")
    write_installation(tmp_path / "data", made)
    keys = read_keys(read_environment())
    assert (keys.signing, keys.public_url) == (made.secret.get_secret_value(), "https://datumline.example")


def test_the_file_of_secrets_and_its_folder_are_closed_to_others(tmp_path: Path) -> None:
    make_folder(tmp_path / "data")
    write_installation(tmp_path / "data", new_installation(""))
    modes = [(tmp_path / "data").stat().st_mode & 0o777, (tmp_path / "data" / NAME).stat().st_mode & 0o777]
    assert modes == [0o700, 0o600]


def test_a_file_of_secrets_that_others_can_read_stops_the_server(tmp_path: Path) -> None:
    make_folder(tmp_path / "data")
    write_installation(tmp_path / "data", new_installation(""))
    (tmp_path / "data" / NAME).chmod(0o640)
    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        read_installation(tmp_path / "data")


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": 2}', '{"secret": "hunter2-hunter2"}'])
def test_a_broken_file_of_secrets_is_named_and_not_shown(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    (tmp_path / NAME).chmod(0o600)
    with pytest.raises(ImproperlyConfigured, match=NAME) as refused:
        read_installation(tmp_path)
    assert "hunter2" not in str(refused.value)


def test_two_installations_share_no_secret() -> None:
    one, other = new_installation(""), new_installation("")
    names = ("secret", "seal_key", "metrics_token")
    assert not {getattr(one, name).get_secret_value() for name in names} & {
        getattr(other, name).get_secret_value() for name in names
    }


def test_the_secret_is_long_enough_for_django() -> None:
    assert len(new_installation("").secret.get_secret_value()) >= SECRET_LENGTH


def test_single_sign_on_needs_issuer_and_client() -> None:
    assert not Environment(oidc_issuer="https://id.example").single_sign_on
    assert Environment(oidc_issuer="https://id.example", oidc_client_id="datumline").single_sign_on
