"""The numbers of a day: of each that changes by itself the lowest, the highest and the last, packed into one row."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

import zstandard

from collectors.facts.reading import Reading
from collectors.facts.vocabulary import KINDS
from server.readings.kept import source_of
from server.readings.lasting import Number, numbers

LEVEL: Final = 3
NUMBERS_COUNT: Final = 5_000
"""Of one device and day; a hostile device may name endless interfaces."""
_UNPACKED_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True)
class Spread:
    """A number during a day."""

    low: Number
    high: Number
    last: Number

    def with_one(self, number: Number, *, newer: bool) -> "Spread":
        """Return it with one more reading of the number."""
        return Spread(min(self.low, number), max(self.high, number), number if newer else self.last)


@dataclass(frozen=True)
class Told:
    """What one source told of one section during a day."""

    last_at: datetime
    numbers: Mapping[str, Spread] = field(default_factory=dict)


Day = dict[tuple[str, str], Told]
"""By section and source."""


def with_readings(day: Day, readings: Iterable[Reading]) -> Day:
    """Return a day with more readings of it, in whatever order they come."""
    made = dict(day)
    for reading in readings:
        if reading.value is None or KINDS[reading.section].personal:
            continue
        told = dict(numbers(reading.section, reading.value))
        if not told:
            continue
        key = (reading.section, source_of(reading))
        known = made.get(key, Told(reading.read_at))
        newer = reading.read_at >= known.last_at
        spreads = dict(known.numbers)
        for path, number in told.items():
            before = spreads.get(path)
            if before is None and len(spreads) >= NUMBERS_COUNT:
                continue
            spreads[path] = Spread(number, number, number) if before is None else before.with_one(number, newer=newer)
        made[key] = Told(max(known.last_at, reading.read_at), spreads)
    return made


def by_day(readings: Iterable[Reading]) -> dict[date, list[Reading]]:
    """Return readings by the day of UTC on which they were made."""
    days: dict[date, list[Reading]] = {}
    for reading in readings:
        days.setdefault(reading.read_at.astimezone(UTC).date(), []).append(reading)
    return days


def packed(day: Day) -> bytes:
    """Return a day as it is stored: a number that did not change stands alone."""
    told: dict[str, dict[str, list[object]]] = {}
    for (section, source), one in day.items():
        spreads = {
            path: each.last if each.low == each.high else [each.low, each.high, each.last]
            for path, each in one.numbers.items()
        }
        told.setdefault(section, {})[source] = [int(one.last_at.timestamp()), spreads]
    text = json.dumps(told, separators=(",", ":"), allow_nan=False)
    return zstandard.ZstdCompressor(level=LEVEL).compress(text.encode())


def unpacked(stored: bytes | memoryview) -> Day:
    """Return a day of what is stored."""
    told = json.loads(zstandard.ZstdDecompressor().decompress(bytes(stored), max_output_size=_UNPACKED_BYTES))
    return {
        (section, source): Told(
            datetime.fromtimestamp(at_s, UTC), {path: _spread(one) for path, one in spreads.items()}
        )
        for section, by_source in told.items()
        for source, (at_s, spreads) in by_source.items()
    }


def _spread(told: Number | list[Number]) -> Spread:
    return Spread(*told) if isinstance(told, list) else Spread(told, told, told)
