"""Days and moments as devices write them: month-first texts, SNMP's DateAndTime octets, and TimeTicks."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from collectors.errors import UnexpectedReply
from collectors.facts.marks import is_junk

TICKS_PER_S = 100  # TimeTicks are hundredths of a second (RFC 2578, section 7.1.8)
CENTURY_TURNS_AT = 80  # a two-digit year from here on is 19xx: no device of ours was made before 1980

_MONTH_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_NAMED_MONTH = re.compile(r"(\d{1,2})[- ./]([A-Za-z]{3})[- ./](\d{4})", re.ASCII)
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_YEAR_FIRST = re.compile(r"(\d{4})([/.-]?)(\d{1,2})\2(\d{1,2})", re.ASCII)


def month_first(text: str | None) -> date | None:
    """Return the day of a text like '04/30/25' or '10-05-2022', month first; None without a text or for a placeholder.

    Raises UnexpectedReply for any other text, and for one that is a day only when read day first.
    """
    text = (text or "").strip()
    if is_junk(text):
        return None
    found = _MONTH_FIRST.fullmatch(text)
    if found is None:
        raise _no_day(text, "month first")
    year = int(found[4])
    if len(found[4]) == 2:
        year += 1900 if year >= CENTURY_TURNS_AT else 2000
    return _day(year, int(found[1]), int(found[3]), text, "month first")


def year_or_month_first(text: str | None) -> date | None:
    """Return the day of '2019/05/12', '2019-05-12' or '20190512', else as `month_first` does."""
    text = (text or "").strip()
    found = _YEAR_FIRST.fullmatch(text)
    if found is None or (found[2] == "" and len(text) != 8):
        return month_first(text)
    return _day(int(found[1]), int(found[3]), int(found[4]), text, "year first")


def free_text(text: str | None) -> date | None:
    """Return the day of a text that a person wrote in the order of the country: only where it can be one day alone.

    '2019-05-12', '25/12/2020', '12/25/2020' and '03-Apr-2021' are certain; '03/04/2021' raises UnexpectedReply.
    """
    text = (text or "").strip()
    if is_junk(text):
        return None
    named = _NAMED_MONTH.fullmatch(text)
    if named:
        month = _MONTHS.get(named[2].casefold(), 0)
        return _day(int(named[3]), month, int(named[1]), text, "with its month's name")
    found = _MONTH_FIRST.fullmatch(text)
    if found is None or int(found[3]) > 12 or found[1].lstrip("0") == found[3].lstrip("0"):
        return year_or_month_first(text)
    if int(found[1]) > 12 and len(found[4]) == 4:
        return _day(int(found[4]), int(found[3]), int(found[1]), text, "day first")
    raise _no_day(text, "in an order that is certain")


def at_midnight(day: date | None) -> datetime | None:
    """Return the moment at which a day begins, in UTC: for events of which only the day is told."""
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)


def date_and_time(octets: bytes, zone: tzinfo | None = None) -> datetime | None:
    """Return the moment of DateAndTime octets (SNMPv2-TC, RFC 2579), None for the zero date that means 'never set'.

    Eight octets hold no zone and are read in `zone`. Raises UnexpectedReply without one, and for no date.
    """
    if len(octets) not in {8, 11}:
        raise UnexpectedReply(f"is told as {len(octets)} octets, a date and time has 8 or 11")
    year, month, day, hour, minute, second = int.from_bytes(octets[:2], "big"), *octets[2:7]
    if not any(octets[:4]):
        return None
    if len(octets) == 11:
        direction, hours, minutes = octets[8:9], octets[9], octets[10]
        if direction not in {b"+", b"-"} or hours > 14 or minutes > 59:
            raise UnexpectedReply(f"is told with the zone {octets[8:].hex()}, which is none")
        ahead = timedelta(hours=hours, minutes=minutes)
        zone = timezone(ahead if direction == b"+" else -ahead)
    if zone is None:
        raise UnexpectedReply("is told without a time zone")
    try:
        # a leap second is written as 60 and is the minute's end
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnexpectedReply(f"is told as {octets.hex()}, which is no date and time") from error


def ago(seconds: float, observed_at: datetime) -> datetime:
    """Return the moment so many seconds before an observation, to the nearest minute: two readings then agree mostly.

    Raises UnexpectedReply when that lies before any calendar.
    """
    try:
        moment = observed_at.astimezone(UTC) - timedelta(seconds=seconds) + timedelta(seconds=30)
    except OverflowError as error:
        raise UnexpectedReply(f"is told as {seconds:.0f} s ago, which cannot be") from error
    return moment.replace(second=0, microsecond=0)


def ticks_ago(ticks: int, observed_at: datetime) -> datetime:
    """Return the moment so many TimeTicks before an observation, to the nearest minute."""
    return ago(ticks / TICKS_PER_S, observed_at)


def _day(year: int, month: int, day: int, text: str, order: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise _no_day(text, order) from error


def _no_day(text: str, order: str) -> UnexpectedReply:
    return UnexpectedReply(f"is told as {text[:40]!r}, which is no day written {order}")
