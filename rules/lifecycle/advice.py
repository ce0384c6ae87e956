"""What to recommend when the firmware is too old: upgrade, replace or accept, or leave the ended line."""

from typing import Literal

from rules.lifecycle.age import AgeAnswer
from rules.lifecycle.newer import Newer
from rules.lifecycle.support import Support

Advice = Literal["CYCLE_ENDED", "UPGRADE_AVAILABLE", "NO_NEWER_KNOWN"]

_WORDS: dict[Advice, str] = {
    "CYCLE_ENDED": "the maker no longer supports this line: move to a supported line or replace the hardware",
    "UPGRADE_AVAILABLE": "a newer release of the line can be had: upgrade",
    "NO_NEWER_KNOWN": "no newer release of a supported line is known: replace, or accept until a day",
}


def advice(age: AgeAnswer, newer: Newer, support: Support) -> Advice | None:
    """Return why an AGE answer of no came about, None for any other answer or where it is not known."""
    if age.verdict != "no":
        return None
    if support.verdict == "no":
        return "CYCLE_ENDED"
    if newer.waiting:
        return "UPGRADE_AVAILABLE"
    return "NO_NEWER_KNOWN" if newer.waiting is False and support.verdict == "yes" else None


def words(code: Advice) -> str:
    """Return the recommendation as half a sentence."""
    return _WORDS[code]
