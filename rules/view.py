"""One subject seen at one instant: each section's current value, how fresh it is, and until when that holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum
from functools import lru_cache
from math import floor

from collectors.facts.gaps import WHOLE_DEVICE, Gap, GapReason
from collectors.facts.merge import Combined, alternatives, combine
from collectors.facts.reading import Reading, Value
from collectors.facts.subject import Subject
from collectors.facts.vocabulary import FRESH_FOR, KINDS

FOR_EVER_S = 253_402_300_799  # 9999-12-31T23:59:59Z: time alone changes nothing before
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CLOCK_ERROR_S = 3600  # a moment or a reading further ahead than this cannot be right

NOT_COLLECTED = Gap(reason=GapReason.NOT_ASKED, text="was not collected")
NOT_REPORTED = Gap(reason=GapReason.NOT_TOLD, text="was not reported")


class Clock:
    """An instant, in whole seconds, and the day that it is at the client's site."""

    __slots__ = ("_begins", "at", "at_s", "today", "zone")

    def __init__(self, at: datetime, zone: tzinfo) -> None:
        self.at = at.astimezone(UTC).replace(microsecond=0)
        self.at_s = int(self.at.timestamp())
        self.zone = zone
        self.today = self.at.astimezone(zone).date()
        self._begins: dict[date, int] = {}

    def begins_s(self, day: date) -> int:
        """Return the second at which a day begins at the site."""
        begins = self._begins.get(day)
        if begins is None:
            if day >= date.max - timedelta(days=2):
                return FOR_EVER_S
            if day <= date.min + timedelta(days=2):
                return -FOR_EVER_S
            begins = floor(datetime.combine(day, time.min, self.zone).timestamp())
            self._begins[day] = begins
        return begins

    def day_of(self, second: float) -> date:
        """Return the day at the site of a second since 1970."""
        if not -62_000_000_000 < second < FOR_EVER_S - 200_000:
            return date.max if second > 0 else date.min
        return (EPOCH + timedelta(seconds=floor(second))).astimezone(self.zone).date()


@lru_cache(maxsize=64)
def clock_at(at: datetime, zone: tzinfo) -> Clock:
    """Return the clock of an instant, shared by all evaluations at it."""
    return Clock(at, zone)


class State(Enum):
    """What a section is at the instant: usable, or why not."""

    FRESH = "fresh"
    STALE = "stale"
    AHEAD = "ahead"
    ABSENT = "absent"


@dataclass(slots=True)
class Seen:
    """A section as a rule sees it. `until_s`: the first second at which time alone changes it."""

    state: State
    value: Value | None = None
    complete: bool = True
    until_s: int = FOR_EVER_S
    field_gaps: Mapping[str, Gap] | None = None
    readings: tuple[Reading, ...] = ()
    disagreements: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    """Where sources differ in what changes by itself, which is a conflict only when it makes another answer."""
    others: "tuple[Seen, ...]" = ()
    """Where sources disagree: the section as each of them tells it, the best-ranked first."""


