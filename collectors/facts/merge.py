"""From snapshots to a subject, and from readings to one value: what stands of each section, the best-ranked first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from collectors.facts.gaps import WHOLE_DEVICE, Gap, GapReason
from collectors.facts.joining import Joined, Told, join
from collectors.facts.reading import Reading, Snapshot, Source, TransportName, Value
from collectors.facts.stories import Story, story_of
from collectors.facts.subject import Subject
from collectors.facts.within import value_within

Rank = Callable[[str, Source], int]

TRANSPORT_RANK: Mapping[TransportName, int] = {"ssh": 0, "winrm": 0, "local": 0, "snmp": 10, "nut": 20}
"""A device's own configuration counts more than its management objects, these more than another machine's view."""

UNKNOWN_KIND = "device"

MENDABLE = (
    GapReason.IDENTITY_CHANGED,
    GapReason.CREDENTIAL_ON_HOLD,
    GapReason.ACCESS_DENIED,
    GapReason.UNREACHABLE,
    GapReason.UNEXPECTED_REPLY,
    GapReason.UNSUPPORTED,
    GapReason.NOT_TOLD,
    GapReason.SENTINEL,
    GapReason.NOT_ASKED,
)
"""Which of several gaps in one place is told: the one that somebody can mend."""

NEWER_VERSION = Gap(reason=GapReason.UNSUPPORTED, text="comes in a form that this version does not know")


def rank_of(section: str, source: Source) -> int:
    """Return a source's rank for a section, lower counts more: its transport's; a driver's own order may come later."""
    return TRANSPORT_RANK[source.transport]


@dataclass(frozen=True)
class Combined:
    """One section put together from its readings."""

    readings: tuple[Reading, ...]
    """What it was put together from, the best-ranked first."""
    joined: Joined
    field_gaps: Mapping[str, Gap]
    """What no source knows, by path inside the section: 'self_test_at', '[Black].left_percent'."""

    @property
    def value(self) -> Value:
        """Return the section's value."""
        return self.joined.value

    @property
    def complete(self) -> bool:
        """Return whether a list is whole: one source that saw all of it is enough."""
        return self.joined.complete

    @property
    def disagreements(self) -> tuple[str, ...]:
        """Return the paths at which two sources state different things; '[wan2]': one whole list lacks the object."""
        return self.joined.disagreements

    @property
    def moved(self) -> tuple[str, ...]:
        """Return the paths at which two sources differ in what changes by itself: loads, counters, free space."""
        return self.joined.moved

    @property
    def sources(self) -> Mapping[str, Source]:
        """Return who told what, by path inside the section."""
        return {path: self.readings[place].source for path, place in self.joined.origins.items()}

    @property
    def read_at(self) -> datetime:
        """Return the oldest instant at which any of it was read, so that nothing passes for fresher than it is."""
        used = [self.readings[place] for place in {0, *self.joined.origins.values()}]
        if self.complete and not any(reading.complete for reading in used):
            used.append(next(reading for reading in self.readings if reading.complete))
        return min(reading.read_at for reading in used)

    def source_of(self, path: str) -> Source:
        """Return who told what stands at a path inside the section."""
        return self._reading_of(path).source

    def read_at_of(self, path: str) -> datetime:
        """Return when what stands at a path inside the section was read."""
        return self._reading_of(path).read_at

    def _reading_of(self, path: str) -> Reading:
        while path and path not in self.joined.origins:
            path = path.rpartition(".")[0]
        return self.readings[self.joined.origins.get(path, 0)]


def combine(readings: Iterable[Reading]) -> Combined:
    """Return one section from its readings, the best-ranked first; at least one of them must hold a value.

    Fields that the first leaves open come from the next, groups that belong together from one source, the objects of
    lists are joined by their key. Drop readings that are too old before: what is given here counts.
    """
    told = tuple(reading for reading in readings if reading.value is not None)
    if not told:
        raise ValueError("there is no reading with a value to combine")
    first, *others = [
        Told(place, reading.value, reading.complete) for place, reading in enumerate(told) if reading.value is not None
    ]
    joined = join([first, *others]) if others else Joined(first.value, first.complete)
    gaps = {path: gap for reading in reversed(told) for path, gap in reading.field_gaps.items()}
    return Combined(told, joined, {path: gap for path, gap in gaps.items() if value_within(joined.value, path) is None})


def alternatives(readings: Iterable[Reading]) -> tuple[Combined, ...]:
    """Return the section as each source alone tells it, the best-ranked first: what a rule is run on in a conflict."""
    by_source: dict[tuple[str, str], list[Reading]] = {}
    for reading in readings:
        if reading.value is not None:
            by_source.setdefault((reading.source.transport, reading.source.driver), []).append(reading)
    return tuple(combine(told) for told in by_source.values())


