"""Ids that agent and server give: ULIDs, 26 characters that sort by the time they were made."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without I, L, O and U."""


def new_id(at: datetime, random: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Return a new id: 48 bits of milliseconds since 1970, 80 random bits."""
    number = (int(at.timestamp() * 1000) & ((1 << 48) - 1)) << 80 | int.from_bytes(random(10))
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def fresh_id() -> str:
    """Return a new id of now."""
    return new_id(datetime.now(UTC))
