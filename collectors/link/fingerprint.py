"""The fingerprint of an agent's two public keys: the same text on agent and server, for people to compare."""

import base64
import hashlib
import re
from typing import Final

_MADE_OF: Final = b"datumline-agent-1\0"
_DIGITS: Final = 64
_GROUP: Final = 4
_BETWEEN: Final = re.compile(r"[\s:-]+")
_HEX: Final = re.compile(r"[0-9A-F]{64}")


def fingerprint_of(signing_key: str, sealing_key: str) -> str:
    """Return the SHA-256 over both public keys (32 bytes each in base64) as 16 groups of four hexadecimal digits.

    Raises ValueError for what is no key.
    """
    keys = [base64.b64decode(one, validate=True) for one in (signing_key, sealing_key)]
    if any(len(key) != 32 for key in keys):
        raise ValueError("a public key has 32 bytes")
    return _grouped(hashlib.sha256(_MADE_OF + b"".join(keys)).hexdigest().upper())


def read_fingerprint(text: str) -> str | None:
    """Return a fingerprint that a person typed or pasted in the form that is shown; None when it is none."""
    bare = _BETWEEN.sub("", text.strip()).upper()
    return _grouped(bare) if _HEX.fullmatch(bare) else None


def _grouped(digits: str) -> str:
    return "-".join(digits[place : place + _GROUP] for place in range(0, _DIGITS, _GROUP))
