"""A small file of the agent's own state: read whole under a cap, replaced whole, for its own user alone."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from agent.errors import StateUnusable
from agent.platform import private_file
from rules.given_file import read_given

SIZE_LIMIT_BYTES: Final = 64 * 1024 * 1024


def kept(path: Path) -> bytes | None:
    """Return the content of a file, None when there is none; raises StateUnusable also where others may read it."""

    def look(handle: int) -> None:
        reason = private_file.exposed(handle)
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
    """Replace a file whole, on disk before this returns; raises StateUnusable and leaves the old one as it was."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        private_file.hand_over(part)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise StateUnusable(f"{path} cannot be written ({error.strerror}); make its folder writable.") from error
