"""What PowerShell shows of objects: 'name : value' lists, tables with a line of dashes, or JSON."""

import re
from datetime import UTC, datetime, timedelta, timezone
from itertools import takewhile

from collectors.errors import UnexpectedReply
from collectors.facts.json_text import JsonError, read_json
from collectors.replies import JsonValue

Record = dict[str, JsonValue]

_ENTRY = re.compile(r"([A-Za-z_][\w.]*)\s*:(?: (.*))?$")
_DASHES = re.compile(r"-+(?: +-+)*\s*$")
_DMTF = re.compile(r"(\d{14})\.\d{6}([+-])(\d{3})$")
_TICKS = re.compile(r"\\?/Date\((-?\d{1,15})\)\\?/$")


def records(text: str) -> list[Record]:
    """Return the objects in an output; raises UnexpectedReply when it holds none."""
    stripped = text.strip().lstrip("\ufeff")
    found = _of_json(stripped) if stripped.startswith(("{", "[")) else _of_list(text) or _of_table(text)
    if not found:
        raise UnexpectedReply("is no list, table or JSON of objects")
    return found


def only_record(text: str) -> Record:
    """Return the one object in an output; raises UnexpectedReply for several: it is not certain which one is meant."""
    found = records(text)
    if len(found) != 1:
        raise UnexpectedReply("is not certain: several such objects are told")
    return found[0]


def _of_json(text: str) -> list[Record]:
    try:
        document = read_json(text.encode("utf-8"))
    except JsonError as error:
        raise UnexpectedReply(f"could not be read: {error}") from error
    rows = document if isinstance(document, list) else [document]
    return [row for row in rows if isinstance(row, dict)]


def _of_list(text: str) -> list[Record]:
    """Return the objects of a list: an empty line, or a name for the second time, begins the next one."""
    found: list[Record] = []
    current: Record = {}
    last = None
    for line in [*text.splitlines(), ""]:
        entry = _ENTRY.match(line)
        if not line.strip() or (entry and entry[1] in current):
            if current:
                found.append(current)
            current, last = {}, None
        if entry:
            last = entry[1]
            current[last] = (entry[2] or "").strip()
        elif line.startswith(" ") and last is not None and line.strip():
            current[last] = f"{current[last]}{line.strip()}"
    return found


def _of_table(text: str) -> list[Record]:
    """Return the objects of a table: the dashes under the header say where each column begins."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if number and "-" in line and _DASHES.match(line):
            starts = [match.start() for match in re.finditer(r"-+", line)]
            names = _cells(lines[number - 1], starts)
            rows = list(takewhile(str.strip, lines[number + 1 :]))
            if not all(_fits(row, starts) for row in rows):
                raise UnexpectedReply("holds a row that does not keep to the table's columns")
            if all(names):
                return [dict(zip(names, _cells(row, starts), strict=True)) for row in rows]
    return []


def _cells(line: str, starts: list[int]) -> list[str]:
    ends = [*starts[1:], None]
    return [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _fits(row: str, starts: list[int]) -> bool:
    """Return whether a row keeps to the columns: before each column stands a space."""
    return all(start == 0 or len(row) < start or row[start - 1] == " " for start in starts)


def shown(record: Record, name: str) -> str | None:
    """Return a property as text, None when it is missing or empty; raises UnexpectedReply for an object or list."""
    value = record.get(name)
    if isinstance(value, dict | list):
        raise UnexpectedReply(f"is told as an object in {name}")
    text = "" if value is None else str(value).strip()
    return text or None


def number(record: Record, name: str) -> int | None:
    """Return a property as a whole number, None when missing; raises UnexpectedReply for anything else."""
    text = shown(record, name)
    if text is None:
        return None
    if len(text) > 20 or not re.fullmatch(r"-?[0-9]+", text):
        raise UnexpectedReply(f"is told as {text!r:.40}, which is no number")
    return int(text)


def yes(record: Record, name: str) -> bool | None:
    """Return a property as yes or no (PowerShell writes True and False in every language), None when missing."""
    text = shown(record, name)
    if text is None:
        return None
    if text in {"True", "False"}:
        return text == "True"
    raise UnexpectedReply(f"is told as {text!r:.40}, neither True nor False")


def moment_of(record: Record, name: str) -> datetime | None:
    """Return a moment from ISO 8601 with a zone, a CIM datetime (minutes from UTC) or '/Date(milliseconds)/'.

    None when it is missing, or written in local time: that is no moment. Raises UnexpectedReply for an impossible one.
    """
    value = record.get(name)
    text = shown(value, "value") or shown(value, "DateTime") if isinstance(value, dict) else shown(record, name)
    if text is None:
        return None
    try:
        if found := _TICKS.match(text):
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(found[1]))
        if found := _DMTF.match(text):
            ahead = timedelta(minutes=int(found[3]))
            zone = timezone(ahead if found[2] == "+" else -ahead)
            return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnexpectedReply(f"is told as {text!r:.40}, which is no moment") from error
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None
