"""Facts in words: what a fact is called, what its yes and no say, and how its value reads in a line of evidence."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Final, TypeGuard

from collectors.facts.amounts import MORE_DIGITS, say_amount, say_amount_beside, say_duration, shown_amount
from collectors.facts.gaps import WHOLE_DEVICE, Gap
from collectors.facts.model import Fact, Item
from collectors.facts.nouns import BY_NAME, BY_PATH
from collectors.facts.paths import FactKind, resolve
from collectors.facts.scalars import Span
from collectors.facts.statements import ALIKE, STATEMENTS

TEXT_SHOWN = 200  # characters of one device text that evidence holds
LIST_SHOWN = 6  # names of a list before "and N more"
SAYS: Final = {
    "reported": "reported by the device",
    "catalogue": "by the catalogue",
    "bound": "as far as can be bounded",
    "person": "entered by a person",
}
_WITH_KEYS = re.compile(r"(?P<name>[^.\[]+)(?:\[(?P<key>.*?)\](?=\.|$))?\.?", re.DOTALL)


def noun(path: str) -> str:
    """Return what a fact or section is called: 'runtime', 'free space', 'volumes'. Raises UnknownFact."""
    here = resolve(path)
    spoken = _spoken(path)
    if spoken in BY_PATH:
        return BY_PATH[spoken]
    if spoken in STATEMENTS:
        return STATEMENTS[spoken][0]
    return BY_NAME.get(here.name) or here.name.removesuffix(f"_{here.unit}").replace("_", " ")


def statement(path: str, value: bool) -> str:
    """Return what a yes or a no of the fact says: 'SMB version 1 is switched on'."""
    _, when_true, when_false = STATEMENTS[_spoken(path)]
    return when_true if value else when_false


def say(path: str, value: object, *, at: datetime | None = None, zone: tzinfo = UTC) -> str:
    """Return a fact's value in words; instants and days bring their age when `at`, the instant of evaluation, is given.

    Numbers bring their unit, days count in `zone`, a list names its first LIST_SHOWN objects by their keys.
    """
    here = resolve(path)
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return say_amount(value, here.unit)
    if isinstance(value, datetime):
        return _instant(value, at, zone, parts_count=1)
    if isinstance(value, date):
        return _day(value, at, zone)
    if isinstance(value, Span):
        return _span(value, at, zone)
    if isinstance(value, str):
        return value.replace("-", " ") if here.kind is FactKind.WORD else _text(value)
    if isinstance(value, Sequence):
        return say_list(item.key if isinstance(item, Item) else str(item) for item in value)
    return noun(path)


def say_beside(path: str, value: object, limit: object, *, at: datetime | None = None, zone: tzinfo = UTC) -> str:
    """Return the value as `say` does, with as much detail as it takes to stand on its own side of the limit.

    The limit is a number in the fact's unit, or the instant that cuts off an age; beside anything else it is `say`.
    """
    here = resolve(path)
    if _is_number(value) and _is_number(limit):
        return say_amount_beside(value, limit, here.unit)
    if isinstance(value, datetime) and isinstance(limit, datetime) and at is not None:
        return _instant(value, at, zone, _parts_beside((at - value).total_seconds(), (at - limit).total_seconds()))
    return say(path, value, at=at, zone=zone)


def derivation(path: str, owner: Fact) -> str | None:
    """Return what a derived fact was worked out from, to stand before ' = ': '11.2 GB free of 99.5 GB'."""
    here = resolve(path)  # None for what is not derived, or where a part of it is not known
    told = {name: getattr(owner, name) for name in _MADE_OF.get(here.name, ((), ""))[0]}
    if not here.derived or not told or None in told.values():
        return None
    said = {name: say(f"{path.rpartition('.')[0]}.{name}", value) for name, value in told.items()}
    return _MADE_OF[here.name][1].format(**said)


_MADE_OF: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "free_percent": (("free_bytes", "size_bytes"), "{free_bytes} free of {size_bytes}"),
    "input_deviation_percent": (("input_volts", "nominal_volts"), "{input_volts} of {nominal_volts}"),
}


def gap_sentence(path: str, gap: Gap) -> str:
    """Return a gap as a sentence that names its object and fact: 'Black: left is told only as "some left"'.

    The path may hold keys, as in a document. A path that is no fact of this version is named as it stands.
    """
    if path == WHOLE_DEVICE:
        return f"this device {gap.text}"
    steps = [match for match in _WITH_KEYS.finditer(path) if match["name"]]
    keys = " / ".join(_text(step["key"]) for step in steps if step["key"])
    try:
        named = noun(".".join(step["name"] for step in steps))
    except LookupError:
        named = _text(path)
    return f"{keys}: {named} {gap.text}" if keys else f"{named} {gap.text}"


def say_list(names: Iterable[str]) -> str:
    """Return names in a row, 'nothing' for none, the first LIST_SHOWN and how many more for a long one."""
    told = [_text(name) for name in names]
    shown = ", ".join(told[:LIST_SHOWN])
    if len(told) > LIST_SHOWN:
        return f"{shown} and {len(told) - LIST_SHOWN} more"
    return shown or "nothing"


def _spoken(path: str) -> str:
    section, dot, rest = path.partition(".")
    return f"{ALIKE.get(section, section)}{dot}{rest}"


def _text(text: str) -> str:
    """Return a device's text on one line and of bounded length: evidence goes into tickets and tables."""
    line = " ".join(text.split())
    return f"{line[:TEXT_SHOWN]}…" if len(line) > TEXT_SHOWN else line or "(no text)"


def _instant(value: datetime, at: datetime | None, zone: tzinfo, parts_count: int) -> str:
    day = f"{value.astimezone(zone):%Y-%m-%d}"
    if at is None:
        return day
    age_s = (at - value).total_seconds()
    told = say_duration(abs(age_s), parts_count)
    return f"{day}, {told} ago" if age_s >= 0 else f"{day}, in {told}"


def _parts_beside(age_s: float, limit_s: float) -> int:
    if age_s == limit_s:
        return 1
    sides = ((parts, _order(shown_amount(age_s, "s", parts - 1), limit_s)) for parts in MORE_DIGITS)
    return next((parts for parts, side in sides if side == _order(age_s, limit_s)), MORE_DIGITS[-1])


def _day(value: date, at: datetime | None, zone: tzinfo) -> str:
    if at is None:
        return value.isoformat()
    days = (at.astimezone(zone).date() - value).days
    if days == 0:
        return f"{value.isoformat()}, today"
    many = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"{value.isoformat()}, {many} ago" if days > 0 else f"{value.isoformat()}, in {many}"


def _span(value: Span, at: datetime | None, zone: tzinfo) -> str:
    first, last = value.earliest_on, value.latest_on
    if first and first == last:
        told = _day(first, at, zone)
    elif first and last:
        told = f"between {first} and {last}"
    elif first:
        told = f"{first} or later"
    else:
        told = f"{last} or earlier" if last else "an unknown day"
    return f"{told} ({SAYS[value.kind]})"


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _order(one: float, other: float) -> int:
    return (one > other) - (one < other)
