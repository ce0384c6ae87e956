"""Everything readable of a client as a zip that opens without this software: JSON lines, CSV and a README; streamed."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from pydantic import JsonValue

from collectors.facts.cells import safe_cell
from collectors.facts.vocabulary import KINDS
from server.access.models import Access, Credential
from server.accounts.models import AuditEntry
from server.agents.models import Agent, AgentEvent
from server.alignment.models import ClientStandard, DeviceVerdicts, VerdictChange, WeeklySummary
from server.alignment.packed import unpacked as verdicts_of
from server.clients.models import Client, Device, DeviceGroup, DeviceProposal, InventoryStatement, Place, Site
from server.readings.current import unpacked as readings_of
from server.readings.history import value_text
from server.readings.lasting import personal_fields
from server.readings.models import CurrentReadings, FeedEntry, SectionChange
from server.scans.models import Blackout, FoundDevice, PlanException, ScanJob, Visit
from server.standards.library import in_force

ROWS_AT_ONCE: Final = 200
README: Final = """{name}: everything that was kept, as of {at}

Each table is there twice: NAME.jsonl holds one JSON object in a line (UTF-8, nothing shortened), NAME.csv opens in a
spreadsheet (UTF-8 with a mark; what would be taken for a formula begins with an apostrophe).

{tables}

readings      what each device told last, by section; 'value' as it was read, 'gap' where it was not told
history       what sections were before, each time they changed
verdicts      what the standards said of each device, with evidence
standards     what they said of the client

Secrets are not in here: the server never could read them. {personal}
Times are UTC (ISO 8601).
"""
Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """One table of the export: its rows, made anew each time it is asked for."""

    name: str
    rows: Callable[[], Iterator[Row]]


def tables_of(client: Client, *, personal: bool, audit: bool) -> list[Table]:
    """Return the tables; without `personal` those of persons' names are left out, without `audit` the log is."""
    made = [
        _plain("sites", Site.objects.filter(client=client), "uid name time_zone retired_at"),
        _plain("places", Place.objects.filter(site__client=client), "site__name name"),
        _plain("groups", DeviceGroup.objects.filter(client=client), "uid name"),
        _plain(
            "devices",
            Device.objects.filter(client=client),
            "uid name kind roles site__name place__name group__name state state_why retired_at made_at read_at marks",
        ),
        _plain(
            "accesses",
            Access.objects.filter(device__client=client),
            "uid device__uid device__name transport address port driver credential__name local_credential host_key"
            " certificate state reason text tried_at worked_at",
        ),
        _plain(
            "credentials",
            Credential.objects.filter(client=client),
            "uid name kind site__name version says account scope state entered_at expires_on proven_at",
        ),
        _plain("statements", InventoryStatement.objects.filter(client=client), "kind by said_at until withdrawn_at"),
        _plain(
            "proposals",
            DeviceProposal.objects.filter(client=client),
            "kind device__name other__name mark text made_at decided_at decision",
        ),
        _plain(
            "agents",
            Agent.objects.filter(site__client=client),
            "uid name site__name state version platform enrolled_at seen_at policy",
        ),
        _plain("agent_events", AgentEvent.objects.filter(site__client=client), "at site__name agent__name kind text"),
        _plain(
            "found", FoundDevice.objects.filter(site__client=client), "address ports sys_name sys_descr seen_at state"
        ),
        _plain(
            "scans",
            ScanJob.objects.filter(site__client=client),
            "uid kind device__name access__transport state made_at ended_at reason text",
        ),
        _plain(
            "visits", Visit.objects.filter(site__client=client), "site__name day begins note by made_at cancelled_at"
        ),
        _plain("blackouts", Blackout.objects.filter(client=client), "begins_at ends_at why by"),
        _plain("exceptions", PlanException.objects.filter(client=client), "plan__name why"),
        Table("readings", lambda: _readings(client, personal=personal)),
        Table("history", lambda: _history(client, personal=personal)),
        Table("verdicts", lambda: _verdicts(client, personal=personal)),
        _plain(
            "standards",
            ClientStandard.objects.filter(client=client),
            "standard verdict reason text yes no unknown not_applicable waived since evaluated_at",
        ),
        _plain(
            "verdict_changes",
            VerdictChange.objects.filter(client=client),
            "at device__name standard before after text",
        ),
        _plain("weeks", WeeklySummary.objects.filter(client=client), "week_on yes no unknown stale not_applicable"),
        _plain(
            "changes",
            FeedEntry.objects.filter(client=client, **({} if personal else {"personal": False})),
            "at device__name kind text before after",
        ),
    ]
    if audit:
        log = AuditEntry.objects.filter(client_uid=client.uid)
        made.append(_plain("audit", log, "at actor source action object_kind object_uid object_name details sha256"))
    return made


