"""A good signed request, and the many ways in which one is not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from collectors.link.signatures import Proven, digest_of, proven, signed_headers

URL = "https://datumline.example/agent/v1/poll"
BODY = b'{"protocol":1}'
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
KEY_ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


@dataclass(frozen=True)
class Signed:
    """A request as the server sees it."""

    method: str = "POST"
    url: str = URL
    headers: Mapping[str, str] = None  # type: ignore[assignment]
    body: bytes = BODY
    at: datetime = AT

    def proven(self, key_of: Callable[[str], Ed25519PublicKey | None] | None = None) -> Proven:
        """Returns what is proved; raises Unsigned."""
        return proven(self.method, self.url, self.headers, self.body, key_of=key_of or known, at=self.at)

    def with_header(self, name: str, value: str | None) -> "Signed":
        """Returns it with another header, or without it."""
        headers = {key: text for key, text in self.headers.items() if key != name}
        return replace(self, headers=headers if value is None else {**headers, name: value})

    def with_input(self, old: str, new: str) -> "Signed":
        """Returns it with a part of Signature-Input changed; the part must be there."""
        told = self.headers["signature-input"]
        assert old in told, told
        return self.with_header("signature-input", told.replace(old, new))


def known(key_id: str) -> Ed25519PublicKey | None:
    """Returns the key of the one agent that is known."""
    return KEY.public_key() if key_id == KEY_ID else None


def good(
    *,
    method: str = "POST",
    url: str = URL,
    body: bytes = BODY,
    content_type: str = "application/json",
    key: Ed25519PrivateKey = KEY,
    key_id: str = KEY_ID,
    epoch: int = 1,
    counter: int = 7,
    at: datetime = AT,
) -> Signed:
    """Returns a request that is signed as agreed."""
    headers = signed_headers(
        method, url, body, content_type, key=key, key_id=key_id, epoch=epoch, counter=counter, at=at
    )
    return Signed(method, url, {name.lower(): value for name, value in headers.items()}, body)


def digest(body: bytes) -> str:
    """Returns the digest of another body."""
    return digest_of(body)
