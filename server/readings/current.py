"""What stands of a device: by section and source the newest successful reading, what it could not read, newer gaps.

The same rules as `collectors.facts.merge` over all snapshots that ever came, held in one packed row: a later gap erases
nothing, a late report never overwrites newer facts, two sources that differ both stand (decision 5).
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import zstandard
from pydantic import JsonValue

from collectors.facts.entries import value_as_json
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.merge import MENDABLE, subject_of
from collectors.facts.reading import Device, Reading, Snapshot
from collectors.facts.stories import OURS_TO_MEND, story_of
from collectors.facts.subject import Subject
from collectors.facts.vocabulary import KINDS
from server.readings.kept import Kept, as_json, from_json, kept, source_of
from server.readings.lasting import digest, lasting, tells_instants

FORMAT: Final = 1
LEVEL: Final = 3
UNPACKED_BYTES: Final = 64 * 1024 * 1024
SOURCES_COUNT: Final = 12
"""Kept of one device: more than its accesses and the drivers they ever had. The oldest is dropped."""
ASIDE_COUNT: Final = 20
ASIDE_LENGTH: Final = 64 * 1024
NOT_ASKED: Final = "|not asked"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True)
class Seen:
    """When a source last gave anything, and the class of device that it took it for."""

    at: datetime
    device_class: str | None = None


@dataclass(frozen=True)
class Problem:
    """An access gave nothing at all."""

    at: datetime
    gap: Gap

    def weight(self) -> tuple[datetime, int, str]:
        """Return what decides which of two stands: the later, of one instant the one that somebody can mend."""
        return self.at, -MENDABLE.index(self.gap.reason), self.gap.text


@dataclass(frozen=True)
class Current:
    """All that stands of one device."""

    readings: Mapping[tuple[str, str], tuple[Kept, ...]] = field(default_factory=dict)
    """By section and source: the newest successful one, remains of older ones, then gaps newer than it."""
    sources: Mapping[str, Seen] = field(default_factory=dict)
    problems: Mapping[str, Problem] = field(default_factory=dict)
    """By transport, '' where it is not told: the last time that it gave nothing. Beside it, under the transport and
    NOT_ASKED, the last time that it was not asked: that takes the place of nothing that was."""
    aside: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By source: sections in a version that is not known yet, as JSON text."""

    def newest(self, section: str, source: str) -> Kept | None:
        """Return the newest successful reading of a section from a source."""
        first = next(iter(self.readings.get((section, source), ())), None)
        return first if first is not None and first.has_value else None

    def subject(self, name: str, kind: str | None = None) -> Subject:
        """Return what rules see; without a kind, the class that the best source told."""
        return subject_of(self.snapshots(), name=name, kind=kind)

    def snapshots(self) -> tuple[Snapshot, ...]:
        """Return the snapshots that would have given what stands."""
        made = []
        for source, seen in self.sources.items():
            transport, _, driver = source.partition("|")
            device = Device.model_validate(
                {"name": "device", "class": seen.device_class, "transport": transport, "driver": driver}
            )
            told = tuple(one.reading for key, all_ in self.readings.items() if key[1] == source for one in all_)
            aside = dict(self.aside.get(source, {}))
            made.append(Snapshot(observed_at=seen.at, device=device, readings=told, kept_aside=aside))
        for name, problem in self.problems.items():
            transport = name.removesuffix(NOT_ASKED)
            device = Device.model_validate({"name": "device", "transport": transport or None})
            made.append(Snapshot(observed_at=problem.at, device=device, problem=problem.gap))
        return tuple(made)


@dataclass(frozen=True)
class Change:
    """A section of a source became another value, apart from what changes by itself."""

    section: str
    source: str
    read_at: datetime
    sha256: str
    text: str
    """What lasts of the value, as canonical JSON."""
    before: Kept | None
    after: Kept
    late: bool = False
    """Something newer stood already."""


@dataclass(frozen=True)
class Merged:
    """What stands after a snapshot, and what it changed."""

    current: Current
    changes: tuple[Change, ...]
    read: tuple[Reading, ...]
    """The successful readings of the snapshot."""


