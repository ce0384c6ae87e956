"""The fingerprint of an agent's two public keys: the same text on agent and server, for people to compare."""

import base64
import hashlib
from typing import Final

_SHOWN: Final = 40
_GROUP: Final = 5


def fingerprint_of(signing_key: str, sealing_key: str) -> str:
    """Return 8 groups of 5 letters and digits: the first 200 bits of the SHA-256 over both keys, in base32.

    The keys are 32 bytes each, in base64; raises ValueError for what is no key.
    """
    keys = [base64.b64decode(one, validate=True) for one in (signing_key, sealing_key)]
    if any(len(key) != 32 for key in keys):
        raise ValueError("a public key has 32 bytes")
    told = base64.b32encode(hashlib.sha256(b"".join(keys)).digest()).decode().lower()[:_SHOWN]
    return "-".join(told[place : place + _GROUP] for place in range(0, _SHOWN, _GROUP))
