"""Builds the subject of a case from facts as people write them: '20 GB', '24 hours ago', 'in 30 days', 'never'."""

import re
from datetime import UTC, date, datetime, timedelta

from pydantic import ValidationError

from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.paths import FactKind, FactType, UnknownFact, resolve
from collectors.facts.reading import Reading, Source, Value
from collectors.facts.subject import Subject
from collectors.facts.vocabulary import SECTIONS
from rules.problems import Refused
from rules.quantities import Months, Unit, months_from, quantity
from rules.yaml_texts import Map, Row

SOURCE = Source(transport="local", driver="case")
KEYS = {"facts", "gaps", "partial", "read", "earlier", "devices", "client", "site", "domain", "name", "kind"}

_WHEN = re.compile(r"(in )?([0-9]+(?:\.[0-9]+)? (?:second|minute|hour|day|week|month|year)s?)( ago)?")
_TRUTH = {"yes": True, "no": False}


def subject_of(written: Map, kind: str, at: datetime) -> Subject:
    """Return the subject; raises Refused with the line of what is not understood."""
    unknown = [key for key in written if key not in KEYS]
    if unknown:
        raise Refused(f"{unknown[0]!r} is no part of a case", written.line_of(unknown[0]))
    kind = str(written.get("kind", kind))
    facts = _facts(_map(written, "facts"), at)
    partial = [str(one) for one in _row(written, "partial")]
    partial += [name for name, value in _map(written, "facts").items() if isinstance(value, Map) and "partial" in value]
    read_at = {name: _moment(when, at) for name, when in _map(written, "read").items()}
    gaps = {path: _gap(words) for path, words in _map(written, "gaps").items()}
    readings = {name: (_reading(name, value, read_at.get(name, at), partial),) for name, value in facts.items()}
    devices: tuple[Subject, ...] = ()
    if "devices" in written:
        devices = tuple(subject_of(_one_map(one), "windows server", at) for one in _row(written, "devices"))
    if ("devices" not in written or "devices" in partial) and kind in {"client", "site"}:
        gaps["devices"] = Gap(reason=GapReason.NOT_ASKED, text="were not all listed")
    parents = {
        name: subject_of(_map(written, name), name, at) for name in ("client", "site", "domain") if name in written
    }
    return Subject(
        name=str(written.get("name", "this device")),
        kind=kind,
        readings=readings,
        gaps=gaps,
        earlier=_earlier(written, at),
        parents=parents,
        devices=devices,
    )


def _earlier(written: Map, at: datetime) -> dict[str, tuple[Reading, ...]]:
    found: dict[str, list[Reading]] = {}
    for one in _row(written, "earlier"):
        entry = _one_map(one)
        when = _moment(entry.get("when"), at)
        times = entry.get("times", 1)
        for name, value in _facts(_map(entry, "facts"), at).items():
            found.setdefault(name, []).extend(
                [_reading(name, value, when, [])] * (times if isinstance(times, int) else 1)
            )
    return {name: tuple(sorted(many, key=lambda r: r.read_at, reverse=True)) for name, many in found.items()}


def _reading(name: str, value: Value, read_at: datetime, partial: list[str]) -> Reading:
    complete = not any(path == name or path.startswith(f"{name}.") for path in partial)
    return Reading.model_construct(
        section=name, read_at=read_at, source=SOURCE, value=value, complete=complete, gap=None, field_gaps={}
    )


def _facts(written: Map, at: datetime) -> dict[str, Value]:
    plain = {}
    for name, value in written.items():
        if name not in SECTIONS:
            raise Refused(f"no such section of facts: {name!r}", written.line_of(name))
        plain[name] = _plain(resolve(name), value, at, written.line_of(name))
    try:
        model = Facts.model_validate(plain)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise Refused(f"{place}: {first['msg']}", written.line) from error
    return {name: getattr(model, name) for name in plain}


