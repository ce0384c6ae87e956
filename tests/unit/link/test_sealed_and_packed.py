"""Seals that open for nothing else, bodies that cannot swell, and one text for each message."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import IPv4Network
from typing import Any

import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from collectors.credentials import SnmpCommunity
from collectors.link.canonical import canonical, digest_of_report
from collectors.link.fingerprint import fingerprint_of, read_fingerprint
from collectors.link.ids import new_id
from collectors.link.messages import AccessTried, FoundDevice, Scope
from collectors.link.packing import NotPacked, TooLarge, packed, unpacked
from collectors.link.rotation import proof_holds, proof_of
from collectors.link.sealing import CannotOpen, information, opened, read, seal, told

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
KEY = X25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
SCOPE = Scope(networks=(IPv4Network("192.0.2.0/24"),), names=("example.test",), transports=("snmp",))
BOUND: dict[str, Any] = {"site_id": "S" * 26, "credential_id": "C" * 26, "version": 3, "kind": "snmp", "scope": SCOPE}
SECRET = told(SnmpCommunity(kind="snmp", version="2c", community=SecretStr("canary")))

OTHERS: dict[str, dict[str, Any]] = {
    "another site": {"site_id": "T" * 26},
    "no site": {"site_id": ""},
    "another credential": {"credential_id": "D" * 26},
    "a later version": {"version": 4},
    "an earlier version": {"version": 2},
    "another kind": {"kind": "ssh"},
    "a wider network": {"scope": SCOPE.model_copy(update={"networks": (IPv4Network("192.0.0.0/16"),)})},
    "one more network": {
        "scope": SCOPE.model_copy(update={"networks": (*SCOPE.networks, IPv4Network("198.51.100.0/24"))})
    },
    "no network": {"scope": SCOPE.model_copy(update={"networks": ()})},
    "another name": {"scope": SCOPE.model_copy(update={"names": ("example.org",)})},
    "one more transport": {"scope": SCOPE.model_copy(update={"transports": ("snmp", "ssh")})},
    "another transport": {"scope": SCOPE.model_copy(update={"transports": ("ssh",)})},
}


def test_a_seal_opens_for_what_it_was_made_for() -> None:
    sealed = seal(SECRET, PUBLIC, information(**BOUND))
    credential = read(opened(sealed, KEY, information(**BOUND)), "snmp")
    assert isinstance(credential, SnmpCommunity)
    assert credential.community.get_secret_value() == "canary"


@pytest.mark.parametrize("other", OTHERS)
def test_a_seal_opens_for_nothing_else(other: str) -> None:
    sealed = seal(SECRET, PUBLIC, information(**BOUND))
    with pytest.raises(CannotOpen):
        opened(sealed, KEY, information(**{**BOUND, **OTHERS[other]}))


def test_the_order_of_networks_and_the_case_of_names_are_no_other_scope() -> None:
    turned = SCOPE.model_copy(update={"names": ("EXAMPLE.test",)})
    assert information(**BOUND) == information(**{**BOUND, "scope": turned})


def test_another_key_opens_nothing() -> None:
    with pytest.raises(CannotOpen):
        opened(seal(SECRET, PUBLIC, information(**BOUND)), X25519PrivateKey.generate(), information(**BOUND))


@pytest.mark.parametrize("sealed", ["", "AAAA", "!!!", "A" * 200, "===="])
def test_what_is_no_seal_is_refused_in_the_same_words(sealed: str) -> None:
    with pytest.raises(CannotOpen, match="cannot be opened with this key for this site and scope"):
        opened(sealed, KEY, information(**BOUND))


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_bit_of_a_seal_can_be_changed(place: int, bit: int) -> None:
    raw = bytearray(base64.b64decode(seal(SECRET, PUBLIC, information(**BOUND))))
    raw[place % len(raw)] ^= 1 << bit
    with pytest.raises(CannotOpen):
        opened(base64.b64encode(raw).decode(), KEY, information(**BOUND))


@pytest.mark.parametrize("kind", ["ssh", "winrm", "local", "telnet", ""])
def test_an_opened_secret_of_another_kind_is_refused_without_its_words(kind: str) -> None:
    with pytest.raises(CannotOpen) as refused:
        read(SECRET, kind)
    assert "canary" not in str(refused.value)


@given(st.binary(max_size=5_000))
def test_what_is_packed_comes_out_as_it_was(body: bytes) -> None:
    assert unpacked(packed(body)) == body


def bomb_without_size() -> bytes:
    compressor = zstandard.ZstdCompressor(level=19).compressobj()
    return compressor.compress(bytes(64 * 1024 * 1024)) + compressor.flush()


def lying_size() -> bytes:
    honest = bytearray(packed(bytes(100_000)))
    return bytes(honest[:5] + bytes([honest[5] ^ 0xFF]) + honest[6:])


BOMBS: dict[str, Callable[[], bytes]] = {
    "a frame that says its size": lambda: packed(bytes(256 * 1024 * 1024)),
    "a frame that does not": bomb_without_size,
    "one byte too many": lambda: packed(bytes(8 * 1024 * 1024 + 1)),
    "a bomb behind a good frame": lambda: packed(b"{}") + packed(bytes(64 * 1024 * 1024)),
}
NOT_PACKED: dict[str, bytes] = {
    "JSON": b'{"reports":[]}',
    "gzip": bytes.fromhex("1f8b0800000000000003"),
    "a cut frame": packed(b"a" * 1000)[:12],
    "the beginning of a frame": b"\x28\xb5\x2f\xfd",
    "a window without measure": b"\x28\xb5\x2f\xfd\x00\xf8" + bytes(20),
    "a lie about the size": lying_size(),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_stopped_or_ends_before_it_swells(bomb: str) -> None:
    try:
        assert len(unpacked(BOMBS[bomb]())) <= 8 * 1024 * 1024
    except TooLarge:
        pass


@pytest.mark.parametrize("bomb", ["a frame that says its size", "a frame that does not", "one byte too many"])
def test_a_body_above_the_bound_is_refused(bomb: str) -> None:
    with pytest.raises(TooLarge):
        unpacked(BOMBS[bomb]())


@pytest.mark.parametrize("what", NOT_PACKED)
def test_what_is_not_packed_is_refused_or_gives_nothing(what: str) -> None:
    try:
        assert unpacked(NOT_PACKED[what]) in {b"", b"a" * 1000}
    except (NotPacked, TooLarge):
        pass


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    try:
        told = unpacked(body)
        assert unpacked(packed(told)) == told
    except (NotPacked, TooLarge):
        pass


def test_a_fingerprint_is_eight_groups_and_is_read_back_however_it_is_typed() -> None:
    shown = fingerprint_of(PUBLIC, PUBLIC)
    assert len(shown.split("-")) == 8
    for typed in (
        shown,
        shown.upper(),
        shown.replace("-", " "),
        f"  {shown.replace('-', ':')}\n",
        shown.replace("-", ""),
    ):
        assert read_fingerprint(typed) == shown


@pytest.mark.parametrize("typed", ["", "1234", "1" * 40, "a" * 39, "a" * 41, "ａ" * 40])
def test_what_is_no_fingerprint_is_none(typed: str) -> None:
    assert read_fingerprint(typed) is None


def test_either_key_changes_the_fingerprint_and_so_does_their_order() -> None:
    other = base64.b64encode(bytes(32)).decode()
    shown = {fingerprint_of(one, two) for one in (PUBLIC, other) for two in (PUBLIC, other)}
    assert len(shown) == 4


@pytest.mark.parametrize("key", ["", "AAAA", "not base64 at all", PUBLIC[:-4]])
def test_what_is_no_key_has_no_fingerprint(key: str) -> None:
    with pytest.raises(ValueError):
        fingerprint_of(key, PUBLIC)


def test_the_digest_of_a_report_is_over_exactly_what_it_carries() -> None:
    found = (FoundDevice(address="192.0.2.7", ports=(161,)),)
    tried = AccessTried(works=True, took_ms=12)
    expected = json.dumps([found[0].model_dump(mode="json")], sort_keys=True, separators=(",", ":")).encode()
    assert digest_of_report('{"é":1}') == hashlib.sha256('{"é":1}'.encode()).hexdigest()
    assert digest_of_report(None, found) == hashlib.sha256(expected).hexdigest()
    assert digest_of_report(None, None, tried) == hashlib.sha256(canonical(tried)).hexdigest()
    with pytest.raises(ValueError, match="a report carries"):
        digest_of_report("x", found)


def test_a_rotation_is_proved_by_the_new_key_for_this_agent_and_both_keys() -> None:
    new = Ed25519PrivateKey.generate()
    signing = base64.b64encode(new.public_key().public_bytes_raw()).decode()
    proof = proof_of(new, "A" * 26, signing, PUBLIC)
    assert proof_holds(proof, "A" * 26, signing, PUBLIC)
    assert not proof_holds(proof, "B" * 26, signing, PUBLIC)
    assert not proof_holds(proof, "A" * 26, signing, base64.b64encode(bytes(32)).decode())
    assert not proof_holds(proof, "A" * 26, PUBLIC, PUBLIC)
    assert not proof_holds("AAAA", "A" * 26, signing, PUBLIC)


def test_ids_sort_by_their_time_and_differ() -> None:
    later = datetime(2026, 11, 22, 9, 1, tzinfo=UTC)
    names = [new_id(AT) for _ in range(100)]
    assert (len(set(names)), max(names) < new_id(later), {len(one) for one in names}) == (100, True, {26})
