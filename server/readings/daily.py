"""The numbers of a day: of each that changes by itself the lowest, the highest and the last, packed into one row."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from typing import Final, NamedTuple

import zstandard

from collectors.facts.reading import Reading
from collectors.facts.vocabulary import KINDS
from server.readings.kept import source_of
from server.readings.lasting import Number, numbers

LEVEL: Final = 3
NUMBERS_COUNT: Final = 5_000
"""Of one device and day; a hostile device may name endless interfaces."""
_UNPACKED_BYTES: Final = 16 * 1024 * 1024


class Spread(NamedTuple):
    """A number during a day."""

    low: Number
    high: Number
    last: Number


@dataclass(frozen=True)
class Told:
    """What one source told of one section during a day."""

    last_at: datetime
    numbers: Mapping[str, Spread] = field(default_factory=dict)


Day = dict[tuple[str, str], Told]
"""By section and source."""


def days_of(readings: Iterable[Reading]) -> dict[date, Day]:
    """Return the days of readings, each a section from a source once; a day of UTC without numbers is left out."""
    days: dict[date, Day] = {}
    for reading in readings:
        if reading.value is None or KINDS[reading.section].personal:
            continue
        found = islice(numbers(reading.section, reading.value), NUMBERS_COUNT)
        told = {path: Spread(number, number, number) for path, number in found}
        if told:
            day = reading.read_at.astimezone(UTC).date()
            days.setdefault(day, {})[reading.section, source_of(reading)] = Told(reading.read_at, told)
    return days


def together(one: Day, other: Day) -> Day:
    """Return two parts of one day as one, in whatever order they came."""
    made = dict(one)
    for key, told in other.items():
        known = made.get(key)
        made[key] = told if known is None else _both(known, told)
    return made


def _both(one: Told, other: Told) -> Told:
    newer = other.last_at >= one.last_at
    spreads = dict(one.numbers)
    for path, spread in other.numbers.items():
        before = spreads.get(path)
        if before is not None:
            last = spread.last if newer else before.last
            spreads[path] = Spread(min(before.low, spread.low), max(before.high, spread.high), last)
        elif len(spreads) < NUMBERS_COUNT:
            spreads[path] = spread
    return Told(max(one.last_at, other.last_at), spreads)


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
