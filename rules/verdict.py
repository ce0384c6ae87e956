"""The verdict of a standard over a subject: the word, why it is not known, the evidence, until when it holds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from collectors.facts.gaps import Gap


class Word(StrEnum):
    """The four verdicts. Unknown is never yes."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"


class Reason(StrEnum):
    """Why a verdict is unknown, in the order in which one is shown when several hold."""

    NOT_AGREED = "not agreed"
    STALE = "stale"
    NOT_ENOUGH_HISTORY = "not enough history"
    PARTIAL = "partial"
    CONFLICT = "conflict"
    GAP = "gap"
    DOUBTFUL = "doubtful"
    NO_DEVICE = "no device"
    PERSON = "a person decides"


REASONS: tuple[Reason, ...] = tuple(Reason)


@dataclass(frozen=True)
class Evidence:
    """Evidence in words: the lines as shown, the objects that fail, and what is missing with its gap."""

    lines: tuple[str, ...]
    objects: tuple[str, ...] = ()
    gaps: tuple[tuple[str, Gap], ...] = ()


@dataclass(frozen=True, init=False)
class Verdict:
    """What a standard says of one subject. The evidence is put into words when it is first asked for."""

    word: Word
    reason: Reason | None
    valid_until: datetime | None
    """The first second at which time alone can change this verdict; None: never."""
    tell: Callable[[], Evidence] = field(repr=False, compare=False)

    def __init__(
        self, word: Word, reason: Reason | None, valid_until: datetime | None, tell: Callable[[], Evidence]
    ) -> None:
        """Set the fields at half the cost of a frozen dataclass: one is made for each standard and subject."""
        fields = self.__dict__
        fields["word"] = word
        fields["reason"] = reason
        fields["valid_until"] = valid_until
        fields["tell"] = tell

    def told(self) -> Evidence:
        """Return the evidence in words, the same object on every call."""
        kept = self.__dict__.get("_told")
        if not isinstance(kept, Evidence):
            kept = self.tell()
            object.__setattr__(self, "_told", kept)
        return kept

    @property
    def evidence(self) -> tuple[str, ...]:
        """Return at most five lines and how many more there are."""
        return self.told().lines

    @property
    def objects(self) -> tuple[str, ...]:
        """Return the keys of the objects that fail, for one ticket each."""
        return self.told().objects

    @property
    def gaps(self) -> tuple[tuple[str, Gap], ...]:
        """Return what an unknown lacks: path and gap."""
        return self.told().gaps
