"""A small file of the agent's own state: read whole under a cap, replaced whole, for its own user alone."""

from pathlib import Path
from typing import Final

from agent.errors import StateUnusable
from agent.platform import private_file
from agent.platform.private_write import write_private
from rules.given_file import read_given

SIZE_LIMIT_BYTES: Final = 64 * 1024 * 1024


def kept(path: Path) -> bytes | None:
    """Return the content of a file, None when there is none; raises StateUnusable also where others may read it."""

    def look(handle: int) -> None:
        reason = private_file.exposed_own(handle, path.parent)
        if reason:
            raise StateUnusable(f"{path} {reason}")

    try:
        raw = read_given(path, SIZE_LIMIT_BYTES, look)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateUnusable(f"{path} cannot be read ({error.strerror}); make it readable for the agent.") from error
    if len(raw) > SIZE_LIMIT_BYTES:
        raise StateUnusable(f"{path} is larger than {SIZE_LIMIT_BYTES // 1024**2} MB; move it away.")
    return raw


def keep(path: Path, content: bytes) -> None:
    """Replace a file whole, on disk before this returns; raises StateUnusable and leaves the old one as it was.

    Written by an administrator, it belongs to the agent's own user all the same.
    """
    try:
        is_new = not path.parent.exists()
        write_private(path, content)
        if is_new:
            private_file.hand_over(path.parent)
        private_file.hand_over(path)
    except OSError as error:
        raise StateUnusable(f"{path} cannot be written ({error.strerror}); make its folder writable.") from error
