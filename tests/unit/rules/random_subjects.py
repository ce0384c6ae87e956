"""Random subjects over the sections that a standard reads, and the same subject knowing one thing less."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from collectors.facts.gaps import Gap, GapReason
from collectors.facts.model import Fact, Item
from collectors.facts.paths import FactKind, FactType, fields_of, resolve
from collectors.facts.reading import Reading, Source, Value
from collectors.facts.scalars import Span
from collectors.facts.subject import Subject
from rules.standard import Standard

AT = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
SOURCE = Source(transport="local", driver="random")
OTHER = Source(transport="snmp", driver="other")
TEXTS = (
    "x", "public", "system", "Support 24x7", "ips", "hyper-v", "SW1", "radius1", "log.example", "any", "10.0.0.1",
    "1.2.3.0/24", "v3", "v2c", "Debian", "Windows Server 2022", "phone 7", "elsewhere",
)  # fmt: skip
NUMBERS = (0, 1, 2, 3, 10, 20, 100, 300, 600, 3600, 86400 * 90, 100 << 30, 20 << 30, 3 << 40, -5)
FLOATS = (0.0, 0.1, 5.0, 10.0, 20.0, 50.0, 99.9, 100.0, 230.0, 1e308)
DAYS_OFF = (-4000, -400, -366, -365, -91, -61, -31, -30, -8, -7, -3, -1, 0, 1, 29, 30, 31, 61, 62, 200)
T = TypeVar("T", bound=Fact)


def subject_for(standard: Standard, rng: random.Random, at: datetime = AT) -> Subject:
    """Return a random subject of the standard's kind."""
    names = sorted(standard.reads)
    own = _one(names, rng.choice(standard.kinds), rng, at)
    devices: tuple[Subject, ...] = ()
    if standard.kinds[0] in {"client", "site"}:
        devices = tuple(_one(names, "windows server", rng, at, f"d{n}") for n in range(rng.randint(0, 4)))
    parents = {} if rng.random() < 0.1 else {"client": _one(names, "client", rng, at)}
    return replace(own, devices=devices, parents=parents)


def told_by_two(subject: Subject, rng: random.Random) -> Subject:
    """Return the subject with a second source for each section, which mostly differs from the first."""
    readings = {
        name: (*told, reading(name, rng, told[0].read_at + timedelta(hours=rng.randint(-80, 1)), OTHER))
        for name, told in subject.readings.items()
    }
    return replace(subject, readings=readings)


def _one(names: list[str], kind: str, rng: random.Random, at: datetime, name: str = "it") -> Subject:
    readings = {n: (reading(n, rng, at - timedelta(seconds=_age_s(rng))),) for n in names if rng.random() < 0.9}
    earlier = {
        n: tuple(reading(n, rng, now[0].read_at - timedelta(hours=hours)) for hours in (2, 20, 25, 30, 150))
        for n, now in readings.items()
    }
    gaps = {"devices": Gap(reason=GapReason.NOT_ASKED, text="were not listed")} if rng.random() < 0.1 else {}
    return Subject(name=name, kind=kind, readings=readings, earlier=earlier, gaps=gaps)


def _age_s(rng: random.Random) -> int:
    return rng.choice((0, 60, 3600, 86400, 2 * 86400, 3 * 86400 - 30, 15 * 86400, 34 * 86400, 50 * 86400, -7200))


def reading(section: str, rng: random.Random, read_at: datetime, source: Source = SOURCE) -> Reading:
    """Return a random reading of a section."""
    value: Value = _value(resolve(section), rng, 0)  # type: ignore[assignment]
    return Reading.model_construct(
        section=section,
        read_at=read_at,
        source=source,
        value=value,
        complete=rng.random() > 0.08,
        gap=None,
        field_gaps={},
    )


def _value(fact: FactType, rng: random.Random, depth: int) -> object:
    if fact.kind is FactKind.OBJECTS:
        many = (_object(fact, rng, depth) for _ in range(rng.randint(0, 3)))
        return tuple(many)
    if fact.kind is FactKind.SECTION:
        return _object(fact, rng, depth)
    if fact.kind is FactKind.TEXTS:
        texts = fact.words or TEXTS
        return tuple(rng.choice(texts) for _ in range(rng.randint(0, 3)))
    if fact.kind is FactKind.NUMBERS:
        return tuple(rng.choice((22, 80, 443, 3389)) for _ in range(rng.randint(0, 3)))
    return _scalar(fact, rng)


