"""Who began something that a file remembers: a process and one object in it, and whether it still lives."""

import os
import uuid

_LIVING: set[str] = set()
"""The objects of this process that have not ended."""


class Owner:
    """One object's name in a file, valid as long as its process runs and it was not ended."""

    def __init__(self) -> None:
        import psutil

        self._process = f"{os.getpid()}:{psutil.Process().create_time()}"
        self.name = f"{self._process}:{uuid.uuid4().hex}"
        _LIVING.add(self.name)

    def end(self) -> None:
        """Say that nothing that this object began is going on any more."""
        _LIVING.discard(self.name)

    def lives(self, name: str) -> bool:
        """Return whether the owner of this name may still be at work."""
        import psutil

        process, _, _ = name.rpartition(":")
        if process == self._process:
            return name in _LIVING
        pid, _, started = process.partition(":")
        try:
            return str(psutil.Process(int(pid)).create_time()) == started
        except (psutil.NoSuchProcess, ValueError):
            return False
        except psutil.Error:
            return True
