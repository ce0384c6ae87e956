"""How passwords are hashed: argon2id, and never more at once than the machine bears."""

from threading import BoundedSemaphore
from typing import Any, Final

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE: Final = 4
"""Hashes at the same time in one process (security.md 3.6): more would take the processors from all else."""
WAITING: Final = 16
"""Requests that may hash or wait for it; whoever comes after them is asked to try again."""

_hashing: Final = BoundedSemaphore(AT_ONCE)
_places: Final = BoundedSemaphore(WAITING)


class Crowded(Exception):
    """Too many passwords are being checked: this one was not looked at."""


class CappedArgon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane: OWASP's first choice."""

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Return the hash, after waiting for a place."""
        with _hashing:
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether the password is the one of the hash, after waiting for a place."""
        with _hashing:
            return bool(super().verify(password, encoded))


class Place:
    """A place in the short queue before hashing, for as long as a sign-in takes; raises Crowded when it is full."""

    def __enter__(self) -> None:
        """Take a place."""
        if not _places.acquire(blocking=False):
            raise Crowded

    def __exit__(self, *_: Any) -> None:
        """Give it back."""
        _places.release()
