"""What is known of a release day: each piece of evidence is an interval with the words for who says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

BUILD_TO_RELEASE_DAYS: Final = 30  # measured: RouterOS 0, FortiOS 2 days from build to release

Kind = Literal["reported", "catalogue", "bound", "person"]
Verdict = Literal["yes", "no", "unknown"]


@dataclass(frozen=True)
class Evidence:
    """A release day that lies between two days, both included; a missing end is open."""

    kind: Kind
    words: str
    earliest_on: date | None = None
    latest_on: date | None = None
    disputed: bool = False

    def verdict(self, cutoff_on: date) -> Verdict:
        """Return whether the release is not older than the cutoff; the cutoff itself is young enough."""
        if self.earliest_on is not None and self.earliest_on >= cutoff_on:
            return "yes"
        if self.latest_on is not None and self.latest_on < cutoff_on:
            return "no"
        return "unknown"


def exact(kind: Kind, words: str, day: date) -> Evidence:
    """Return the evidence of one release day."""
    return Evidence(kind, words, day, day)


def built(words: str, day: date) -> Evidence:
    """Return the evidence of a build day: the release came out on it or up to BUILD_TO_RELEASE_DAYS later."""
    last = date.max - timedelta(days=BUILD_TO_RELEASE_DAYS)
    return Evidence("reported", words, day, min(day, last) + timedelta(days=BUILD_TO_RELEASE_DAYS))


def overlap(pieces: Sequence[Evidence]) -> tuple[date | None, date | None] | None:
    """Return the days on which all pieces agree, None if there are none."""
    earliest = max((p.earliest_on for p in pieces if p.earliest_on), default=None)
    latest = min((p.latest_on for p in pieces if p.latest_on), default=None)
    return None if earliest and latest and earliest > latest else (earliest, latest)


def hull(pieces: Sequence[Evidence]) -> tuple[date | None, date | None]:
    """Return the days between which all pieces lie; an end that one leaves open is open."""
    begins = [p.earliest_on for p in pieces]
    ends = [p.latest_on for p in pieces]
    return (
        None if None in begins else min(day for day in begins if day),
        None if None in ends else max(day for day in ends if day),
    )
