"""Texts of strangers made plain: NFC, without what steers a terminal, turns or hides letters, and of bounded size."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Final

MARKS_LIMIT: Final = 8  # accents over one letter; writing needs 4, more of them smear over the lines around
_MARKS_COMPOSED: Final = 32  # what is composed at all: composing a row of marks costs its square (30: UAX #15, 13.1)
_GROWTH: Final = 8  # letters looked at for each that is kept
_KEPT_CONTROLS: Final = frozenset("\n\t")
_LINE_ENDS: Final = frozenset("\u2028\u2029")
_BREAKS: Final = re.compile(r"[\n\t]\s*")
HIDDEN: Final = (
    # Unicode's Default_Ignorable_Code_Point and noncharacters, without what joins emoji and letters (ZWJ, ZWNJ) or
    # chooses between their forms (variation selectors); what turns the direction of writing is among them.
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
)
"""The hidden letters of the first plane, as they stand between the brackets of a pattern, also of JSON Schema's."""
_HIDDEN_BEYOND: Final = (
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
    + "".join(rf"\U{plane * 0x10000 + 0xFFFE:08x}\U{plane * 0x10000 + 0xFFFF:08x}" for plane in range(1, 17))
)
_HIDDEN: Final = re.compile(f"[{HIDDEN}{_HIDDEN_BEYOND}]")


def plain_text(text: str, limit: int | None = None) -> str:
    """Return a text in NFC with line ends and tabs as its only controls; at most `limit` characters of it."""
    if limit is not None:
        text = text[: limit * _GROWTH]
    if text.isascii() and text.isprintable():
        return text[:limit]
    kept = _HIDDEN.sub("", "".join(map(_shown, text)))
    composed = unicodedata.normalize("NFC", _fewer_marks(kept, _MARKS_COMPOSED))
    return _fewer_marks(composed, MARKS_LIMIT)[:limit]


def plain_line(text: str, limit: int | None = None) -> str:
    """Return a plain text on one line, a space in the place of each line end and tab."""
    return _BREAKS.sub(" ", plain_text(text, limit).strip())


def visible(text: str, shown: Callable[[str], str]) -> str:
    """Return a text in which each letter that is hidden, but no control, is shown as this function says."""
    return _HIDDEN.sub(lambda found: shown(found[0]), text)


def first_hidden(text: str) -> str | None:
    """Return the first letter that no plain text holds, as 'U+202E'; None when there is none."""
    if text.isascii() and text.isprintable():
        return None
    found = next((letter for letter in text if _shown(letter) != letter or _HIDDEN.match(letter)), None)
    return None if found is None else f"U+{ord(found):04X}"


def _shown(letter: str) -> str:
    if letter in _LINE_ENDS:
        return "\n"
    return letter if letter in _KEPT_CONTROLS or unicodedata.category(letter) not in {"Cc", "Cs"} else ""


def _fewer_marks(text: str, limit: int) -> str:
    return text if text.isascii() else "".join(_with_few_marks(text, limit))


def _with_few_marks(letters: Iterable[str], limit: int) -> Iterator[str]:
    count = 0
    for letter in letters:
        count = count + 1 if unicodedata.category(letter) in {"Mn", "Me"} else 0
        if count <= limit:
            yield letter
