"""The library of `words/`: a standard for every word of the rules, loaded by the real loader."""

from functools import lru_cache
from pathlib import Path

from rules.loader import Library, load

WORDS = Path(__file__).parent / "words"


@lru_cache(maxsize=1)
def words_library() -> Library:
    """Return the library, loaded once."""
    return load(WORDS)
