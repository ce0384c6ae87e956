"""The fingerprint of an agent's two public keys: the same text on agent and server, for people to compare."""

import base64
import hashlib
import re
from typing import Final

_SHOWN: Final = 40
_GROUP: Final = 5
_BETWEEN: Final = re.compile(r"[\s:-]+")
_BARE: Final = re.compile(r"[a-z2-7]{40}")


def fingerprint_of(signing_key: str, sealing_key: str) -> str:
    """Return 8 groups of 5 letters and digits: the first 200 bits of the SHA-256 over both keys, in base32.

    The keys are 32 bytes each, in base64; raises ValueError for what is no key.
    """
    keys = [base64.b64decode(one, validate=True) for one in (signing_key, sealing_key)]
    if any(len(key) != 32 for key in keys):
        raise ValueError("a public key has 32 bytes")
    return _grouped(base64.b32encode(hashlib.sha256(b"".join(keys)).digest()).decode().lower()[:_SHOWN])


def read_fingerprint(text: str) -> str | None:
    """Return a fingerprint that a person typed or pasted in the form that is shown; None when it is none."""
    bare = _BETWEEN.sub("", text.strip()).lower()
    return _grouped(bare) if _BARE.fullmatch(bare) else None


def _grouped(letters: str) -> str:
    return "-".join(letters[place : place + _GROUP] for place in range(0, _SHOWN, _GROUP))
