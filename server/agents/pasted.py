"""Fingerprints in a pasted text: whatever an RMM prints around them, and however it breaks them into groups."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from server.agents.actions import fingerprint
from server.agents.models import Agent

TEXT_LENGTH: Final = 2_000_000
_LETTERS: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Matched:
    """Which waiting agents a text names, and which it does not."""

    found: tuple[Agent, ...]
    missing: tuple[Agent, ...]


def matched(text: str, waiting: Iterable[Agent]) -> Matched:
    """Return the waiting agents whose whole fingerprint stands in the text; blanks, case and hyphens do not count."""
    plain = _LETTERS.sub("", text[:TEXT_LENGTH].casefold())
    found: list[Agent] = []
    missing: list[Agent] = []
    for agent in waiting:
        (found if bare(fingerprint(agent)) in plain else missing).append(agent)
    return Matched(tuple(found), tuple(missing))


def bare(told: str) -> str:
    """Return a fingerprint as it is compared."""
    return _LETTERS.sub("", told.casefold())
