"""Windows: a file has an access list instead of a mode, which is not checked yet."""

from pathlib import Path
from typing import Final

NOTE: Final[str | None] = (
    "The access list of the credentials file is not checked on Windows; let your own account alone read it:"
    ' icacls FILE /inheritance:r /grant:r "%USERNAME%:R"'
)
"""What a person must see to, because it cannot be checked here."""


def exposed(handle: int) -> str | None:
    """Return None: nothing is known against the file."""
    return None


def exposed_own(handle: int, folder: Path) -> str | None:
    """Return None: nothing is known against the file."""
    return None


def changeable(handle: int) -> str | None:
    """Return None: the installer gives the file's folder an access list in which the agent's account may not write."""
    return None


def hand_over(path: Path) -> None:
    """Do nothing: a file has the access list of its folder."""
