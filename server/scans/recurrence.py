"""When a plan is due: RFC 5545 rules over a site's own wall clock, and the instants that they mean.

A rule says days and times of a wall clock, so a nightly scan stays at 20:00 over summer time. A time that a clock
leaves out becomes the first instant after the gap; a time that a clock shows twice counts the first time. Rules are
expanded by python-dateutil without a time zone and only then become instants.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

ANCHOR: Final = date(2024, 1, 1)
"""A Monday from which every second week, third month and so on are counted, whenever a plan was made."""
TIMES_A_DAY_COUNT: Final = 24
INTERVAL_COUNT: Final = 52
LENGTH: Final = 300
_DAYS: Final = "MO|TU|WE|TH|FR|SA|SU"
_PARTS: Final = {
    "FREQ": "DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9]\d?",
    "BYMONTH": r"[1-9]|1[0-2]",
    "BYMONTHDAY": r"-?(?:[1-9]|[12]\d|3[01])",
    "BYDAY": rf"(?:-?[1-5])?(?:{_DAYS})",
    "BYSETPOS": r"-?[1-9]",
    "BYHOUR": r"\d|1\d|2[0-3]",
    "BYMINUTE": r"\d|[1-5]\d",
}
_LISTS: Final = ("BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "BYHOUR", "BYMINUTE")
_CALENDAR_YEARS: Final = 400
"""After so many years the Gregorian calendar repeats, weekdays included."""
_LAST_YEAR: Final = 9959
_MARGIN: Final = timedelta(days=3)
"""More than a wall clock was ever moved (Apia left out a day in 2011)."""


class BadRule(ValueError):
    """The text is no rule that a plan may have; says why."""


def parse(text: str) -> str:
    """Return a rule in its one spelling; raises BadRule where it says too much, too little, or never comes true."""
    parts = _parts(text.strip().upper().removeprefix("RRULE:"))
    needs = {"WEEKLY": ("BYDAY",), "MONTHLY": ("BYDAY", "BYMONTHDAY"), "YEARLY": ("BYMONTH",)}
    for name in ("FREQ", "BYHOUR", "BYMINUTE"):
        if name not in parts:
            raise BadRule(f"{name} is missing")
    wanted = needs.get(parts["FREQ"], ())
    if wanted and not any(name in parts for name in wanted):
        raise BadRule(f"FREQ={parts['FREQ']} needs {' or '.join(wanted)}")
    if parts["FREQ"] == "YEARLY" and "BYDAY" not in parts and "BYMONTHDAY" not in parts:
        raise BadRule("FREQ=YEARLY needs BYDAY or BYMONTHDAY")
    if parts["FREQ"] in {"DAILY", "WEEKLY"} and re.search(r"\d", parts.get("BYDAY", "")):
        raise BadRule("a numbered weekday needs FREQ=MONTHLY or YEARLY")
    if len(parts["BYHOUR"].split(",")) * len(parts["BYMINUTE"].split(",")) > TIMES_A_DAY_COUNT:
        raise BadRule(f"more than {TIMES_A_DAY_COUNT} times a day")
    rule = ";".join(f"{name}={parts[name]}" for name in _PARTS if name in parts)
    if next(_walls(rule, datetime.combine(ANCHOR, time())), None) is None:
        raise BadRule("it never comes true")
    return rule


def _parts(text: str) -> dict[str, str]:
    if len(text) > LENGTH:
        raise BadRule(f"longer than {LENGTH} characters")
    found: dict[str, str] = {}
    for part in filter(None, text.split(";")):
        name, _, value = part.partition("=")
        if name not in _PARTS:
            raise BadRule(f"{name[:20]} is not taken; known are {', '.join(_PARTS)}")
        if name in found:
            raise BadRule(f"{name} stands twice")
        values = value.split(",") if name in _LISTS else [value]
        if not all(re.fullmatch(_PARTS[name], one) for one in values):
            raise BadRule(f"{name} cannot be {value[:40]}")
        found[name] = ",".join(dict.fromkeys(values))
    if int(found.get("INTERVAL", "1")) > INTERVAL_COUNT:
        raise BadRule(f"INTERVAL is at most {INTERVAL_COUNT}")
    return found


def slots(rule: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Yield the instants at which a rule is due later than `after`, in UTC, in order, each once."""
    last = after
    for wall in _walls(rule, after.astimezone(zone).replace(tzinfo=None) - _MARGIN):
        at = instant(wall, zone)
        if at > last:
            last = at
            yield at


@lru_cache(maxsize=4096)
def next_slot(rule: str, zone: ZoneInfo, after: datetime) -> datetime:
    """Return the first instant later than `after` at which a rule is due; raises BadRule for one that never is."""
    found = next(slots(rule, zone, after), None)
    if found is None:
        raise BadRule("it never comes true")
    return found


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant at which a clock first shows a time, in UTC; where it never does, the end of the gap."""
    at = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == wall:
        return at
    # In a gap fold=1 lies before the clock was moved and fold=0 after it (PEP 495); between them it was moved once.
    before, behind = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), at
    offset = before.astimezone(zone).utcoffset()
    while behind - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(behind - before) // timedelta(seconds=2))
        before, behind = (middle, behind) if middle.astimezone(zone).utcoffset() == offset else (before, middle)
    return behind


def _walls(rule: str, since: datetime) -> Iterator[datetime]:
    """Yield the wall-clock times of a rule from a day at or before `since` on; ends, also where there is none.

    Days are shifted to the end of the calendar that datetime knows, by whole periods of 400 years: so dateutil
    gives up after some decades on a rule that never comes true, instead of after eight thousand years.
    """
    begins = _begins(rule, since.date())
    shift = (_LAST_YEAR - begins.year) // _CALENDAR_YEARS * _CALENDAR_YEARS
    expanded = rrulestr(rule, dtstart=datetime.combine(begins.replace(year=begins.year + shift), time()))
    if not isinstance(expanded, rrule):
        raise BadRule("more than one rule")
    for wall in expanded:
        found = wall.replace(year=wall.year - shift)
        if found >= since:
            yield found


def _begins(rule: str, day: date) -> date:
    """Return the last day up to this one on which a period of the rule begins, counted from the anchor."""
    parts = dict(part.split("=") for part in rule.split(";"))
    every = int(parts.get("INTERVAL", "1"))
    match parts["FREQ"]:
        case "YEARLY":
            return date(ANCHOR.year + (day.year - ANCHOR.year) // every * every, 1, 1)
        case "MONTHLY":
            months = (day.year - ANCHOR.year) * 12 + day.month - ANCHOR.month
            years, month = divmod(months // every * every, 12)
            return date(ANCHOR.year + years, month + 1, 1)
        case frequency:
            days = every * (7 if frequency == "WEEKLY" else 1)
            return ANCHOR + timedelta(days=(day - ANCHOR).days // days * days)