NO_VALUES: Final[Mapping[str, JsonValue]] = {}


def merged(current: Current, snapshot: Snapshot, told_as: Mapping[str, JsonValue] = NO_VALUES) -> Merged:
    """Return what stands after one more snapshot, in whatever order they come.

    `told_as` holds values by section as the snapshot's document had them: what is told again in the same words is known
    without being looked at.
    """
    readings = dict(current.readings)
    sources, problems, aside = dict(current.sources), dict(current.problems), dict(current.aside)
    changes: list[Change] = []
    told = [reading for reading in snapshot.readings if reading.section in KINDS]
    for reading in told:
        key = (reading.section, source_of(reading))
        before = readings.get(key, ())
        readings[key] = after = _with(before, reading, told_as.get(reading.section))
        changes += _changed(before, after, reading)
    for source in {source_of(reading) for reading in told} or _asked(snapshot):
        if source not in sources or sources[source].at <= snapshot.observed_at:
            sources[source] = Seen(snapshot.observed_at, snapshot.device.device_class)
            aside[source] = _aside(snapshot.kept_aside)
    if snapshot.problem is not None:
        asked = snapshot.problem.reason is not GapReason.NOT_ASKED
        name = f"{snapshot.device.transport or ''}{'' if asked else NOT_ASKED}"
        told_now = Problem(snapshot.observed_at, snapshot.problem)
        problems[name] = max(told_now, problems.get(name, told_now), key=Problem.weight)
    made = Current(readings, sources, problems, {name: texts for name, texts in aside.items() if texts})
    return Merged(_bounded(made), tuple(changes), tuple(one for one in told if one.value is not None))


def _asked(snapshot: Snapshot) -> set[str]:
    """Return who told a snapshot of which no section is known to this version."""
    device = snapshot.device
    known = snapshot.kept_aside and device.transport and device.driver
    return {f"{device.transport}|{device.driver}"} if known else set()


def _with(before: Sequence[Kept], reading: Reading, told_as: JsonValue) -> tuple[Kept, ...]:
    """Return what stands of one section and source after one more reading of it."""
    first = before[0] if before and before[0].has_value else None
    if first is not None and _follows(reading, first):
        if told_as is not None and first.told["value"] == told_as:
            return (kept(reading, told_as, first.sha256),)
        value = value_as_json(reading.value or ())
        if first.told["value"] == value:
            return (kept(reading, value, first.sha256),)
        if not tells_instants(reading.section):
            return (_hashed(reading, value),)
    if not before and reading.value is not None:
        return (_hashed(reading, value_as_json(reading.value)),)
    known = [one.reading for one in before]
    story = story_of([*known, reading])
    standing: list[Kept] = []
    for place, one in enumerate(story.current):
        same = next((old for old in before if old.reading is one), None)
        standing.append(same or (_hashed(one, value_as_json(one.value or ())) if place == 0 else kept(one)))
    newest_at = story.current[0].read_at if story.current else None
    gaps = [one for one in (*known, reading) if one.value is None and (newest_at is None or one.read_at > newest_at)]
    return (*standing, *(kept(one) for one in _still_told(gaps, stands=newest_at is not None)))


def _follows(reading: Reading, first: Kept) -> bool:
    """Return whether a reading takes the place of all that stood: newer, read, and nothing in it is ours to mend."""
    if reading.value is None or reading.read_at <= first.read_at:
        return False
    return not any(gap.reason in OURS_TO_MEND for gap in reading.field_gaps.values())


def _hashed(reading: Reading, value: JsonValue) -> Kept:
    assert reading.value is not None  # noqa: S101 - only what was read has a hash
    return kept(reading, value, digest(lasting(reading.section, reading.value, value))[0])


