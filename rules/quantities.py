"""Quantities as people write them: 20 %, 10 minutes, 15 GB, 12 months, 1 Gbit/s, 27 °C, 230 V."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

DAY_S = 86_400


class Unit(StrEnum):
    """The unit of a number, as the end of a fact's name says it; COUNT is a number of things or a level."""

    SECONDS = "s"
    BYTES = "bytes"
    PERCENT = "percent"
    CELSIUS = "celsius"
    VOLTS = "volts"
    BPS = "bps"
    COUNT = "count"


UNIT_WORDS = {
    Unit.SECONDS: "a time, such as '10 minutes'",
    Unit.BYTES: "a size, such as '15 GB'",
    Unit.PERCENT: "a share, such as '20 %'",
    Unit.CELSIUS: "a temperature, such as '27 °C'",
    Unit.VOLTS: "a voltage, such as '230 V'",
    Unit.BPS: "a rate, such as '1 Gbit/s'",
    Unit.COUNT: "a number without a unit",
}

# 1 GB = 1024 x 1024 x 1024 bytes, as Windows shows it; network rates count in thousands
_WORDS: dict[str, tuple[Unit, float]] = {
    "%": (Unit.PERCENT, 1), "°C": (Unit.CELSIUS, 1), "V": (Unit.VOLTS, 1),
    "ms": (Unit.SECONDS, 0.001), "second": (Unit.SECONDS, 1), "minute": (Unit.SECONDS, 60),
    "hour": (Unit.SECONDS, 3600), "day": (Unit.SECONDS, DAY_S), "week": (Unit.SECONDS, 7 * DAY_S),
    "bytes": (Unit.BYTES, 1), "kB": (Unit.BYTES, 1 << 10), "MB": (Unit.BYTES, 1 << 20), "GB": (Unit.BYTES, 1 << 30),
    "TB": (Unit.BYTES, 1 << 40),
    "kbit/s": (Unit.BPS, 10**3), "Mbit/s": (Unit.BPS, 10**6), "Gbit/s": (Unit.BPS, 10**9),
}  # fmt: skip
_MONTHS = {"month": 1, "year": 12}
_QUANTITY = re.compile(r"(-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,9})?) ?([a-zA-Z%°/]+)")
_SPOKEN = re.compile(r"(?:second|minute|hour|day|week|month|year)s")


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A length of time by the calendar."""

    count: int


Amount = int | float | Months


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, and the text in which a person wrote it."""

    unit: Unit
    amount: Amount
    text: str


@lru_cache(maxsize=4096)
def quantity(written: str | int | float) -> Quantity:
    """Return what was written as a number in its base unit (seconds, bytes, bit/s); raises ValueError."""
    if isinstance(written, int | float):
        return Quantity(Unit.COUNT, written, f"{written:g}" if isinstance(written, float) else str(written))
    match = _QUANTITY.fullmatch(written)
    if match is None:
        raise ValueError(f"{written!r} is no quantity")
    number = float(match[1]) if "." in match[1] else int(match[1])
    word = match[2][:-1] if _SPOKEN.fullmatch(match[2]) else match[2]
    if word in _MONTHS:
        if not isinstance(number, int) or number < 0:
            raise ValueError(f"{written!r}: months and years are whole")
        return Quantity(Unit.SECONDS, Months(number * _MONTHS[word]), written)
    if word not in _WORDS:
        raise ValueError(f"{written!r}: the unit {match[2]!r} is not known")
    unit, factor = _WORDS[word]
    amount = number * factor
    return Quantity(unit, int(amount) if float(amount).is_integer() else amount, written)


def in_unit_of(number: int | float, pattern: Quantity) -> str:
    """Return a bare number in the unit in which the pattern was written: 15 and '20 %' give '15 %'."""
    if pattern.unit is Unit.COUNT:
        return f"{number:g}" if isinstance(number, float) else str(number)
    word = pattern.text.lstrip("-0123456789. ")
    return f"{number} {word}"


def comparable(amount: Amount) -> float:
    """Return the amount as a number for bounds only: a month counts 30.436875 days."""
    return amount.count * 30.436875 * DAY_S if isinstance(amount, Months) else float(amount)


def months_from(day: date, months: int) -> date:
    """Return the same day of a month that many months on (or back), or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if year < 1:
        return date.min
    if year > 9999:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def days_from(day: date, days: int) -> date:
    """Return the day that many days on (or back), at most the calendar's ends."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min
