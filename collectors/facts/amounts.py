"""Numbers with their units in words: bytes, durations, percents, each with as many digits as are asked for."""

from typing import NamedTuple

from collectors.facts.paths import Unit

BYTE_STEPS = ((1 << 40, "TB"), (1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB"))  # as Windows shows them, everywhere
BIT_RATE_STEPS = ((10**9, "Gbit/s"), (10**6, "Mbit/s"), (10**3, "kbit/s"))
SIGNS: dict[Unit, str] = {"percent": "%", "celsius": "°C", "volts": "V"}
DURATION_STEPS = ((86_400, "day", "d"), (3_600, "hour", "h"), (60, "minute", "min"))
MORE_DIGITS = (1, 2, 3, 6, 9, 12)  # how many are tried, one after the other, until a number stands clear of its limit


def say_amount(value: float, unit: Unit | None, digits: int = 1) -> str:
    """Return a number with its unit; trailing zeros are left out. A number without unit is written whole."""
    if unit == "s":
        return say_duration(value, parts_count=digits + 1)
    if unit is None or unit == "count":
        return _digits(value, digits)
    if unit in SIGNS:
        return f"{_digits(value, digits)} {SIGNS[unit]}"
    steps, smallest = (BYTE_STEPS, "bytes") if unit == "bytes" else (BIT_RATE_STEPS, "bit/s")
    divisor, name = next(((step, name) for step, name in steps if abs(value) >= step), (1, smallest))
    return f"{_digits(value / divisor, digits)} {name}"


def say_amount_beside(value: float, limit: float, unit: Unit | None) -> str:
    """Return the amount with the fewest digits that keep it on its own side of the limit: 19.999 %, not 20 %."""
    if value == limit:
        return say_amount(value, unit)
    for digits in MORE_DIGITS:
        if _side(shown_amount(value, unit, digits), limit) == _side(value, limit):
            return say_amount(value, unit, digits)
    return say_amount(value, unit, MORE_DIGITS[-1])


def shown_amount(value: float, unit: Unit | None, digits: int) -> float:
    """Return the number, in the fact's own unit, that a reader takes from what `say_amount` shows."""
    if unit == "s":
        shown = sum(float(_digits(part.many, max(6, digits))) * part.size_s for part in _parts(value, digits + 1))
        return -shown if value < 0 else shown
    steps = {"bytes": BYTE_STEPS, "bps": BIT_RATE_STEPS}.get(unit or "", ())
    divisor = next((step for step, _ in steps if abs(value) >= step), 1)
    return float(_digits(value / divisor, digits)) * divisor


def say_duration(seconds: float, parts_count: int = 2) -> str:
    """Return a duration in at most so many parts: '9 minutes 59 s', '40 days', '26 hours', '0.02 s'.

    The first unit is the largest of which there are two, so that 26 hours stand beside a limit of 24 hours. The last
    part is cut, not rounded: 14 minutes 59.6 s never reads as 15 minutes.
    """
    first, *rest = _parts(seconds, parts_count)
    plural = "" if first.many == 1 else "s"
    head = f"{first.many:.0f} {first.name}{plural}" if first.size_s > 1 else _seconds(first.many, parts_count)
    tail = [f"{part.many:.0f} {part.short}" if part.size_s > 1 else _seconds(part.many, parts_count) for part in rest]
    return ("-" if seconds < 0 else "") + " ".join([head, *(text for text in tail if not text.startswith("0 "))])


class _Part(NamedTuple):
    many: float
    size_s: int
    name: str
    short: str


def _parts(seconds: float, parts_count: int) -> list[_Part]:
    """Return the parts of a duration, the largest first; whole ones, unless seconds stand alone or all are told."""
    left = abs(seconds)
    parts: list[_Part] = []
    for size_s, name, short in DURATION_STEPS:
        if len(parts) < parts_count and (parts or _begins_with(left, size_s)):
            count, left = divmod(left, size_s)
            parts.append(_Part(count, size_s, name, short))
    if len(parts) < parts_count:
        whole = parts and parts_count <= len(DURATION_STEPS)
        parts.append(_Part(left // 1 if whole else left, 1, "second", "s"))
    return parts


def _begins_with(seconds: float, size_s: int) -> bool:
    return seconds >= 2 * size_s or (seconds == size_s and size_s < DURATION_STEPS[0][0])


def _seconds(count: float, parts_count: int) -> str:
    return f"{_digits(count, max(6, parts_count - 1))} s"


def _digits(value: float, digits: int) -> str:
    if value == int(value):
        return str(int(value))
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _side(value: float, limit: float) -> int:
    return (value > limit) - (value < limit)