def _still_told(gaps: Sequence[Reading], *, stands: bool) -> list[Reading]:
    """Return the gaps that say something a later one does not; without a value the last ones are what there is."""
    ordered = sorted(gaps, key=_age_and_words)
    left: list[Reading] = []
    told: set[str] = set()
    for place, reading in enumerate(reversed(ordered)):
        paths = {path for path, gap in _all_gaps(reading).items() if gap.reason is not GapReason.NOT_ASKED}
        if paths - told or (not stands and (place == 0 or not left)):
            left.append(reading)
        told |= paths
    return left[::-1]


def _age_and_words(reading: Reading) -> tuple[datetime, bool, int, str]:
    """Return the order of `collectors.facts.stories`: what two gaps of one instant say decides which comes last."""
    inner = sorted((path, gap.reason, gap.text) for path, gap in reading.field_gaps.items())
    return reading.read_at, reading.complete, reading.source.driver_version, repr((None, reading.gap, inner))


def _all_gaps(reading: Reading) -> Mapping[str, Gap]:
    return {**reading.field_gaps, **({"": reading.gap} if reading.gap else {})}


def _changed(before: Sequence[Kept], after: Sequence[Kept], reading: Reading) -> list[Change]:
    if reading.value is None:
        return []
    old = before[0] if before and before[0].has_value else None
    now = after[0]
    if now.reading.read_at != reading.read_at:  # a late one: what it told then is history, not what stands
        now = _hashed(reading, value_as_json(reading.value))
        late = True
    else:
        late = False
    if old is not None and old.sha256 == now.sha256:
        return []
    value = now.reading.value or ()
    sha256, text = digest(lasting(now.section, value, now.told["value"]))
    return [Change(now.section, now.source, now.read_at, sha256, text, None if late else old, now, late)]


def _aside(told: Mapping[str, str]) -> dict[str, str]:
    named = [name for name in sorted(told) if _NAME.fullmatch(name)][:ASIDE_COUNT]
    return {name: told[name] if len(told[name]) <= ASIDE_LENGTH else "" for name in named}


def _bounded(current: Current) -> Current:
    if len(current.sources) <= SOURCES_COUNT:
        return current
    by_age = sorted(current.sources, key=lambda name: current.sources[name].at, reverse=True)
    return only(current, lambda _section, source: source in by_age[:SOURCES_COUNT])


def only(current: Current, wanted: Callable[[str, str], bool]) -> Current:
    """Return what stands without the sections and sources that are not wanted."""
    readings = {key: told for key, told in current.readings.items() if wanted(*key)}
    sources = {source for _section, source in readings} | {name for name in current.aside if wanted("", name)}
    return replace(
        current,
        readings=readings,
        sources={name: seen for name, seen in current.sources.items() if name in sources},
        aside={name: texts for name, texts in current.aside.items() if name in sources},
    )


def packed(current: Current) -> bytes:
    """Return what stands as it is stored: zstd over JSON."""
    told = {
        "v": FORMAT,
        "readings": [as_json(one) for all_ in current.readings.values() for one in all_],
        "sources": {name: [seen.at.isoformat(), seen.device_class] for name, seen in current.sources.items()},
        "problems": {
            name: [one.at.isoformat(), one.gap.reason, one.gap.text] for name, one in current.problems.items()
        },
        "aside": current.aside,
    }
    text = json.dumps(told, separators=(",", ":"), allow_nan=False)
    return zstandard.ZstdCompressor(level=LEVEL).compress(text.encode())


def unpacked(stored: bytes | memoryview) -> Current:
    """Return what stands of what is stored."""
    text = zstandard.ZstdDecompressor().decompress(bytes(stored), max_output_size=UNPACKED_BYTES)
    told = json.loads(text)
    readings: dict[tuple[str, str], list[Kept]] = {}
    for one in map(from_json, told["readings"]):
        readings.setdefault((one.section, one.source), []).append(one)
    return Current(
        {key: tuple(all_) for key, all_ in readings.items()},
        {name: Seen(datetime.fromisoformat(at), kind) for name, (at, kind) in told["sources"].items()},
        {
            name: Problem(datetime.fromisoformat(at), Gap(reason=GapReason(reason), text=text))
            for name, (at, reason, text) in told["problems"].items()
        },
        told["aside"],
    )
