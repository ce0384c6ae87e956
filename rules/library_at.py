"""Where the library lies: the one that is shipped, or a directory of the MSP's own."""

from functools import lru_cache
from pathlib import Path

from rules.loader import Library, load

SHIPPED = Path(__file__).parent / "library"


@lru_cache(maxsize=1)
def default_library() -> Library:
    """Return the shipped library, loaded once; raises LibraryError."""
    return load(SHIPPED)


def library_at(directory: Path | None) -> Library:
    """Return the library in a directory, or the shipped one; raises LibraryError."""
    return default_library() if directory is None else load(directory)
