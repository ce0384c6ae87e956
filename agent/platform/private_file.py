"""Who else may read a file of secrets, as far as the platform can say."""

import sys
from typing import Final

WINDOWS_NOTE: Final = (
    "On Windows the access list of the credentials file is not checked; let your own account alone read it:"
    ' icacls FILE /inheritance:r /grant:r "%USERNAME%:R"'
)


def exposed(handle: int) -> str | None:
    """Return why an open file must not hold secrets, and who must act; None when nothing speaks against it."""
    if sys.platform == "win32":
        return None
    from agent.platform.posix import exposed as exposed_on_posix

    return exposed_on_posix(handle)


def note() -> str | None:
    """Return what a person must see to, because it cannot be checked here."""
    return WINDOWS_NOTE if sys.platform == "win32" else None
