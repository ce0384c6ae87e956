"""Windows: a file has an access list instead of a mode, which is not checked yet."""

from typing import Final

NOTE: Final[str | None] = (
    "The access list of the credentials file is not checked on Windows; let your own account alone read it:"
    ' icacls FILE /inheritance:r /grant:r "%USERNAME%:R"'
)
"""What a person must see to, because it cannot be checked here."""


def exposed(handle: int) -> str | None:
    """Return None: nothing is known against the file."""
    return None
