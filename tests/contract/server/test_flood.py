"""A flood of passwords against the real server: the lock-out holds between threads, and other pages go on answering."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.accounts.lock_out import NAME
from tests.peers.datumline_server import EMAIL, PASSWORD, Serving, rows, serving

TRIES = 200
AT_ONCE = 40


def one_try(server: Serving, password: str) -> int:
    """Return the status of one try to sign in."""
    with server.session() as session:
        session.get(f"{server.url}/sign-in/", timeout=120)
        token = session.get(f"{server.url}/sign-in/", timeout=120).text.split('name="csrfmiddlewaretoken" value="')[1]
        given = {"login": EMAIL, "password": password, "csrfmiddlewaretoken": token.split('"')[0]}
        return session.post(f"{server.url}/sign-in/", given, timeout=120, allow_redirects=False).status_code


@pytest.mark.timeout(400)
def test_of_two_hundred_wrong_passwords_at_once_five_are_looked_at(data: Path) -> None:
    with serving(data, "--workers", "2") as server:
        with ThreadPoolExecutor(AT_ONCE) as many:
            codes = list(many.map(lambda number: one_try(server, f"wrong password number {number}"), range(TRIES)))
        assert set(codes) == {200}
        looked_at = rows(data, "SELECT count(*) FROM accounts_login WHERE outcome = 'wrong password'")[0][0]
        assert looked_at == NAME.tries
        assert one_try(server, PASSWORD) == 200, "the right password came in while the name was locked"
        with server.session() as session:
            assert session.get(f"{server.url}/healthz", timeout=30).ok
