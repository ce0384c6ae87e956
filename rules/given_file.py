"""Reading a file that a person named: a plain file only, and never more of it than a cap."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path


def read_given(path: Path, limit_bytes: int, look: Callable[[int], None] = lambda handle: None) -> bytes:
    """Return the content of a file, at most one byte above the limit; `look` sees the open file before it is read.

    Raises OSError, also for what is no plain file: a pipe or a device may never begin, or never end.
    """
    with open(path, "rb", opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no plain file")
        look(file.fileno())
        return file.read(limit_bytes + 1)


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
