"""Credentials sealed with HPKE (RFC 9180) to one agent's key and bound to where they may be used (decision 22)."""

import base64
import json
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from pydantic import SecretStr, TypeAdapter, ValidationError

from collectors.credentials import Credential, NutAccount, Snmp, SshAccount, WinrmAccount
from collectors.link.messages import Scope

_SUITE: Final = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
_KINDS: Final[dict[str, TypeAdapter[Credential]]] = {
    "snmp": TypeAdapter(Snmp),
    "ssh": TypeAdapter(SshAccount),
    "winrm": TypeAdapter(WinrmAccount),
    "nut": TypeAdapter(NutAccount),
}
VERSION: Final = "datumline-credential-1"


class CannotOpen(ValueError):
    """The seal is for another key, or was made for another site, kind or scope."""


def information(site_id: str, credential_id: str, version: int, kind: str, scope: Scope) -> bytes:
    """Return what a seal is bound to: opening it with any other words fails."""
    bound = {
        "seal": VERSION,
        "site": site_id,
        "credential": credential_id,
        "version": version,
        "kind": kind,
        "networks": sorted(str(one) for one in scope.networks),
        "names": sorted(one.casefold() for one in scope.names),
        "transports": sorted(scope.transports),
    }
    return json.dumps(bound, sort_keys=True, separators=(",", ":")).encode()


def seal(secret: bytes, public_key: str, info: bytes) -> str:
    """Return the secret sealed to a public key (32 bytes in base64), as base64."""
    key = X25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
    return base64.b64encode(_SUITE.encrypt(secret, key, info)).decode()


def opened(sealed: str, private_key: X25519PrivateKey, info: bytes) -> bytes:
    """Return the secret; raises CannotOpen, which never says more."""
    try:
        return _SUITE.decrypt(base64.b64decode(sealed, validate=True), private_key, info)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("the sealed credential cannot be opened with this key for this site and scope") from error


def told(credential: Credential) -> bytes:
    """Return a credential with its secrets as the bytes that are sealed: nothing else may ever show them."""
    content = {name: _shown(value) for name, value in credential if value is not None}
    return json.dumps(content, sort_keys=True).encode()


def read(secret: bytes, kind: str) -> Credential:
    """Return the credential of opened bytes; raises CannotOpen when they do not hold one of that kind."""
    try:
        return _KINDS[kind].validate_json(secret)
    except (KeyError, ValidationError) as error:
        raise CannotOpen(f"what was sealed is no credential of the kind {kind!r}") from error


def _shown(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
