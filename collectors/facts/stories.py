"""What one source told of one section over time: what stands now, what is older, and what could not be read again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import TypeVar

from collectors.facts.agreement import steady
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.model import Fact, Item, Section
from collectors.facts.reading import Reading, Value
from collectors.facts.within import value_within, with_only

Owner = TypeVar("Owner", bound=Fact)

OURS_TO_MEND = frozenset(
    {
        GapReason.ACCESS_DENIED,
        GapReason.CREDENTIAL_ON_HOLD,
        GapReason.UNREACHABLE,
        GapReason.UNEXPECTED_REPLY,
        GapReason.IDENTITY_CHANGED,
    }
)
"""Gaps that say nothing of the device: an older value stands beside them. 'The device does not know' replaces it."""


@dataclass(frozen=True)
class Story:
    """One source's readings of one section, looked at from the end."""

    current: tuple[Reading, ...] = ()
    """The newest successful reading, then the remains of older ones: fields that the newest could not read again."""
    earlier: tuple[Reading, ...] = ()
    """All other successful readings, the newest first."""
    gap: Gap | None = None
    """Why there is nothing, where nothing was ever read."""
    field_gaps: Mapping[str, Gap] = field(default_factory=dict)
    """Gaps inside a section of which nothing else was read."""
    not_reread: Mapping[str, Gap] = field(default_factory=dict)
    """By path inside the section, '' for all of it: why what stands is old."""


def story_of(readings: Sequence[Reading]) -> Story:
    """Return the story of one source's readings of one section, in whatever order they come; equal ones count once."""
    told = _in_order(readings)
    successes = _steadied([reading for reading in told if reading.value is not None])
    if not successes:
        gaps = [reading.gap for reading in told if reading.gap is not None]
        return Story(gap=gaps[-1] if gaps else None, field_gaps=told[-1].field_gaps)
    newest, older = successes[-1], successes[-2::-1]
    not_reread: dict[str, Gap] = {}
    for reading in told:
        if reading.value is None and reading.read_at > newest.read_at:
            not_reread |= {
                path: gap for path, gap in _all_gaps(reading).items() if gap.reason is not GapReason.NOT_ASKED
            }
    held = _held(newest, older)
    not_reread |= {path: newest.field_gaps[path] for path in held}
    return Story((newest, *_remains(held)), tuple(older), not_reread=not_reread)


def _all_gaps(reading: Reading) -> Mapping[str, Gap]:
    return {**reading.field_gaps, **({"": reading.gap} if reading.gap else {})}


def _held(newest: Reading, older: Sequence[Reading]) -> dict[str, Reading]:
    """Return, by path, the newest older reading that still knows what the newest one could not read."""
    held: dict[str, Reading] = {}
    for path, gap in newest.field_gaps.items():
        if gap.reason in OURS_TO_MEND and value_within(newest.value, path) is None:
            knowing = (reading for reading in older if value_within(reading.value, path) is not None)
            found = next(knowing, None)
            if found is not None:
                held[path] = found
    return held


def _remains(held: Mapping[str, Reading]) -> list[Reading]:
    """Return the older readings without all that the newest one told anew, the newest of them first."""
    remains = []
    for reading in sorted({id(each): each for each in held.values()}.values(), key=_age, reverse=True):
        value = with_only(reading.value or (), [path for path, each in held.items() if each is reading])
        whole = isinstance(value, Section)
        remains.append(reading.model_copy(update={"value": value, "complete": whole, "field_gaps": {}, "gap": None}))
    return remains


def _in_order(readings: Sequence[Reading]) -> list[Reading]:
    """Return each reading once, the oldest first; at one instant a value comes after a gap."""
    ordered: list[Reading] = []
    for _, together in groupby(sorted(readings, key=_age), key=_age):
        first, *others = together
        if others:
            told = {_words(reading): reading for reading in (first, *others)}
            ordered += [told[words] for words in sorted(told)]
        else:
            ordered.append(first)
    return ordered


def _age(reading: Reading) -> datetime:
    return reading.read_at


def _words(reading: Reading) -> tuple[bool, bool, int, str]:
    gaps = sorted((path, gap.reason, gap.text) for path, gap in reading.field_gaps.items())
    told = repr((reading.value, reading.gap, gaps))
    return (reading.value is not None, reading.complete, reading.source.driver_version, told)


def _steadied(successes: Sequence[Reading]) -> list[Reading]:
    """Return the readings with each instant kept as it was first read while it means the same moment."""
    steadied: list[Reading] = []
    for reading in successes:
        before = steadied[-1].value if steadied else None
        value = _steady_value(reading.value, before)
        steadied.append(reading if value is reading.value else reading.model_copy(update={"value": value}))
    return steadied


def _steady_value(value: Value | None, before: Value | None) -> Value | None:
    if isinstance(value, Section):
        return _steady_fact(value, before) if isinstance(before, Section) else value
    if value is None or not isinstance(before, tuple):
        return value
    known = {item.key: item for item in before if isinstance(item, Item)}
    if not known:
        return value
    parts = [_steady_fact(item, known.get(item.key)) for item in value if isinstance(item, Item)]
    return value if all(new is old for new, old in zip(parts, value, strict=False)) else tuple(parts)


def _steady_fact(fact: Owner, before: object) -> Owner:
    changed: dict[str, object] = {}
    for name, value in fact:
        old = getattr(before, name, None)
        if isinstance(value, datetime) and isinstance(old, datetime):
            kept: object = steady(name, value, old)
        elif isinstance(value, tuple) and isinstance(old, tuple):
            kept = _steady_value(value, old)
        else:
            continue
        if kept != value:
            changed[name] = kept
    return fact.model_copy(update=changed) if changed else fact
