"""POSIX: who may read a file of secrets."""

import os
import stat
import sys
from pathlib import Path
from typing import Final

NOTE: Final[str | None] = None
"""What a person must see to, because it cannot be checked here."""


def exposed(handle: int) -> str | None:
    """Return why an open file must not hold secrets, and who must act; None when only its owner may read it."""
    told = os.fstat(handle)
    if sys.platform != "win32" and told.st_uid not in {os.geteuid(), 0}:
        return "belongs to another user, who can read it; take it over (chown), then chmod 600."
    return _open_to_others(told)


def exposed_own(handle: int, folder: Path) -> str | None:
    """Return the same for a file of the agent's own: an administrator who looks at it is not its owner."""
    told = os.fstat(handle)
    if sys.platform != "win32" and os.geteuid() == 0 and told.st_uid == folder.stat().st_uid:
        return _open_to_others(told)
    return exposed(handle)


def changeable(handle: int) -> str | None:
    """Return why an open file must not rule over anybody, and who must act; None when its owner alone may change it."""
    told = os.fstat(handle)
    if sys.platform != "win32" and os.geteuid() != 0 and told.st_uid not in {os.geteuid(), 0}:
        return "belongs to another user, who can change it; the administrator takes it over (chown)."
    if told.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return f"may be changed by others (mode {stat.S_IMODE(told.st_mode):03o}); its owner runs: chmod go-w FILE."
    return None


def hand_over(path: Path) -> None:
    """Give a file that an administrator has written to the owner of its folder: the agent's own user.

    That user may put a link in its place at any moment, so that what was opened is given away, and never a link.
    """
    if sys.platform != "win32" and os.geteuid() == 0:
        folder = path.parent.stat()
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            told = os.fstat(handle)
            if stat.S_ISDIR(told.st_mode) or (stat.S_ISREG(told.st_mode) and told.st_nlink == 1):
                os.fchown(handle, folder.st_uid, folder.st_gid)
        finally:
            os.close(handle)


def _open_to_others(told: os.stat_result) -> str | None:
    if told.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return f"may be used by others (mode {stat.S_IMODE(told.st_mode):03o}); its owner runs: chmod 600 FILE."
    return None
