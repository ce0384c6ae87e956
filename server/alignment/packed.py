"""A device's verdicts in one row: packed, and small enough to be read for every device of a client at once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import zstandard

from collectors.facts.gaps import Gap, GapReason
from collectors.facts.subject import Subject
from rules.rollup import Judged
from rules.verdict import Evidence, Reason, Verdict, Word

LEVEL: Final = 3
LARGEST_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """One standard's verdict over one subject, as it is kept."""

    word: Word
    reason: Reason | None
    valid_until: datetime | None
    evidence: tuple[str, ...]
    objects: tuple[str, ...]
    gaps: tuple[tuple[str, Gap], ...]
    leaning: Word | None

    def judged(self, subject: Subject) -> Judged:
        """Return the verdict as the roll-up takes it."""
        told = Evidence(self.evidence, self.objects, self.gaps)
        return Judged(subject, Verdict(self.word, self.reason, self.valid_until, lambda: told), self.leaning)


def kept_of(judged: Judged) -> Kept:
    """Return a verdict with its evidence in words."""
    verdict = judged.verdict
    return Kept(
        verdict.word,
        verdict.reason,
        verdict.valid_until,
        verdict.evidence,
        verdict.objects,
        verdict.gaps,
        judged.leaning,
    )


def packed(verdicts: Mapping[str, Kept]) -> bytes:
    """Return verdicts by standard as bytes: the same verdicts are always the same bytes."""
    told = {standard: _told(kept) for standard, kept in verdicts.items()}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return zstandard.ZstdCompressor(level=LEVEL).compress(text.encode())


def unpacked(row: bytes | memoryview) -> dict[str, Kept]:
    """Return verdicts by standard."""
    text = zstandard.ZstdDecompressor().decompress(bytes(row), max_output_size=LARGEST_BYTES)
    return {standard: _kept(told) for standard, told in json.loads(text).items()}


def _told(kept: Kept) -> dict[str, object]:
    told: dict[str, object] = {"w": kept.word}
    if kept.reason is not None:
        told["r"] = kept.reason
    if kept.valid_until is not None:
        told["u"] = kept.valid_until.timestamp()
    if kept.evidence:
        told["e"] = kept.evidence
    if kept.objects:
        told["o"] = kept.objects
    if kept.gaps:
        told["g"] = [(path, gap.reason, gap.text) for path, gap in kept.gaps]
    if kept.leaning is not None:
        told["l"] = kept.leaning
    return told


def _kept(told: dict[str, object]) -> Kept:
    until, reason, leaning = told.get("u"), told.get("r"), told.get("l")
    gaps = told.get("g", [])
    assert isinstance(gaps, list)  # noqa: S101 - our own row
    return Kept(
        word=Word(str(told["w"])),
        reason=None if reason is None else Reason(str(reason)),
        valid_until=None if until is None else datetime.fromtimestamp(float(str(until)), UTC),
        evidence=_texts(told.get("e")),
        objects=_texts(told.get("o")),
        gaps=tuple((path, Gap(reason=GapReason(why), text=text)) for path, why, text in gaps),
        leaning=None if leaning is None else Word(str(leaning)),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