class View:
    """A subject at an instant. Sections are worked out once and shared by all standards."""

    __slots__ = ("_devices", "_parents", "clock", "kept", "seen", "subject", "tables")

    def __init__(self, subject: Subject, clock: Clock) -> None:
        self.subject = subject
        self.clock = clock
        self.seen: dict[tuple[str, int], Seen] = {}
        self._parents: dict[str, View | None] = {}
        self._devices: tuple[View, ...] | None = None
        self.tables: dict[int, object] = {}
        """Lists as columns, which `rules.compile.columns` keeps here for all standards."""
        self.kept: dict[int, dict[str, tuple[object, int]]] = {}
        """By freshness and path: what was already read, with the second up to which it holds."""

    def section(self, name: str, fresh_s: int = 0) -> Seen:
        """Return a section that is at most `fresh_s` old (0: what its kind allows)."""
        key = (name, fresh_s)
        seen = self.seen.get(key)
        if seen is None:
            allowed_s = fresh_s or int(FRESH_FOR[KINDS[name].freshness].total_seconds())
            seen = _seen(self.subject.readings.get(name, ()), allowed_s, self.clock.at_s)
            self.seen[key] = seen
        return seen

    def kept_at(self, fresh_s: int) -> dict[str, tuple[object, int]]:
        """Return what was already read at that freshness, by path."""
        return self.kept.setdefault(fresh_s, {})

    def whose(self, kind: str) -> "View | None":
        """Return the site, client or domain that the subject belongs to, or itself; None when not known."""
        if kind in {"own", "device", self.subject.kind}:
            return self
        if kind not in self._parents:
            parent = self.subject.parents.get(kind)
            self._parents[kind] = None if parent is None else View(parent, self.clock)
        return self._parents[kind]

    def devices(self) -> "tuple[View, ...] | None":
        """Return the devices in use of a site or client; None when nobody listed them."""
        if self._devices is None:
            self._devices = tuple(View(one, self.clock) for one in self.subject.devices if not one.retired)
        return None if not self._devices and not self.devices_complete() else self._devices

    def devices_complete(self) -> bool:
        """Return whether all devices are listed."""
        return "devices" not in self.subject.gaps and self.subject.kind in {"client", "site"}

    def gap(self, section: str, inner: str, keyed: str = "") -> Gap:
        """Return why a fact of a section is missing; `keyed` is the path inside with the keys of objects."""
        gaps = self.subject.gaps
        seen = self.section(section)
        if seen.state is State.ABSENT:
            return gaps.get(section) or gaps.get(f"{section}.{inner}") or gaps.get(WHOLE_DEVICE) or NOT_COLLECTED
        if not inner:
            return gaps.get(section) or NOT_COLLECTED
        own = seen.field_gaps or {}
        for path in (keyed or inner, f"[].{inner.rpartition('.')[2]}"):
            joined = f"{section}{path}" if path.startswith("[") else f"{section}.{path}"
            found = own.get(path) or gaps.get(joined)
            if found is not None:
                return found
        return NOT_REPORTED


def _seen(readings: Iterable[Reading], fresh_s: int, at_s: int) -> Seen:
    held = tuple(reading for reading in readings if reading.value is not None)
    if not held:
        return Seen(State.ABSENT)
    fresh, until_s, ahead = [], FOR_EVER_S, False
    for reading in held:
        read_s = floor(reading.read_at.timestamp())
        if read_s > at_s + CLOCK_ERROR_S:
            ahead = True
            until_s = min(until_s, read_s - CLOCK_ERROR_S)
        elif at_s - read_s <= fresh_s:
            fresh.append(reading)
            until_s = min(until_s, read_s + fresh_s + 1)
    if not fresh:
        return Seen(State.AHEAD if ahead else State.STALE, until_s=until_s, readings=held)
    if len(fresh) == 1:
        one = fresh[0]
        return Seen(State.FRESH, one.value, one.complete, until_s, one.field_gaps, (one,))
    return _together(tuple(fresh), until_s)


def _together(fresh: tuple[Reading, ...], until_s: int) -> Seen:
    try:
        return _combined(fresh, until_s)
    except ArithmeticError:  # a number beyond all measure, which no two sources can be compared by
        return Seen(State.ABSENT, until_s=until_s, readings=fresh)


def _combined(fresh: tuple[Reading, ...], until_s: int) -> Seen:
    together = combine(fresh)
    seen = _as_seen(together, fresh, until_s)
    seen.disagreements = tuple(together.disagreements)
    seen.moved = tuple(together.moved)
    if seen.disagreements or seen.moved:
        seen.others = tuple(_as_seen(one, fresh, until_s) for one in _each_first(fresh, seen.disagreements))
    return seen


def _each_first(fresh: tuple[Reading, ...], disagreements: tuple[str, ...]) -> Iterable[Combined]:
    """Yield the section as it is with each source ranked first, and as each alone tells it where objects differ."""
    sources = dict.fromkeys((one.source.transport, one.source.driver) for one in fresh)
    for source in sources:
        first = [one for one in fresh if (one.source.transport, one.source.driver) == source]
        yield combine((*first, *(one for one in fresh if one not in first)))
    if any(path.endswith("]") for path in disagreements):
        yield from alternatives(fresh)


def _as_seen(combined: Combined, readings: tuple[Reading, ...], until_s: int) -> Seen:
    return Seen(State.FRESH, combined.value, combined.complete, until_s, combined.field_gaps, readings)
