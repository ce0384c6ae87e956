"""The checklist of a site: every standard with its answer, counts, coverage, and what would make more of it known."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from collectors.facts.gaps import Gap
from rules.verdict import Reason, Word

WEIGHTS: Final[Mapping[str, int]] = {"critical": 10, "high": 5, "medium": 3, "low": 1}
MEASURED_FROM_PERCENT: Final = 60  # below this coverage a measurement says too little to be shown
ORDER: Final = (Word.NO, Word.UNKNOWN, Word.YES, Word.NOT_APPLICABLE)  # what needs somebody comes first

SAYS: Final[Mapping[Word, str]] = {
    Word.YES: "Yes",
    Word.NO: "No",
    Word.UNKNOWN: "Not measured",
    Word.NOT_APPLICABLE: "N/A",
}
CAUSES: Final[Mapping[Reason, str]] = {
    Reason.NOT_AGREED: "to be agreed with the client",
    Reason.STALE: "too old",
    Reason.NOT_ENOUGH_HISTORY: "not enough history",
    Reason.PARTIAL: "only partly read",
    Reason.CONFLICT: "two sources differ",
    Reason.GAP: "not read",
    Reason.DOUBTFUL: "doubtful",
    Reason.NO_DEVICE: "no device",
    Reason.PERSON: "a person decides",
}


@dataclass(frozen=True)
class Row:
    """What a standard says of one subject, or of one of its objects."""

    subject: str
    kind: str
    word: Word
    reason: Reason | None
    evidence: tuple[str, ...]
    valid_until: datetime | None = None
    object: str | None = None
    gaps: tuple[tuple[str, Gap], ...] = ()


@dataclass(frozen=True)
class Question:
    """One standard over the whole site."""

    id: str
    text: str
    section: str
    category: str
    priority: str
    word: Word
    reason: Reason | None
    outcome: str
    """The roll-up in words: '12 of 12'."""
    rows: tuple[Row, ...] = ()
    valid_until: datetime | None = None
    kinds: tuple[str, ...] = ()
    why: str = ""
    how: str = ""
    remedy: str = ""
    source_title: str = ""
    source_url: str = ""

    @property
    def spoken(self) -> str:
        """Return the answer for people: 'Yes', 'Not measured: not read'."""
        return spoken(self.word, self.reason)


@dataclass(frozen=True)
class Counts:
    """How many questions have which answer."""

    by_word: Mapping[Word, int]
    stale: int = 0

    @property
    def total(self) -> int:
        """Return the number of questions."""
        return sum(self.by_word.values())

    @property
    def definite(self) -> int:
        """Return the number of questions with a yes or a no."""
        return self[Word.YES] + self[Word.NO]

    @property
    def applicable(self) -> int:
        """Return the number of questions that apply here."""
        return self.total - self[Word.NOT_APPLICABLE]

    @property
    def coverage_percent(self) -> int:
        """Return the share of applicable questions with a definite answer, rounded down; 0 where none applies."""
        return self.definite * 100 // self.applicable if self.applicable else 0

    def __getitem__(self, word: Word) -> int:
        """Return the number of questions with this answer."""
        return self.by_word.get(word, 0)

    @classmethod
    def of(cls, questions: Iterable[Question]) -> "Counts":
        """Count the answers."""
        told = tuple(questions)
        return cls(Counter(one.word for one in told), sum(one.reason is Reason.STALE for one in told))


@dataclass(frozen=True)
class Section:
    """The questions of one section, those that need somebody first."""

    name: str
    questions: tuple[Question, ...]

    @property
    def counts(self) -> Counts:
        """Return how many questions have which answer."""
        return Counts.of(self.questions)


@dataclass(frozen=True)
class Problem:
    """An access that gave nothing, and why."""

    transport: str
    gap: Gap

    def __str__(self) -> str:
        return f"{self.transport} {self.gap.text}"


@dataclass(frozen=True)
class DeviceLine:
    """One device and how reading it went."""

    name: str
    device_class: str | None
    read: bool
    sections_count: int
    gaps_count: int
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Mend:
    """One thing that would turn questions from unknown to known: what it is, and who must act."""

    what: str
    who: str
    questions_count: int
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checklist:
    """All of it."""

    client: str
    site: str
    at: datetime
    zone: tzinfo
    sections: tuple[Section, ...] = ()
    devices: tuple[DeviceLine, ...] = ()
    mends: tuple[Mend, ...] = ()
    began_at: datetime | None = None
    interrupted: bool = False
    library: str = "the shipped library"
    notes: tuple[str, ...] = field(default=())
    """What a reader must know of the run, such as an old lifecycle catalogue."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """Return all questions, section by section."""
        return tuple(question for section in self.sections for question in section.questions)

    @property
    def counts(self) -> Counts:
        """Return how many questions have which answer."""
        return Counts.of(self.questions)

    @property
    def unread(self) -> tuple[DeviceLine, ...]:
        """Return the devices that gave no reading."""
        return tuple(device for device in self.devices if not device.read)

    @property
    def measurement(self) -> int | None:
        """Return the weighted share of yes in 100; None where too little was measured to say."""
        counts = self.counts
        if counts.coverage_percent < MEASURED_FROM_PERCENT or not counts.definite:
            return None
        weights = Counter[Word]()
        for question in self.questions:
            weights[question.word] += WEIGHTS.get(question.priority, 1)
        return weights[Word.YES] * 100 // (weights[Word.YES] + weights[Word.NO])

    @property
    def headline(self) -> str:
        """Return the news in a sentence."""
        counts = self.counts
        devices, standards = many(len(self.devices), "device"), many(counts.total, "standard")
        if not self.devices:
            return f"No device is in the inventory, so nothing of {standards} was measured"
        if len(self.unread) == len(self.devices):
            return f"None of {devices} could be read: nothing is known yet"
        if not counts.total:
            return f"{devices} read, but the library holds no standard"
        told = [f"{counts[Word.NO]} {'is' if counts[Word.NO] == 1 else 'are'} not aligned"] if counts[Word.NO] else []
        told += [f"{counts[Word.UNKNOWN]} not measured"] if counts[Word.UNKNOWN] else []
        if not told:
            return f"{devices}, {standards}: all that apply are aligned"
        return f"{devices}, {standards}: {', '.join(told)}"


def spoken(word: Word, reason: Reason | None) -> str:
    """Return an answer as people read it, with the cause where nothing was measured."""
    cause = CAUSES.get(reason) if reason else None
    return f"{SAYS[word]}: {cause}" if cause and word is Word.UNKNOWN else SAYS[word]


def sections_of(questions: Iterable[Question]) -> tuple[Section, ...]:
    """Return the questions by section, the sections in the order of their first question."""
    by_name: dict[str, list[Question]] = {}
    for question in questions:
        by_name.setdefault(question.section, []).append(question)
    return tuple(Section(name, tuple(sorted(found, key=_need))) for name, found in by_name.items())


def many(count: int, noun: str) -> str:
    """Return a number with its noun: '1 device', '3 devices'."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _need(question: Question) -> tuple[int, int]:
    return ORDER.index(question.word), -WEIGHTS.get(question.priority, 0)
