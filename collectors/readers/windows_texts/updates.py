"""Installed updates: `Get-HotFix`, Win32_QuickFixEngineering, and the list in `systeminfo`."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from collectors.driver import Part
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.patches import Patch
from collectors.readers.dates import at_midnight
from collectors.readers.windows_texts.days import certain_days, newest_day
from collectors.readers.windows_texts.given import given, needed
from collectors.readers.windows_texts.records import Record, moment_of, records, shown
from collectors.replies import JsonReplies
from collectors.told import told

HOTFIXES = "Get-HotFix"
SYSTEMINFO = "systeminfo"

_UPDATE = re.compile(r"\bKB\d{5,8}\b")
_DATE = re.compile(r"(?<![\d/.\-])(?:\d{4}([/.\-])\d{1,2}\1\d{1,2}|\d{1,2}([/.\-])\d{1,2}\2\d{4})(?!\d)")
_TWO_ORDERS = Gap(
    reason=GapReason.UNEXPECTED_REPLY,
    text="is told in days of which it is not certain whether day or month comes first",
)


@dataclass(frozen=True)
class Installed:
    """An update and when it was installed, as written."""

    name: str
    written: str | None
    on: date | None = None


def read_updates(replies: JsonReplies) -> tuple[str, ...]:
    """Return the names of the installed updates, the newest first where the days are certain."""
    updates = _updates(replies)
    latest_on = replies.observed_at.date() + timedelta(days=1)
    days = [update.on for update in updates]
    if any(day is None for day in days):
        certain = certain_days([update.written or "" for update in updates], latest_on)
        days = [*certain] if certain else []
    names = [update.name for update in updates]
    if len(days) == len(names):
        ranked = sorted(zip(names, days, strict=True), key=lambda pair: pair[1] or date.min, reverse=True)
        names = [name for name, _ in ranked]
    return tuple(dict.fromkeys(names))


def read_patch(replies: JsonReplies) -> Part:
    """Return the day on which the newest update was installed; only `Get-HotFix` tells days."""
    needed(replies, HOTFIXES)
    updates = _updates(replies)
    latest_on = replies.observed_at.date() + timedelta(days=1)  # the machine may be a day ahead of us

    def last_success() -> object:
        exact = [update.on for update in updates if update.on]
        if exact:
            return at_midnight(max(exact))
        written = [update.written for update in updates if update.written]
        newest = newest_day(written, latest_on) if written else None
        return at_midnight(newest) if newest else (_TWO_ORDERS if written else None)

    return told(Patch, {"last_success_at": last_success})


def _updates(replies: JsonReplies) -> list[Installed]:
    text = given(replies, HOTFIXES)
    if text is None:
        return [Installed(found[0], None) for found in _UPDATE.finditer(needed(replies, HOTFIXES, SYSTEMINFO))]
    if text.strip().startswith(("{", "[")) or re.search(r"^HotFixID\s*:", text, re.MULTILINE):
        found = [_of_record(record) for record in records(text)]
        return [update for update in found if update]
    return [update for line in text.splitlines() if (update := _of_line(line))]


def _of_record(record: Record) -> Installed | None:
    name = shown(record, "HotFixID")
    if name is None or not _UPDATE.fullmatch(name):
        return None
    at = moment_of(record, "InstalledOn")
    value = record.get("InstalledOn")
    return Installed(name, value if isinstance(value, str) and value else None, at.date() if at else None)


def _of_line(line: str) -> Installed | None:
    """Return the update of a table's row: its name, and the date behind it."""
    name = _UPDATE.search(line)
    if name is None:
        return None
    written = _DATE.search(line, name.end())
    return Installed(name[0], written[0] if written else None)
