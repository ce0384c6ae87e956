"""Says that a server runs over a data folder: two at once would do each task twice, a restore would tear it."""

import sys
from pathlib import Path
from types import TracebackType
from typing import IO

NAME = "serve.lock"


class Busy(Exception):
    """Another process holds the folder."""


class FolderLock:
    """Held for as long as the process lives; the system lets go of it, however the process ends."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        self._path = folder / NAME
        self._file: IO[str] | None = None

    def __enter__(self) -> "FolderLock":
        """Take the lock, or raise Busy."""
        file = self._path.open("a")
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                file.close()
                raise Busy(f"a server runs over {self._path.parent}") from error
        self._file = file
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go."""
        if self._file is not None:
            self._file.close()
