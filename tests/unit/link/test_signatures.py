"""Signatures: a good one is taken and says what it proves; every other one is refused, each for its own flaw."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from http_message_signatures import HTTPMessageSigner
from http_message_signatures.algorithms import ED25519
from hypothesis import given
from hypothesis import strategies as st

from collectors.link import signatures
from collectors.link.signatures import COVERED, SIGNATURE_BYTES, ClockApart, SignedMessage, Unsigned, digest_of
from tests.peers.link_signature import checked
from tests.unit.link.requests_signed import AT, BODY, KEY, KEY_ID, OTHER_KEY, URL, Signed, digest, good

SIGNATURE = base64.b64encode(bytes(64)).decode()


def other_signature(request: Signed) -> str:
    """Return the signature with its first letter changed."""
    told = request.headers["signature"]
    place = told.index(":") + 1
    return told[:place] + ("A" if told[place] != "A" else "B") + told[place + 1 :]


def by_the_library(**settings: object) -> Signed:
    """Return a request that the library signs as it is told, with parameters that we do not agree with."""
    message = SignedMessage("POST", URL, {"Content-Type": "application/json", "Content-Digest": digest_of(BODY)})
    key_resolver = signatures._OneKey(private=KEY)
    told: dict[str, object] = {
        "key_id": KEY_ID,
        "created": AT,
        "nonce": "1.7",
        "label": "agent",
        "tag": "datumline-1",
        "covered_component_ids": COVERED,
        "body": BODY,
        "use_existing_digest": True,
    }
    told |= settings
    HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=key_resolver).sign(
        message,
        **{name: value for name, value in told.items() if value is not None},  # type: ignore[arg-type]
    )
    return Signed("POST", URL, {name.lower(): value for name, value in message.headers.items()})


def two_signatures() -> Signed:
    one, other = good(), by_the_library(label="second")
    return replace(
        one,
        headers={
            name: f"{value}, {other.headers[name]}" if "signature" in name else value
            for name, value in one.headers.items()
        },
    )


FLAWS: dict[str, Callable[[], Signed]] = {
    "no signature": lambda: good().with_header("signature", None),
    "an empty signature": lambda: good().with_header("signature", ""),
    "no input": lambda: good().with_header("signature-input", None),
    "an empty input": lambda: good().with_header("signature-input", ""),
    "no digest": lambda: good().with_header("content-digest", None),
    "no media type": lambda: good().with_header("content-type", None),
    "another body": lambda: replace(good(), body=b'{"protocol":2}'),
    "a longer body": lambda: replace(good(), body=BODY + b" "),
    "no body": lambda: replace(good(), body=b""),
    "another body with its own digest": lambda: replace(
        good().with_header("content-digest", digest(b"{}")), body=b"{}"
    ),
    "a digest of sha-512": lambda: good().with_header("content-digest", "sha-512=:AAAA:"),
    "a digest twice": lambda: good().with_header("content-digest", f"{digest(BODY)}, {digest(BODY)}"),
    "a digest without colons": lambda: good().with_header("content-digest", digest(BODY).replace(":", "")),
    "another method": lambda: replace(good(), method="PUT"),
    "the method in small letters": lambda: replace(good(), method="post"),
    "another path": lambda: replace(good(), url=URL.replace("poll", "results")),
    "another server": lambda: replace(good(), url=URL.replace("datumline", "attacker")),
    "another port": lambda: replace(good(), url=URL.replace(".example", ".example:444")),
    "plain http": lambda: replace(good(), url=URL.replace("https", "http")),
    "a question behind the path": lambda: replace(good(), url=f"{URL}?x=1"),
    "a slash behind the path": lambda: replace(good(), url=f"{URL}/"),
    "another media type": lambda: good().with_header("content-type", "application/zstd"),
    "a media type with a charset": lambda: good().with_header("content-type", "application/json; charset=utf-8"),
    "another key": lambda: good(key=OTHER_KEY),
    "a key that nobody knows": lambda: good(key_id="01ARZ3NDEKTSV4RRFFQ69G5FAW"),
    "no key id": lambda: good().with_input(f';keyid="{KEY_ID}"', ""),
    "the key id of another agent": lambda: good().with_input(KEY_ID, "01ARZ3NDEKTSV4RRFFQ69G5FAW"),
    "a changed signature": lambda: good().with_header("signature", other_signature(good())),
    "a signature of zeros": lambda: good().with_header("signature", f"agent=:{SIGNATURE}:"),
    "a short signature": lambda: good().with_header("signature", "agent=:AAAA:"),
    "a signature that is no base64": lambda: good().with_header("signature", "agent=:!!!!:"),
    "a signature that is no sequence of bytes": lambda: good().with_header("signature", 'agent="text"'),
    "a signature under another label": lambda: good().with_header(
        "signature", good().headers["signature"].replace("agent=", "other=")
    ),
    "an input under another label": lambda: good().with_input("agent=", "other="),
    "two signatures": two_signatures,
    "an input that is no dictionary": lambda: good().with_header("signature-input", "((("),
    "an input with a text for a list": lambda: good().with_header("signature-input", 'agent="x"'),
    "a signature beyond measure": lambda: good().with_header("signature", "agent=:" + "A" * SIGNATURE_BYTES + ":"),
    "an input beyond measure": lambda: good().with_header("signature-input", "agent=" + "(" * SIGNATURE_BYTES),
    "not a covered method": lambda: good().with_input('"@method" ', ""),
    "not a covered address": lambda: good().with_input('"@target-uri" ', ""),
    "not a covered media type": lambda: good().with_input('"content-type" ', ""),
    "not a covered digest": lambda: good().with_input(' "content-digest"', ""),
    "components in another order": lambda: good().with_input('"@method" "@target-uri"', '"@target-uri" "@method"'),
    "a component twice": lambda: good().with_input('"@method"', '"@method" "@method"'),
    "a later moment": lambda: good().with_input(f"created={int(AT.timestamp())}", f"created={int(AT.timestamp()) + 1}"),
    "no moment": lambda: good().with_input(f";created={int(AT.timestamp())}", ""),
    "a moment that is a text": lambda: good().with_input(f"created={int(AT.timestamp())}", 'created="now"'),
    "another counter": lambda: good().with_input('nonce="1.7"', 'nonce="1.8"'),
    "another epoch": lambda: good().with_input('nonce="1.7"', 'nonce="2.7"'),
    "no counter": lambda: good().with_input(';nonce="1.7"', ""),
    "another tag": lambda: good().with_input('tag="datumline-1"', 'tag="datumline-2"'),
    "no tag": lambda: good().with_input(';tag="datumline-1"', ""),
    "an algorithm put in": lambda: good().with_input(";tag=", ';alg="hmac-sha256";tag='),
    "an end put in": lambda: good().with_input(";tag=", f";expires={int(AT.timestamp()) + 5};tag="),
    "signed: over the method alone": lambda: by_the_library(covered_component_ids=("@method",)),
    "signed: without the digest": lambda: by_the_library(
        covered_component_ids=("@method", "@target-uri", "content-type"), body=None
    ),
    "signed: without the address": lambda: by_the_library(
        covered_component_ids=("@method", "content-type", "content-digest")
    ),
    "signed: without the media type": lambda: by_the_library(
        covered_component_ids=("@method", "@target-uri", "content-digest")
    ),
    "signed: with another tag": lambda: by_the_library(tag="another"),
    "signed: without a tag": lambda: by_the_library(tag=None),
    "signed: without a counter": lambda: by_the_library(nonce=None),
    "signed: a counter of 0": lambda: by_the_library(nonce="1.0"),
    "signed: an epoch of 0": lambda: by_the_library(nonce="0.1"),
    "signed: a negative counter": lambda: by_the_library(nonce="1.-1"),
    "signed: a counter with a sign": lambda: by_the_library(nonce="1.+1"),
    "signed: a counter with leading zeros": lambda: by_the_library(nonce="1.007"),
    "signed: a counter too large to keep": lambda: by_the_library(nonce=f"1.{10**19}"),
    "signed: an epoch too large to keep": lambda: by_the_library(nonce=f"{10**10}.1"),
    "signed: a counter in letters": lambda: by_the_library(nonce="1.x"),
    "signed: three numbers": lambda: by_the_library(nonce="1.2.3"),
    "signed: a counter with a blank": lambda: by_the_library(nonce="1. 7"),
}
"""What is wrong, and the request. Those that begin with 'signed' carry a signature that holds over what they say."""


def test_a_good_request_is_taken_and_says_who_and_when() -> None:
    told = good().proven()
    assert (told.key_id, told.epoch, told.counter, told.created_at) == (KEY_ID, 1, 7, AT)


def test_there_are_enough_flaws() -> None:
    assert len(FLAWS) >= 60


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_request_with_a_flaw_is_refused(flaw: str) -> None:
    with pytest.raises(Unsigned):
        FLAWS[flaw]().proven()


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_refusal_never_holds_what_the_request_held(flaw: str) -> None:
    with pytest.raises(Unsigned) as refused:
        FLAWS[flaw]().proven()
    assert (KEY_ID in str(refused.value), "protocol" in str(refused.value)) == (False, False)


@pytest.mark.parametrize("apart_s", [-301, 301, -86_400, 86_400, 10 * 365 * 86_400])
def test_clocks_that_lie_apart_are_told_as_such(apart_s: int) -> None:
    with pytest.raises(ClockApart):
        replace(good(), at=AT + timedelta(seconds=apart_s)).proven()


@pytest.mark.parametrize("apart_s", [-300, -1, 0, 1, 300])
def test_clocks_that_lie_near_are_taken(apart_s: int) -> None:
    assert replace(good(), at=AT + timedelta(seconds=apart_s)).proven().counter == 7


def test_a_wrong_signature_with_a_wrong_clock_is_not_told_the_time() -> None:
    with pytest.raises(Unsigned) as refused:
        replace(good(key=OTHER_KEY), at=AT + timedelta(days=1)).proven()
    assert not isinstance(refused.value, ClockApart)


@given(body=st.binary(max_size=200), counter=st.integers(1, 10**17), epoch=st.integers(1, 10**8))
def test_whatever_is_signed_is_taken_as_it_was_signed(body: bytes, counter: int, epoch: int) -> None:
    told = good(body=body, counter=counter, epoch=epoch).proven()
    assert (told.counter, told.epoch) == (counter, epoch)


@given(place=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
def test_no_bit_of_the_body_can_be_changed(place: int, bit: int) -> None:
    changed = bytes([*BODY[:place], BODY[place] ^ (1 << bit), *BODY[place + 1 :]])
    with pytest.raises(Unsigned):
        replace(good(), body=changed).proven()


@given(
    name=st.sampled_from(["signature", "signature-input", "content-digest", "content-type"]),
    value=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=120),
)
def test_no_text_in_a_header_raises_anything_else(name: str, value: str) -> None:
    try:
        good().with_header(name, value).proven()
    except Unsigned:
        return
    assert value == good().headers[name]


def test_a_reading_of_the_standard_by_hand_takes_the_same_request() -> None:
    request = good()
    key = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
    told = checked("POST", URL, request.headers, BODY, {KEY_ID: key}.get)
    assert told is not None
    assert (told.key_id, told.epoch, told.counter, told.created) == (KEY_ID, 1, 7, int(AT.timestamp()))