def _plain(fact: FactType, value: object, at: datetime, line: int) -> object:
    """Return a value as the vocabulary's model wants it."""
    if fact.kind is FactKind.OBJECTS:
        return [_object(fact, one, at, line) for one in _list(value, fact, line)]
    if fact.kind is FactKind.SECTION:
        return _object(fact, value, at, line)
    if fact.kind is FactKind.TEXTS:
        return [str(one) for one in _list(value, fact, line)]
    if fact.kind is FactKind.NUMBERS:
        return _list(value, fact, line)
    if fact.kind is FactKind.SPAN:
        ends = _one_map(value)
        return {k: _day(v, at, line) if k.endswith("_on") else v for k, v in ends.items()}
    if fact.kind is FactKind.BOOLEAN:
        if value not in _TRUTH:
            raise Refused(f"{fact.path} is yes or no, not {value!r}", line)
        return _TRUTH[str(value)]
    if fact.kind is FactKind.INSTANT:
        return value if value == "never" else _moment(value, at)
    if fact.kind is FactKind.DAY:
        return _day(value, at, line)
    if fact.kind is FactKind.NUMBER:
        return value if value == "unlimited" else _number(fact, value, line)
    return str(value)


def _object(fact: FactType, value: object, at: datetime, line: int) -> dict[str, object]:
    written = _one_map(value, line)
    plain: dict[str, object] = {}
    for name, inner in written.items():
        if name == "partial":
            if fact.kind is FactKind.OBJECTS:  # of a section it is told by its reading
                plain[name] = [str(one) for one in _list(inner, fact, line)]
            continue
        try:
            plain[name] = _plain(resolve(name, fact.path), inner, at, written.line_of(name))
        except UnknownFact as error:
            raise Refused(f"no such fact: {error}", written.line_of(name)) from error
    return plain


def _number(fact: FactType, value: object, line: int) -> object:
    if not isinstance(value, str | int | float):
        raise Refused(f"{fact.path} is a number, not {value!r}", line)
    try:
        found = quantity(value)
    except ValueError as error:
        raise Refused(f"{fact.path}: {error}", line) from error
    wanted = Unit(fact.unit) if fact.unit is not None else Unit.COUNT
    if found.unit is not wanted or isinstance(found.amount, Months):
        raise Refused(f"{fact.path} is in {wanted}, not {value!r}", line)
    whole = fact.unit in {"bytes", "bps"} and not float(found.amount).is_integer()
    return round(found.amount) if whole else found.amount


def _moment(value: object, at: datetime) -> datetime:
    match = _WHEN.fullmatch(str(value))
    if match is None:
        return _written_moment(str(value))
    length = quantity(_plural(match[2])).amount
    back = -1 if match[3] else 1
    if isinstance(length, Months):
        return datetime.combine(months_from(at.date(), back * length.count), at.timetz())
    return at + back * timedelta(seconds=length)


def _written_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"{text!r} is no moment: '3 days ago', 'in 30 days' or '2026-05-31T12:00:00Z'") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _day(value: object, at: datetime, line: int) -> date:
    if _WHEN.fullmatch(str(value)):
        return _moment(value, at).date()
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise Refused(f"{value!r} is no day", line) from error


def _plural(text: str) -> str:
    return text if text.endswith("s") else f"{text}s"


def _gap(words: object) -> Gap:
    if isinstance(words, Map):
        try:
            return Gap.model_validate(dict(words))
        except ValidationError as error:
            raise Refused("a gap is its words, or {reason, text}", words.line) from error
    return Gap(reason=GapReason.NOT_TOLD, text=str(words))


def _map(written: Map, key: str) -> Map:
    return _one_map(written[key], written.line_of(key)) if key in written else Map(written.line)


def _one_map(value: object, line: int = 0) -> Map:
    if not isinstance(value, Map):
        raise Refused(f"a map is wanted, not {value!r}", line)
    return value


def _row(written: Map, key: str) -> Row:
    value = written.get(key, Row(written.line))
    if not isinstance(value, Row):
        raise Refused(f"{key} is a list", written.line_of(key))
    return value


def _list(value: object, fact: FactType, line: int) -> list[object]:
    if not isinstance(value, Row):
        raise Refused(f"{fact.path} is a list, not {value!r}", line)
    return list(value)
