"""First contact: trusted once, stored, said; then only the same key."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from collectors.access import Access
from collectors.errors import IdentityChanged
from collectors.first_contact import NewKey, PinStore, same_key

KEY = "SHA256:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg"
OTHER = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
ACCESS = Access(transport="ssh", address="192.0.2.1")


@pytest.fixture
def said() -> list[NewKey]:
    return []


@pytest.fixture
def pins(tmp_path: Path, said: list[NewKey]) -> Iterator[PinStore]:
    with closing(PinStore(tmp_path, said.append)) as store:
        yield store


def test_an_unknown_key_is_trusted_and_said(pins: PinStore, said: list[NewKey]) -> None:
    pins.check(ACCESS, "host key", KEY)
    assert [str(key) for key in said] == [
        f"First contact with 192.0.2.1 port 22: its host key {KEY} is trusted from now on."
    ]


def test_the_same_key_is_not_said_again(pins: PinStore, said: list[NewKey]) -> None:
    pins.check(ACCESS, "host key", KEY)
    pins.check(ACCESS, "host key", KEY)
    assert len(said) == 1


def test_a_changed_key_stops(pins: PinStore) -> None:
    pins.check(ACCESS, "host key", KEY)
    with pytest.raises(IdentityChanged, match="another host key than the known one"):
        pins.check(ACCESS, "host key", OTHER)


def test_a_key_is_known_after_a_restart(pins: PinStore, tmp_path: Path) -> None:
    pins.check(ACCESS, "host key", KEY)
    with closing(PinStore(tmp_path)) as again, pytest.raises(IdentityChanged):
        again.check(ACCESS, "host key", OTHER)


def test_another_port_is_another_access(pins: PinStore, said: list[NewKey]) -> None:
    pins.check(ACCESS, "host key", KEY)
    pins.check(ACCESS.model_copy(update={"port": 2222}), "host key", OTHER)
    assert len(said) == 2


def test_a_given_pin_wins_over_the_stored_key(pins: PinStore, said: list[NewKey]) -> None:
    pins.check(ACCESS, "host key", KEY)
    pins.check(ACCESS.model_copy(update={"host_key": OTHER}), "host key", OTHER)
    pins.check(ACCESS, "host key", OTHER)
    assert [key.fingerprint for key in said] == [KEY]  # the other one a person gave


def test_another_key_than_the_given_pin_stops(pins: PinStore) -> None:
    with pytest.raises(IdentityChanged):
        pins.check(ACCESS.model_copy(update={"host_key": OTHER}), "host key", KEY)


def test_a_pin_for_a_certificate_says_nothing_on_a_host_key(pins: PinStore, said: list[NewKey]) -> None:
    pins.check(ACCESS.model_copy(update={"certificate": OTHER}), "host key", KEY)
    assert [key.fingerprint for key in said] == [KEY]


def test_strict_refuses_an_unknown_key_and_does_not_store_it(tmp_path: Path) -> None:
    with closing(PinStore(tmp_path, strict=True)) as strict:
        for _ in range(2):
            with pytest.raises(IdentityChanged, match="nobody has confirmed"):
                strict.check(ACCESS, "host key", KEY)


def test_a_forgotten_key_is_a_first_contact_again(pins: PinStore, said: list[NewKey]) -> None:
    pins.check(ACCESS, "host key", KEY)
    assert pins.forget_address(ACCESS.address) == 1
    pins.check(ACCESS, "host key", OTHER)
    assert len(said) == 2


@pytest.mark.parametrize(
    "written",
    [
        "9F:86:D0:81:88:4C:7D:65:9A:2F:EA:A0:C5:5A:D0:15:A3:BF:4F:1B:2B:0B:82:2C:D1:5D:6C:15:B0:F0:0A:08",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        KEY + "=",
    ],
)
def test_a_fingerprint_may_be_written_in_several_ways(written: str) -> None:
    assert same_key(KEY, written)


def test_what_is_no_fingerprint_equals_nothing_else() -> None:
    assert not same_key("SHA256:abc", "abc")