def _scalar(fact: FactType, rng: random.Random) -> object:
    if fact.never and rng.random() < 0.1:
        return "never"
    if fact.unlimited and rng.random() < 0.2:
        return "unlimited"
    match fact.kind:
        case FactKind.BOOLEAN:
            return rng.random() < 0.5
        case FactKind.WORD:
            return rng.choice(fact.words)
        case FactKind.NUMBER:
            if fact.unit in {"percent", "celsius", "volts"}:
                return rng.choice(FLOATS)
            beyond_measure = rng.random() < 0.03 and fact.unit in {"bytes", "count"}
            return 10**400 if beyond_measure else rng.choice(NUMBERS)
        case FactKind.VERSION:
            return rng.choice(("2.0", "1.2", "10", "16.0b", "9.12(2)"))
        case FactKind.INSTANT:
            odd = (datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC))
            moment = AT + timedelta(days=rng.choice(DAYS_OFF), seconds=rng.randint(-4000, 4000))
            return rng.choice(odd) if rng.random() < 0.03 else moment
        case FactKind.DAY:
            return _day(rng)
        case FactKind.SPAN:
            ends = sorted((_day(rng), _day(rng)))
            return Span(
                earliest_on=ends[0] if rng.random() < 0.85 else None, latest_on=ends[1] if rng.random() < 0.85 else None
            )
        case _:
            return rng.choice(TEXTS)


def _day(rng: random.Random) -> date:
    if rng.random() < 0.03:
        return rng.choice((date.min, date.max))
    return AT.date() + timedelta(days=rng.choice(DAYS_OFF) + rng.randint(-1, 1))


def _object(fact: FactType, rng: random.Random, depth: int) -> Fact:
    model = fact.model
    assert model is not None
    key = model.KEY if issubclass(model, Item) else ""
    values: dict[str, object] = {}
    lists = []
    for name in fields_of(fact.path):
        inner = resolve(name, fact.path)
        if inner.derived:
            continue
        if name != key and rng.random() < 0.12:
            values[name] = None
            continue
        values[name] = _value(inner, rng, depth + 1)
        if inner.kind in {FactKind.OBJECTS, FactKind.TEXTS}:
            lists.append(name)
    if key and lists and rng.random() < 0.08:
        values["partial"] = (rng.choice(lists),)
    elif key:
        values["partial"] = ()
    return model.model_construct(_fields_set=set(values), **values)


def with_less(subject: Subject, rng: random.Random) -> Subject:
    """Return the subject knowing one thing less: a section, field, device, or object (its list then partly read)."""
    if subject.devices and rng.random() < 0.7:
        place = rng.randrange(len(subject.devices))
        devices = list(subject.devices)
        if rng.random() < 0.3:
            del devices[place]
            gaps = {**subject.gaps, "devices": Gap(reason=GapReason.NOT_ASKED, text="were not all listed")}
            return replace(subject, devices=tuple(devices), gaps=gaps)
        devices[place] = with_less(devices[place], rng)
        return replace(subject, devices=tuple(devices))
    client = subject.parents.get("client")
    if client is not None and rng.random() < 0.2:
        return replace(subject, parents={**subject.parents, "client": with_less(client, rng)})
    if not subject.readings:
        return subject
    name = rng.choice(sorted(subject.readings))
    readings = dict(subject.readings)
    if rng.random() < 0.15:
        del readings[name]
    else:
        readings[name] = tuple(_reading_with_less(one, rng) for one in readings[name])
    return replace(subject, readings=readings)


def _reading_with_less(one: Reading, rng: random.Random) -> Reading:
    value = one.value
    if not isinstance(value, tuple):
        assert value is not None
        return one.model_copy(update={"value": less(value, rng)})
    if not value or rng.random() < 0.2:
        return one.model_copy(update={"complete": False})
    place = rng.randrange(len(value))
    item = value[place]
    if isinstance(item, str) or rng.random() < 0.4:
        return one.model_copy(update={"value": (*value[:place], *value[place + 1 :]), "complete": False})
    return one.model_copy(update={"value": (*value[:place], less(item, rng), *value[place + 1 :])})


def less(known: T, rng: random.Random) -> T:
    """Return a section or an object without one of its facts."""
    key = known.KEY if isinstance(known, Item) else ""
    names = [n for n in type(known).model_fields if n not in {key, "partial"} and getattr(known, n) is not None]
    if not names:
        return known
    name = rng.choice(sorted(names))
    value = getattr(known, name)
    if isinstance(known, Item) and isinstance(value, tuple) and value and rng.random() < 0.6:
        place = rng.randrange(len(value))
        rest = (*value[:place], *value[place + 1 :])
        if isinstance(value[place], Item) and rng.random() < 0.5:
            return known.model_copy(update={name: (*value[:place], less(value[place], rng), *value[place + 1 :])})
        return known.model_copy(update={name: rest, "partial": (*known.partial, name)})
    return known.model_copy(update={name: None})
