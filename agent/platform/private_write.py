"""Writing a file that only the agent's user may read: whole or not at all, and on the disk before we go on."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from agent.platform.private_file import hand_over


def write_private(path: Path, content: bytes) -> None:
    """Replace a file by this content with the mode 0600, in a folder with the mode 0700; raises OSError.

    Written by an administrator, it belongs to the owner of its folder: the agent's own user. On Windows the access list
    of the folder is inherited, which the installer sets.
    """
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        hand_over(path.parent)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with suppress(FileNotFoundError):
        part.unlink()
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        hand_over(part)
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink()
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Write a folder's list of names to the disk, where the system has a way to do so."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