def zipped(client: Client, tables: Iterable[Table], *, personal: bool) -> Iterator[bytes]:
    """Yield the bytes of the zip as they are made; no more than a few rows are held at a time."""
    sink, tables = _Sink(), list(tables)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:  # type: ignore[call-overload]
        file.writestr("README.txt", _readme(client, tables, personal=personal))
        file.writestr("client.json", _json(_about(client)) + "\n")
        yield sink.taken()
        for table in tables:
            for name, lines in ((f"{table.name}.jsonl", _json_lines), (f"{table.name}.csv", _csv_lines)):
                with file.open(name, "w", force_zip64=True) as inside:
                    for chunk in lines(table):
                        inside.write(chunk)
                        yield sink.taken()
                yield sink.taken()
    yield sink.taken()


class _Sink:
    """Where the zip is written to; what came is taken away at once."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """There is nothing behind it to flush."""

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _plain(name: str, rows: QuerySet[Any], columns: str) -> Table:
    names = columns.split()

    def made() -> Iterator[Row]:
        for row in rows.order_by("pk").values(*names).iterator(ROWS_AT_ONCE):
            yield {column.replace("__", "_"): row[column] for column in names}

    return Table(name, made)


def _readings(client: Client, *, personal: bool) -> Iterator[Row]:
    rows = CurrentReadings.objects.filter(device__client=client).select_related("device").order_by("pk")
    for row in rows.iterator(ROWS_AT_ONCE):
        for (section, source), told in readings_of(row.packed).readings.items():
            if not personal and (section not in KINDS or KINDS[section].personal):
                continue
            for one in told:
                yield {
                    "device": row.device.name,
                    "device_uid": row.device.uid,
                    "section": section,
                    "source": source,
                    "read_at": one.read_at,
                    "value": _nameless(section, one.told.get("value"), personal=personal),
                    "gap": one.told.get("gap"),
                }


def _history(client: Client, *, personal: bool) -> Iterator[Row]:
    rows = SectionChange.objects.filter(device__client=client).select_related("device", "value").order_by("pk")
    shown = rows if personal else rows.filter(value__personal=False)
    for row in shown.iterator(ROWS_AT_ONCE):
        yield {
            "device": row.device.name,
            "device_uid": row.device.uid,
            "section": row.section,
            "source": row.source,
            "read_at": row.read_at,
            "value": json.loads(value_text(row.value)),
        }


def _verdicts(client: Client, *, personal: bool) -> Iterator[Row]:
    library = in_force().library
    rows = DeviceVerdicts.objects.filter(device__client=client).select_related("device").order_by("pk")
    for row in rows.iterator(ROWS_AT_ONCE):
        for name, kept in verdicts_of(row.packed).items():
            standard = library.by_id.get(name)
            sections = standard.sections if standard is not None else frozenset[str]()
            hidden = not personal and any(KINDS[one].personal for one in sections if one in KINDS)
            yield {
                "device": row.device.name,
                "device_uid": row.device.uid,
                "standard": name,
                "question": standard.question if standard is not None else "",
                "verdict": str(kept.word),
                "reason": str(kept.reason or ""),
                "evidence": [] if hidden else list(kept.evidence),
                "evaluated_at": row.evaluated_at,
            }


def _nameless(section: str, value: JsonValue, *, personal: bool) -> JsonValue:
    fields = frozenset[str]() if personal else personal_fields(section)
    if not fields:
        return value
    if isinstance(value, list):
        return [_nameless(section, one, personal=personal) for one in value]
    return {name: one for name, one in value.items() if name not in fields} if isinstance(value, dict) else value


def _json_lines(table: Table) -> Iterator[bytes]:
    for row in table.rows():
        yield (_json(row) + "\n").encode()


def _csv_lines(table: Table) -> Iterator[bytes]:
    columns: list[str] = []
    for row in table.rows():
        page = io.StringIO(newline="")
        writer = csv.writer(page)
        if not columns:
            columns = list(row)
            writer.writerow(columns)
            page.seek(0)
            yield ("\ufeff" + page.read()).encode()
            page = io.StringIO(newline="")
            writer = csv.writer(page)
        writer.writerow([_cell(value) for value in row.values()])
        yield page.getvalue().encode()


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    return safe_cell(value if isinstance(value, str) else _json(value).strip('"'))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_text)


def _text(value: object) -> str:
    iso = getattr(value, "isoformat", None)
    return str(iso()) if iso is not None else str(value)


def _about(client: Client) -> Row:
    return {
        "uid": client.uid,
        "name": client.name,
        "time_zone": client.time_zone,
        "tags": sorted(tag.name for tag in client.tags.all()),
        "state": client.state,
        "since": client.made_at,
        "left_at": client.left_at,
        "kept_until": client.retained_until,
    }


def _readme(client: Client, tables: Iterable[Table], *, personal: bool) -> str:
    named = "Tables: " + ", ".join(table.name for table in tables)
    says = (
        "Names of persons and accounts are in here: handle it accordingly."
        if personal
        else "Names of persons and accounts were left out: whoever took this may not see them."
    )
    at = timezone.now().isoformat(timespec="seconds")
    return README.format(name=client.name, at=at, tables=named, personal=says)
