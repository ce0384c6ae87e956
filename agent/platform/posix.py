"""POSIX: who may read a file of secrets."""

import os
import stat
import sys
from typing import Final

NOTE: Final[str | None] = None
"""What a person must see to, because it cannot be checked here."""


def exposed(handle: int) -> str | None:
    """Return why an open file must not hold secrets, and who must act; None when only its owner may read it."""
    told = os.fstat(handle)
    if sys.platform != "win32" and told.st_uid not in {os.geteuid(), 0}:
        return "belongs to another user, who can read it; take it over (chown), then chmod 600."
    if told.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return f"may be used by others (mode {stat.S_IMODE(told.st_mode):03o}); its owner runs: chmod 600 FILE."
    return None