def subject_of(snapshots: Iterable[Snapshot], *, name: str, kind: str | None = None, rank: Rank = rank_of) -> Subject:
    """Return the subject that all snapshots of one device make, in whatever order and however often they come.

    What was not asked changes nothing, and a later gap erases nothing: the old value stands and `not_reread` says why
    it is old. Whether the snapshots are of one device is not asked here but by `collectors.facts.identity`.
    """
    taken = tuple(snapshots)
    readings: dict[str, tuple[Reading, ...]] = {}
    gaps: dict[str, Gap] = {}
    not_reread: dict[str, Gap] = {}
    earlier: dict[str, tuple[Reading, ...]] = {}
    for section, by_source in sorted(_by_section(taken).items()):
        stories = [story_of(told) for told in _ranked(section, by_source, rank)]
        standing = tuple(reading for story in stories for reading in story.current)
        older = sorted(
            (r for story in stories for r in story.earlier), key=lambda reading: reading.read_at, reverse=True
        )
        for story in reversed(stories):
            not_reread |= {_whole_path(section, path): gap for path, gap in story.not_reread.items()}
        if standing:
            readings[section] = standing
            inner = combine(standing).field_gaps if any(reading.field_gaps for reading in standing) else {}
            gaps |= {_whole_path(section, path): gap for path, gap in inner.items()}
        else:
            gaps |= _gaps_of(section, stories)
        if older:
            earlier[section] = tuple(older)
    gaps |= {aside: NEWER_VERSION for each in taken for aside in each.kept_aside if aside not in readings}
    problem = _standing_problem(taken)
    if problem is not None:
        gaps[WHOLE_DEVICE] = problem
    return Subject(
        name=name,
        kind=kind or _kind_of(taken, rank) or UNKNOWN_KIND,
        readings=readings,
        gaps=gaps,
        not_reread=not_reread,
        earlier=earlier,
    )


def _by_section(snapshots: Sequence[Snapshot]) -> dict[str, dict[tuple[str, str], list[Reading]]]:
    """Return the readings by section and source; an access that gave nothing at all left a gap in all it once gave."""
    told: dict[str, dict[tuple[str, str], list[Reading]]] = {}
    for reading in (reading for snapshot in snapshots for reading in snapshot.readings):
        source = (reading.source.transport, reading.source.driver)
        told.setdefault(reading.section, {}).setdefault(source, []).append(reading)
    for snapshot in (each for each in snapshots if each.problem is not None):
        for by_source in told.values():
            for (transport, _), readings in by_source.items():
                if snapshot.device.transport in {None, transport}:
                    readings.append(_missed(readings[0], snapshot))
    return told


def _missed(reading: Reading, snapshot: Snapshot) -> Reading:
    at = snapshot.observed_at
    return Reading(section=reading.section, source=reading.source, read_at=at, gap=snapshot.problem)


def _ranked(
    section: str, by_source: Mapping[tuple[str, str], Sequence[Reading]], rank: Rank
) -> list[Sequence[Reading]]:
    return [
        by_source[name] for name in sorted(by_source, key=lambda name: (rank(section, by_source[name][0].source), name))
    ]


def _gaps_of(section: str, stories: Sequence[Story]) -> dict[str, Gap]:
    """Return the gaps of a section that nobody could read: the one that can be mended, else what is missing inside."""
    gaps = [story.gap for story in stories if story.gap is not None]
    inner = {_whole_path(section, path): gap for story in reversed(stories) for path, gap in story.field_gaps.items()}
    return inner | ({section: min(gaps, key=lambda gap: MENDABLE.index(gap.reason))} if gaps else {})


def _standing_problem(snapshots: Sequence[Snapshot]) -> Gap | None:
    """Return why an access gave nothing, while it has given nothing since; without its transport, while nothing did."""
    read = [reading for each in snapshots for reading in each.readings if reading.value is not None]
    standing = [
        (each.observed_at, -MENDABLE.index(each.problem.reason), each.problem.text, each.problem)
        for each in snapshots
        if each.problem is not None
        and not any(
            reading.read_at >= each.observed_at and each.device.transport in {None, reading.source.transport}
            for reading in read
        )
    ]
    return max(standing, key=lambda problem: problem[:3])[3] if standing else None


def _kind_of(snapshots: Sequence[Snapshot], rank: Rank) -> str | None:
    """Return the device class that the best-ranked access told last."""
    told = [
        (
            -min((rank("", reading.source) for reading in each.readings), default=99),
            each.observed_at,
            each.device.device_class,
        )
        for each in snapshots
        if each.device.device_class
    ]
    return max(told)[2] if told else None


def _whole_path(section: str, path: str) -> str:
    return f"{section}.{path}" if path and not path.startswith("[") else f"{section}{path}"
