"""The server does not start without a secret of its own."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from server.environment import SECRET_LENGTH, read_environment


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DEBUG", "SECRET", "HOSTS", "DATA"):
        monkeypatch.delenv(f"DATUMLINE_SERVER_{name}", raising=False)


def test_a_server_without_a_secret_does_not_start() -> None:
    with pytest.raises(ImproperlyConfigured, match="DATUMLINE_SERVER_SECRET"):
        read_environment().secret_key()


def test_a_short_secret_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATUMLINE_SERVER_SECRET", "hunter2")
    with pytest.raises(ImproperlyConfigured, match="DATUMLINE_SERVER_SECRET") as refused:
        read_environment()
    assert "hunter2" not in str(refused.value)


def test_the_secret_of_the_environment_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATUMLINE_SERVER_SECRET", "s" * SECRET_LENGTH)
    assert read_environment().secret_key() == "s" * SECRET_LENGTH


def test_a_debug_server_gets_a_secret_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATUMLINE_SERVER_DEBUG", "1")
    assert read_environment().secret_key() != read_environment().secret_key()
