"""Requests signed by RFC 9421 with Ed25519; this wrapper closes what the library leaves open.

Covered are the method, the whole address, the media type and the digest of the body. `nonce` holds the epoch and a
counter that only ever grows: the receiver changes it in one conditional UPDATE, and keeps no list of nonces.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ED25519
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from collectors.link.limits import CLOCK_S

COVERED: Final = ("@method", "@target-uri", "content-type", "content-digest")
TAG: Final = "datumline-1"
LABEL: Final = "agent"
SIGNATURE_BYTES: Final = 2_000
"""Of one header: more is refused unread."""
_NONCE: Final = re.compile(r"([1-9][0-9]{0,8})\.([1-9][0-9]{0,17})")


class Unsigned(ValueError):
    """The request is not signed as agreed. The text never holds what the request held."""


class ClockApart(Unsigned):
    """The signature is right, but made too long ago or ahead: the clocks lie apart."""


@dataclass
class SignedMessage:
    """A request as both sides see it."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Proven:
    """What a good signature proves."""

    key_id: str
    epoch: int
    counter: int
    created_at: datetime


def digest_of(body: bytes) -> str:
    """Return the Content-Digest of a body (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def signed_headers(
    method: str,
    url: str,
    body: bytes,
    content_type: str,
    *,
    key: Ed25519PrivateKey,
    key_id: str,
    epoch: int,
    counter: int,
    at: datetime,
) -> dict[str, str]:
    """Return the headers of a signed request: Content-Type, Content-Digest, Signature-Input and Signature."""
    message = SignedMessage(method, url, {"Content-Type": content_type, "Content-Digest": digest_of(body)})
    HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=_OneKey(private=key)).sign(
        message,
        key_id=key_id,
        created=at,
        nonce=f"{epoch}.{counter}",
        label=LABEL,
        tag=TAG,
        covered_component_ids=COVERED,
        body=body,
        use_existing_digest=True,
    )
    return message.headers


def proven(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    key_of: Callable[[str], Ed25519PublicKey | None],
    at: datetime,
) -> Proven:
    """Return what the signature of a request proves; raises Unsigned or ClockApart.

    `key_of` gives the key of a key id, or None. `headers` are those of the request with their names in lower case.
    """
    kept = {name: headers.get(name, "") for name in ("signature", "signature-input", "content-digest", "content-type")}
    if not all(kept.values()) or any(len(value) > SIGNATURE_BYTES for value in kept.values()):
        raise Unsigned("the request is not signed")
    if kept["content-digest"] != digest_of(body):
        raise Unsigned("the body is not the one that was signed")
    message = SignedMessage(method, url, kept)
    verifier = _Verifier(signature_algorithm=ED25519, key_resolver=_OneKey(key_of=key_of))
    try:
        results = verifier.verify(
            message,
            max_age=None,
            body=body,
            expect_tag=TAG,
            require_components=COVERED,
        )
    except (HTTPMessageSignaturesException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unsigned("the signature does not hold") from error
    if len(results) != 1:
        raise Unsigned("the request has not exactly one signature")
    parameters = results[0].parameters
    nonce = _NONCE.fullmatch(str(parameters.get("nonce", "")))
    created, key_id = parameters.get("created"), parameters.get("keyid")
    if nonce is None or not isinstance(created, int) or not isinstance(key_id, str):
        raise Unsigned("the signature has not the parameters that were agreed")
    if abs(at.timestamp() - created) > CLOCK_S:
        raise ClockApart(f"the clocks of agent and server lie more than {CLOCK_S} s apart")
    return Proven(key_id, int(nonce[1]), int(nonce[2]), datetime.fromtimestamp(created, UTC))


class _Verifier(HTTPMessageVerifier):
    """Leaves the clock to `proven`, which tells clocks that lie apart from signatures that do not hold."""

    max_clock_skew = timedelta(days=36_500)


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(
        self,
        *,
        private: Ed25519PrivateKey | None = None,
        key_of: Callable[[str], Ed25519PublicKey | None] | None = None,
    ) -> None:
        self._private = private
        self._key_of = key_of

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        assert self._private is not None, key_id  # noqa: S101 - signing and verifying never share a resolver
        return self._private

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        key = self._key_of(key_id) if self._key_of else None
        if key is None:
            raise HTTPMessageSignaturesException("no such key")
        return key
