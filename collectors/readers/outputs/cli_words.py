"""Words that command lines of switches and routers share: times of running, speeds, duplex, VLAN lists, addresses."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Literal, TypeVar

from collectors.errors import CollectError, NoReply, UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.marks import is_junk
from collectors.facts.scalars import Span
from collectors.replies import TextReplies

Kind = Literal["ethernet", "lag", "vlan", "loopback", "other"]
T = TypeVar("T")

YEAR_S, WEEK_S, DAY_S, HOUR_S, MINUTE_S = 365 * 86_400, 7 * 86_400, 86_400, 3_600, 60
LONGEST_UPTIME_S = 50 * YEAR_S  # older than any such device: a counter gone wrong
VLAN_MAX = 4094  # IEEE 802.1Q
COUNT_MAX = 2**64 - 2  # of the widest counters; all ones stand for none
_NOTHING_TO_TELL = frozenset({GapReason.UNSUPPORTED, GapReason.NOT_ASKED})
_UNITS = (
    (r"years?|yrs?|y", YEAR_S),
    (r"weeks?|wks?|w", WEEK_S),
    (r"days?|d", DAY_S),
    (r"hours?|hrs?|h", HOUR_S),
    (r"minutes?|mins?|m", MINUTE_S),
    (r"seconds?|secs?|s", 1),
)
_PARTS = tuple(
    (re.compile(rf"(?<![\d.])(\d{{1,6}})\s*(?:{words})(?:\(s\))?(?![a-z])", re.ASCII | re.IGNORECASE), unit)
    for words, unit in _UNITS
)
_CLOCK = re.compile(r"(?<![\d:])(\d{1,3}):([0-5]\d)(?::([0-5]\d))?(?![\d:])", re.ASCII)
_SPEED = re.compile(r"(?:a-)?(\d{1,6}(?:\.\d)?)\s*(Gig|[GMk])?(?=b|B|it|[FH]|\W|$)", re.ASCII)
_SPEED_UNITS = {"Gig": 10**9, "G": 10**9, "M": 10**6, "k": 10**3, None: 10**6}
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_KIND_PATTERNS: tuple[tuple[str, Kind], ...] = (
    (r"po(?:rt-?channel)?\s*\d|ch\d|ae\d|trk\d|b(?:ridge-agg(?:regation)?|agg)\d|r(?:oute-agg(?:regation)?|agg)\d"
     r"|eth-trunk\d|lag\s*\d|lg\d|sa\d|bond\d", "lag"),
    (r"vlan|vl\s*\d|vlanif|ve\d|irb|bvi\d|switch0(?:\.\d)?$", "vlan"),
    (r"lo(?:opback)?\s*\d*$|lo\d+\.|inloop", "loopback"),
    (r"(?:(?:\d+-?)?(?:fa|gi|te|twe?|two|fo|hu|fi|ap|fastethernet|\w*gigabitethernet|\w*gige|ethernet|eth|et|mgmt|ma"
     r"|management|ge|xe|fe|xge|fge|mge|hge|multige|me|fxp|em|g|xg|port|g\w*-)[\d\s/-])"
     r"|\d+(?:[/:.]\d+)*$|\d+/[a-z]\d+$|[a-z]\d{1,3}$|me\d$|oob|mgmt", "ethernet"),
)  # fmt: skip
_KINDS = tuple((re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in _KIND_PATTERNS)


def uptime_s(text: str) -> int | None:
    """Return the seconds in '1 year, 22 weeks, 6 days', '11 day(s), 01 hour(s)', '70,03:16:47', '454d 7h 42m'.

    A year has 365 days. None for a text without any such part, or one longer than LONGEST_UPTIME_S.
    """
    found = [(int(part[1]), unit) for pattern, unit in _PARTS if (part := pattern.search(text))]
    total = sum(count * unit for count, unit in found)
    clock = _CLOCK.search(text)
    if clock:
        total += int(clock[1]) * HOUR_S + int(clock[2]) * MINUTE_S + int(clock[3] or 0)
        days = re.match(r"\s*(\d{1,5}),\s*\d", text, re.ASCII)
        total += int(days[1]) * DAY_S if days else 0
    return total if (found or clock) and total <= LONGEST_UPTIME_S else None


def number_of(word: str | None, highest: int = COUNT_MAX) -> int | None:
    """Return a whole number in digits; None for any other word, and for a number that cannot be that high."""
    digits = (word or "").strip()
    number = int(digits) if re.fullmatch(r"\d{1,20}", digits, re.ASCII) else None
    return None if number is None or number > highest else number


def stated(word: str, highest: int) -> int:
    """Return the whole number that a line states; raises UnexpectedReply for any other word, or one too high."""
    number = number_of(word, highest)
    if number is None:
        raise UnexpectedReply(f"is told as {word[:60]!r}, which is no number up to {highest}")
    return number


def booted_at(text: str | None, observed_at: datetime) -> datetime | None:
    """Return the moment of the last start by a time of running in words, to the minute; None when it holds none."""
    seconds = uptime_s(text) if text else None
    return None if seconds is None else (observed_at - timedelta(seconds=seconds)).replace(second=0, microsecond=0)


def speed_bps(word: str) -> int | None:
    """Return the bits a second of '10G', 'a-1000', '100FDx', '10GigFD', '1000 Mb/s'; a bare number is in megabits.

    None for 'auto', 0, and any other word.
    """
    found = _SPEED.match(word.strip())
    return (round(float(found[1]) * _SPEED_UNITS[found[2]]) or None) if found else None


def duplex_of(word: str) -> Literal["full", "half"] | None:
    """Return the duplex in 'a-full', 'Full', 'F(a)', '1000FDx', '10GigFD'; None for 'auto' and any other word."""
    found = re.search(r"(?i)\b(?:a-)?(full|half)\b|^([FH])(?:\(a\))?$|\d+(?:Gig)?([FH])Dx?\b", word.strip())
    letter = (found[1] or found[2] or found[3])[0].casefold() if found else ""
    return "full" if letter == "f" else "half" if letter == "h" else None


def kind_of(name: str) -> Kind:
    """Return what an interface is by its name, in the words of the usual platforms; 'other' for any other."""
    for pattern, kind in _KINDS:
        if pattern.match(name.strip()):
            return kind
    return "other"


def vlan_numbers(text: str) -> frozenset[int]:
    """Return the VLANs of a list such as '1,10-20' or '5 to 7 9'; raises UnexpectedReply for what is none."""
    numbers: set[int] = set()
    for piece in re.sub(r"\s+to\s+|\s*-\s*", "-", text.strip()).replace(",", " ").split():
        first, _, last = piece.partition("-")
        if not (first.isdecimal() and (last or first).isdecimal() and len(first) <= 4 and len(last) <= 4):
            raise UnexpectedReply(f"is told as {text[:60]!r}, which is no list of VLANs")
        numbers |= {*range(int(first), int(last or first) + 1)}
    return frozenset(number for number in numbers if 0 < number <= VLAN_MAX)


def address_of(text: str) -> str | None:
    """Return a MAC address in any of the usual forms as 'aa:bb:cc:dd:ee:ff'; None when it is none, or junk."""
    digits = re.sub(r"[-:. ]", "", text.strip()).casefold()
    if not re.fullmatch(r"[0-9a-f]{12}", digits) or is_junk(digits):
        return None
    return ":".join(digits[place : place + 2] for place in range(0, 12, 2))


def day_of(day: str, month: str, year: str) -> date:
    """Return the day of a month that is told by its English name; raises UnexpectedReply when there is no such day."""
    try:
        number = int(year)
        number += 0 if number >= 100 else 2000 if number < 80 else 1900
        return date(number, _MONTHS.get(month[:3].casefold(), 0), int(day))
    except ValueError as error:
        raise UnexpectedReply(f"is told as '{day} {month} {year}', which is no day") from error


def built(text: str, pattern: str) -> Span | Gap:
    """Return the release span of a build day; the pattern has the groups day, month (an English name) and year."""
    found = re.search(pattern, text, re.MULTILINE | re.ASCII)
    return Span.built_on(day_of(found["day"], found["month"], found["year"])) if found else NOT_TOLD


def serial_of(text: str | None) -> str | None:
    """Return a serial number, None for one that says nothing."""
    return None if text is None or is_junk(text) else text.strip()


def first(text: str, *patterns: str) -> str | None:
    """Return the first group of the first pattern that is found, without outer spaces; None when it is empty."""
    for pattern in patterns:
        found = re.search(pattern, text, re.MULTILINE)
        if found and found[1].strip():
            return found[1].strip()
    return None


def said(replies: TextReplies, command: str) -> str | None:
    """Return the reply to a command, None when there is none: for what another reply may say as well."""
    try:
        return replies[command]
    except NoReply:
        return None


def known(read: Callable[[TextReplies], T], replies: TextReplies) -> T | None:
    """Return what `read` makes of the replies, None where it cannot: for what only adds to another reply."""
    try:
        return read(replies)
    except CollectError:
        return None


def hindered(replies: TextReplies, command: str) -> Gap | None:
    """Return why the reply to a command is missing, though it was asked for and the device may know the command.

    None when the reply is there, when nobody asked (a person gave one file), and when the device knows no such command.
    """
    reply = replies.replies.get(command)
    return reply if isinstance(reply, Gap) and reply.reason not in _NOTHING_TO_TELL else None


def either(replies: TextReplies, *commands: str) -> str:
    """Return the reply to the first of these commands that has one; raises NoReply with the first one's gap."""
    told = next((text for command in commands if (text := said(replies, command)) is not None), None)
    return replies[commands[0]] if told is None else told


def unique(items: Iterable[T], name: Callable[[T], str], renamed: Callable[[T, str], T]) -> tuple[T, ...]:
    """Return the items, a name that comes again with '#2' behind it, in the device's order."""
    seen: dict[str, int] = {}
    result = []
    for item in items:
        key = name(item)
        seen[key] = seen.get(key, 0) + 1
        result.append(item if seen[key] == 1 else renamed(item, f"{key} #{seen[key]}"))
    return tuple(result)


def limited_to(limits: Iterable[str | None]) -> tuple[str, ...]:
    """Return what limits some communities, nothing when one of them has no limit (`Snmp.allowed_networks`)."""
    found = set(limits)
    return () if None in found else tuple(sorted(str(one) for one in found))
