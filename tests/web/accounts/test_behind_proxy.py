"""Where a request came from: the proxy's word counts only where one is declared, and only its last."""

import pytest
from django.conf import LazySettings
from django.test import RequestFactory

from server.accounts.middleware import source_of


def asked(forwarded: str | None, address: str = "127.0.0.1") -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return source_of(RequestFactory(REMOTE_ADDR=address).get("/", headers=headers))


@pytest.mark.parametrize("told", ["192.0.2.7", "2001:db8::1", "' OR 1=1 --", "x" * 5000])
def test_without_a_proxy_nobody_says_where_they_come_from(told: str) -> None:
    assert asked(told, "198.51.100.3") == "198.51.100.3"


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("9.9.9.9, 192.0.2.7", "192.0.2.7"),
        ("2001:DB8::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("192.0.2.7, unknown", "127.0.0.1"),
        ("192.0.2.7,", "127.0.0.1"),
        ("1.2.3", "127.0.0.1"),
        ("<script>", "127.0.0.1"),
        ("' OR 1=1 --", "127.0.0.1"),
        ("1" * 4000, "127.0.0.1"),
        (None, "127.0.0.1"),
    ],
)
def test_behind_a_proxy_its_last_word_counts_if_it_is_an_address(
    settings: LazySettings, told: str | None, wanted: str
) -> None:
    settings.BEHIND_PROXY = True
    assert asked(told) == wanted


def test_an_odd_address_of_the_connection_is_no_address() -> None:
    assert asked(None, "") == asked(None, "socket") == ""
