"""Checks a signed request by hand, from RFC 9421's text alone: another way than the library that the agent uses."""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

COMPONENTS = '("@method" "@target-uri" "content-type" "content-digest")'
_INPUT = re.compile(r"agent=(\((?:[^()]*)\)(;.*))")
_PARAMETER = re.compile(r';([a-z]+)=(?:"([^"]*)"|(\d+))')


@dataclass(frozen=True)
class Signed:
    """What a request's signature says."""

    key_id: str
    epoch: int
    counter: int
    created: int


def checked(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    key_of: Callable[[str], str | None],
) -> Signed | None:
    """Returns what the signature says when it holds; `key_of` gives the public key in base64 of a key id."""
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    found = _INPUT.fullmatch(headers.get("signature-input", ""))
    if found is None or headers.get("content-digest") != digest or not found[1].startswith(COMPONENTS):
        return None
    told = {name: text or number for name, text, number in _PARAMETER.findall(found[2])}
    key = key_of(told.get("keyid", ""))
    if key is None or told.get("tag") != "datumline-1":
        return None
    base = "\n".join(
        (
            f'"@method": {method}',
            f'"@target-uri": {url}',
            f'"content-type": {headers["content-type"]}',
            f'"content-digest": {digest}',
            f'"@signature-params": {found[1]}',
        )
    )
    signature = re.fullmatch(r"agent=:([A-Za-z0-9+/=]+):", headers.get("signature", ""))
    if signature is None:
        return None
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
        public.verify(base64.b64decode(signature[1]), base.encode())
    except (InvalidSignature, ValueError):
        return None
    epoch, _, counter = told["nonce"].partition(".")
    return Signed(told["keyid"], int(epoch), int(counter), int(told["created"]))
