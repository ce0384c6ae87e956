"""Reading the audit log: filters, export, and holding its chain against its end."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import QuerySet

from server.accounts.acting import GENESIS, digest
from server.accounts.actor import Actor
from server.accounts.models import AuditEntry, AuditHead
from server.accounts.scope import uids_in_scope

COLUMNS: Final = (
    "at", "actor", "token_uid", "source", "action", "object_kind", "object_uid", "object_name", "client_uid", "details",
    "previous_sha256", "sha256",
)  # fmt: skip
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for a formula at the beginning of a cell."""
AT_ONCE: Final = 2_000
NAMES_MOST: Final = 500
FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9999, 12, 29)


@dataclass(frozen=True)
class Filter:
    """What of the log is wanted; empty: all."""

    person: str = ""
    action: str = ""
    client: str = ""
    since: date | None = None
    until: date | None = None


def entries(actor: Actor, wanted: Filter) -> QuerySet[AuditEntry]:
    """Return what the actor may see of the log, newest first: of a limited scope, only entries of its clients."""
    found = AuditEntry.objects.order_by("-pk")
    if not actor.all_clients:
        found = found.filter(client_uid__in=uids_in_scope(actor))
    if wanted.person:
        found = found.filter(actor=wanted.person)
    if wanted.action:
        found = found.filter(action=wanted.action)
    if wanted.client:
        found = found.filter(client_uid=wanted.client)
    zone = ZoneInfo(actor.time_zone)
    if wanted.since:
        found = found.filter(at__gte=_midnight(wanted.since, zone))
    if wanted.until:
        found = found.filter(at__lt=_midnight(wanted.until, zone) + timedelta(days=1))
    return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the beginning of a day, or of the first or last that any zone can tell in UTC."""
    return datetime.combine(min(max(day, FIRST_DAY), LAST_DAY), time.min, zone)


def names_in(actor: Actor, column: Literal["actor", "action"]) -> list[str]:
    """Return the different people or actions of what the actor may see, by name: one query.

    Over the whole log the index is asked for each name after the one before, so that three years cost what one does.
    """
    if not actor.all_clients:
        return list(entries(actor, Filter()).order_by(column).values_list(column, flat=True).distinct()[:NAMES_MOST])
    with connection.cursor() as cursor:
        cursor.execute(_EACH[column], [NAMES_MOST])
        return [str(name) for (name,) in cursor.fetchall()]


_EACH: Final = {
    column: f"WITH RECURSIVE each(name) AS (SELECT MIN({column}) FROM accounts_auditentry UNION ALL "  # noqa: S608
    f"SELECT (SELECT MIN({column}) FROM accounts_auditentry WHERE {column} > each.name) FROM each "
    "WHERE each.name IS NOT NULL) SELECT name FROM each WHERE name IS NOT NULL LIMIT %s"
    for column in ("actor", "action")
}


def count_of(actor: Actor, wanted: Filter) -> int:
    """Return how many entries the actor sees: of the whole log the number that stands at its end."""
    if actor.all_clients and wanted == Filter():
        head = AuditHead.objects.filter(pk=1).values_list("count", flat=True).first()
        return head or 0
    return entries(actor, wanted).count()


def row_of(entry: AuditEntry) -> dict[str, object]:
    """Return an entry as it is exported."""
    row: dict[str, object] = {name: getattr(entry, name) for name in COLUMNS}
    row["at"] = entry.at.astimezone(UTC).isoformat()
    return row


def as_json_lines(found: Iterable[AuditEntry]) -> Iterator[str]:
    """Yield one JSON object a line."""
    for entry in found:
        yield json.dumps(row_of(entry), sort_keys=True) + "\n"


def as_csv(found: Iterable[AuditEntry]) -> Iterator[str]:
    """Yield lines of CSV, all quoted, in which no cell is a formula."""
    line = csv.writer(_Lines(), quoting=csv.QUOTE_ALL)
    yield str(line.writerow(COLUMNS))
    for entry in found:
        row = row_of(entry)
        row["details"] = json.dumps(row["details"], sort_keys=True)
        yield str(line.writerow([_cell(value) for value in row.values()]))


class _Lines:
    """Gives back each line that a csv writer makes."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


@dataclass(frozen=True)
class Verified:
    """What holding the chain against its end found."""

    count: int
    head: str
    problems: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Return whether nothing was changed, removed or put between."""
        return not self.problems


def verify(noted: str = "") -> Verified:
    """Return whether each entry follows the one before it, and the last is the head.

    `noted`: a head that somebody kept elsewhere; it must still be in the chain, else its end was cut off and re-made.
    """
    problems: list[str] = []
    before, count, seen = GENESIS, 0, noted in {"", GENESIS}
    for entry in AuditEntry.objects.order_by("pk").iterator(AT_ONCE):
        count += 1
        if entry.previous_sha256 != before:
            problems.append(f"entry {entry.pk} does not follow the one before it")
        if digest(entry) != entry.sha256:
            problems.append(f"entry {entry.pk} was changed")
        before = entry.sha256
        seen = seen or before == noted
    head = AuditHead.objects.filter(pk=1).first()
    kept, kept_count = (head.sha256, head.count) if head else (GENESIS, 0)
    if kept != before:
        problems.append("the last entry is not the head of the chain: entries are missing at its end, or were added")
    if kept_count != count:
        problems.append(f"there are {count} entries, {kept_count} were written")
    if not seen:
        problems.append("the noted head is not in the chain")
    return Verified(count, before, tuple(problems))
