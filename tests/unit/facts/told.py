"""What devices may tell, generated from the vocabulary itself: values, readings and snapshots for property tests."""

from datetime import UTC, date, datetime, timedelta
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from collectors.facts.entries import value_from_json
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.marks import Marks
from collectors.facts.model import Item
from collectors.facts.paths import FactKind, FactType, fields_of, resolve
from collectors.facts.reading import Device, Reading, Snapshot, Source, TransportName, Value
from collectors.facts.vocabulary import SECTIONS

START = datetime(2026, 11, 1, tzinfo=UTC)
TRANSPORTS: tuple[TransportName, ...] = ("snmp", "ssh", "winrm", "nut", "local")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
keys = st.sampled_from(["C:", "wan1", "wan2", "a.b", "x[1]", "Ä", "ä", "10"])
instants = st.integers(-(10**8), 10**7).map(lambda seconds: START + timedelta(seconds=seconds))
moments = st.integers(0, 20).map(lambda minutes: START.replace(hour=minutes // 3, minute=minutes % 3 * 20))
gaps = st.builds(Gap, reason=st.sampled_from(GapReason), text=texts)
marks = st.builds(Marks, serial=st.none() | st.sampled_from(["FGT60F0001", "fgt60f0001 ", "0000", "CAT2960"]))


def json_value(here: FactType) -> SearchStrategy[object]:
    """Return values of a fact as JSON."""
    day = st.dates(date(2000, 1, 1), date(2030, 1, 1)).map(date.isoformat)
    kinds: dict[FactKind, SearchStrategy[object]] = {
        FactKind.INSTANT: instants.map(datetime.isoformat) | st.just("never"),
        FactKind.DAY: day,
        FactKind.SPAN: day.map(lambda text: {"earliest_on": text, "latest_on": text, "kind": "catalogue"}),
        FactKind.VERSION: texts,
        FactKind.WORD: st.sampled_from(here.words or ("",)),
        FactKind.TEXT: texts,
        FactKind.BOOLEAN: st.booleans(),
        FactKind.TEXTS: st.lists(st.sampled_from(here.words) if here.words else texts, max_size=3),
        FactKind.NUMBERS: st.lists(st.integers(0, 65_535), max_size=3),
        FactKind.NUMBER: st.integers(-1, 2**40) | (st.just("unlimited") if here.unlimited else st.nothing()),
    }
    if here.kind is FactKind.OBJECTS:
        return st.lists(json_object(here), max_size=3, unique_by=lambda told: str(told[key_of(here)]))
    return json_object(here) if here.kind is FactKind.SECTION else kinds[here.kind]


def json_object(here: FactType) -> SearchStrategy[dict[str, object]]:
    """Return values of a section or of an object of a list as JSON, each field stated or not."""
    fields = {name: resolve(name, within=here.path) for name in fields_of(here.path)}
    told = {name: json_value(field) for name, field in fields.items() if not field.derived}
    key = key_of(here)
    own = told.pop(key, None)
    required = {} if own is None else {key: keys if fields[key].kind is FactKind.TEXT else own}
    return st.fixed_dictionaries(required, optional=told)


def key_of(here: FactType) -> str:
    """Return the name of the field that holds the key of an object, '' for a section."""
    return here.model.KEY if here.model is not None and issubclass(here.model, Item) else ""


@cache
def values(section: str) -> SearchStrategy[Value]:
    """Return values of a section."""
    return json_value(resolve(section)).map(lambda told: value_from_json(section, told))  # type: ignore[arg-type]


@st.composite
def readings(draw: st.DrawFn, section: str, at: datetime, source: Source) -> Reading:
    """Return a reading of a section: a value with gaps inside it, or the gap in its place."""
    if draw(st.booleans()):
        inner = draw(st.dictionaries(st.sampled_from(field_paths(section)), gaps, max_size=2))
        value = draw(values(section))
        return Reading(
            section=section, read_at=at, source=source, value=value, complete=draw(st.booleans()), field_gaps=inner
        )
    return Reading(section=section, read_at=at, source=source, gap=draw(gaps))


def field_paths(section: str) -> list[str]:
    """Return paths inside a section at which a gap may stand."""
    here = resolve(section)
    if here.kind is FactKind.SECTION:
        return list(fields_of(section))
    return ["[C:]", *(f"[C:].{name}" for name in fields_of(section))]


@st.composite
def snapshots(draw: st.DrawFn, sections: tuple[str, ...] = SECTIONS) -> Snapshot:
    """Return a snapshot of one access at one time."""
    transport = draw(st.sampled_from(TRANSPORTS))
    source = Source(transport=transport, driver=draw(st.sampled_from(["one", "other"])))
    at = draw(moments)
    chosen = draw(st.lists(st.sampled_from(sections), max_size=3, unique=True))
    told = [draw(readings(section, at, source)) for section in SECTIONS if section in chosen]
    device = Device(name="d1", device_class=draw(st.none() | st.just("ups")), address="192.0.2.1", transport=transport)
    problem = draw(st.none() | gaps) if not told else None
    return Snapshot(observed_at=at, device=device, readings=tuple(told), marks=draw(marks), problem=problem)
