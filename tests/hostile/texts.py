"""The payloads of payloads.json: hostile texts by kind, as a device could say them."""

import json
import re
import unicodedata
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("payloads.json")
STEERS: Final = re.compile(
    # written out here, and not taken from the product: what must never reach a terminal, a page or a log
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)


def payloads() -> dict[str, list[str]]:
    """Return the texts by kind; one written as {"repeat": [text, count]} is that text so many times."""
    told = json.loads(FILE.read_text(encoding="ascii"))
    return {kind: [_expanded(one) for one in texts] for kind, texts in told.items()}


def all_payloads() -> list[str]:
    """Return every text."""
    return [text for texts in payloads().values() for text in texts]


def marks_in_a_row(text: str) -> int:
    """Return the largest number of accents that follow one another."""
    longest = count = 0
    for letter in text:
        count = count + 1 if unicodedata.category(letter) in {"Mn", "Me"} else 0
        longest = max(longest, count)
    return longest


def _expanded(one: object) -> str:
    if isinstance(one, dict):
        text, count = one["repeat"]
        return str(text) * int(count)
    return str(one)
