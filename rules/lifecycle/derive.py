"""Fills in the facts that the lifecycle data knows: release days, support ends, and what newer release waits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from collectors.facts.gaps import Gap, GapReason
from collectors.facts.reading import Reading
from collectors.facts.scalars import Span
from collectors.facts.sections.patches import Patch
from collectors.facts.sections.system import Firmware, Os
from collectors.facts.sections.virtualization import Sql
from collectors.facts.sections.windows import Exchange
from collectors.facts.subject import Subject
from rules.lifecycle.age import too_old
from rules.lifecycle.catalogue import Catalogue
from rules.lifecycle.evidence import Evidence, Kind, hull, overlap
from rules.lifecycle.known import Question, listed
from rules.lifecycle.newer import newer_waiting
from rules.lifecycle.product_names import product_of
from rules.lifecycle.support import Support, supported


@dataclass
class Filled:
    """The fields of one section, and why others stay open."""

    values: dict[str, object] = field(default_factory=dict)
    open: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, value: object, why_not: str) -> None:
        """Keep a value, or why there is none."""
        if value is None:
            self.open[name] = why_not
        else:
            self.values[name] = value


def derive(subject: Subject, catalogue: Catalogue, at: date) -> Subject:
    """Return the subject with the lifecycle fields of firmware, os, patch, exchange and sql filled in.

    What a source told stays, except that a firmware's reported days are joined with the catalogue's: where they
    disagree the span reaches over both. A field that cannot be filled gets a gap that says why, unless it has one.
    The start of a support line is not filled in as a release day, as it dates the line and not the release.
    """
    readings = dict(subject.readings)
    gaps = dict(subject.gaps)
    for section, fill in _FILLS.items():
        for place, reading in enumerate(readings.get(section, ())):
            changed = fill(reading, subject, catalogue, at)
            if changed is None:
                continue
            readings[section] = _with(readings[section], place, _changed(reading, changed))
            for name, why in changed.open.items():
                gaps.setdefault(f"{section}.{name}", _gap(why))
            for name in changed.values:
                gaps.pop(f"{section}.{name}", None)
    if "sql" in readings:
        readings["sql"] = tuple(_sql(reading, catalogue, at) for reading in readings["sql"])
    return replace(subject, readings=readings, gaps=gaps)


def release_span(
    product: str, version: str | None, told: Span | None, catalogue: Catalogue, at: date
) -> tuple[Span | None, str]:
    """Return the span of a version's release day from what the device told and the catalogue lists, or None and why."""
    found, (_code, why) = listed(Question(product, version), at, catalogue)
    if told and told.earliest_on and told.earliest_on > at:
        return None, f"the day that was told, {told.earliest_on}, lies after {at}"
    pieces = [Evidence(told.kind, "", told.earliest_on, told.latest_on)] if told else []
    if too_old(product, at, catalogue):  # the earliest day would make a yes, the latest one proves a no
        found = [replace(piece, earliest_on=None) for piece in found if piece.latest_on]
    exact = [piece for piece in found if piece.kind == "catalogue"]
    pieces += exact if exact or (told and told.kind != "bound") else found
    pieces = [piece for piece in pieces if piece.earliest_on is None or piece.earliest_on <= at]
    if not pieces:
        return None, why
    earliest, latest = overlap(pieces) or hull(pieces)
    kind: Kind = next((piece.kind for piece in pieces if piece.kind != "bound"), "bound")
    return Span(earliest_on=earliest, latest_on=latest, kind=kind), ""


def _firmware(reading: Reading, _subject: Subject, catalogue: Catalogue, at: date) -> Filled | None:
    value = reading.value
    if not isinstance(value, Firmware) or not (value.product and value.version):
        return None
    row = product_of(value.product, catalogue)
    product = row.id if row else value.product
    filled = Filled()
    span, why = release_span(product, value.version, value.released, catalogue, at)
    filled.put("released", span, why)
    support = supported(product, value.version, at, catalogue)
    _put_support(filled, support, "cycle_supported_until_on", None)
    if support.cycle and " or " not in support.cycle:
        filled.values["cycle"] = support.cycle
    newer = newer_waiting(product, value.version, at, catalogue)
    filled.put("newer_waiting", newer.waiting, newer.reason)
    if newer.waiting:
        filled.values |= {"newer_release": newer.release, "newer_available_since_on": newer.available_since_on}
    if newer.as_of_on or support.as_of_on:
        filled.values["known_as_of_on"] = newer.as_of_on or support.as_of_on
    return filled


def _put_support(filled: Filled, support: Support, until: str, extended: str | None) -> None:
    """Fill in the end of support; one that still lies ahead only from a catalogue that is fresh enough to say so."""
    said = support.verdict != "unknown"
    filled.put(until, support.until_on if said else None, support.reason)
    if extended and said and support.extended_until_on:
        filled.values[extended] = support.extended_until_on


def _os_version(value: Os) -> str | None:
    if value.family == "windows":
        return f"{value.build}.{value.revision}" if value.build and value.revision is not None else value.build
    return value.version


def _os(reading: Reading, _subject: Subject, catalogue: Catalogue, at: date) -> Filled | None:
    value = reading.value
    if not isinstance(value, Os) or not value.product:
        return None
    row, version = product_of(value.product, catalogue), _os_version(value)
    filled = Filled()
    if row is None or not version:
        why = f"{value.product} is not in the product table" if row is None else "its version is not told"
        filled.put("supported_until_on", None, why)
        return filled
    support = supported(row.id, version, at, catalogue, edition=value.product)
    _put_support(filled, support, "supported_until_on", "extended_support_until_on")
    return filled


def _patch(reading: Reading, subject: Subject, catalogue: Catalogue, at: date) -> Filled | None:
    """Fill in the release day of a Windows build and revision, which the section os tells."""
    if not isinstance(reading.value, Patch):
        return None
    told = [other.value for other in subject.readings.get("os", ()) if isinstance(other.value, Os)]
    windows = next((os for os in told if os.family == "windows" and os.build and os.revision is not None), None)
    row = product_of(windows.product or "", catalogue) if windows else None
    if windows is None or row is None:
        return None
    filled = Filled()
    span, why = release_span(row.id, _os_version(windows), reading.value.level_released, catalogue, at)
    filled.put("level_released", span, why)
    return filled


def _exchange(reading: Reading, _subject: Subject, catalogue: Catalogue, at: date) -> Filled | None:
    value = reading.value
    if not isinstance(value, Exchange) or not value.build:
        return None
    filled = Filled()
    span, why = release_span("msexchange", value.build, value.level_released, catalogue, at)
    filled.put("level_released", span, why)
    newer = newer_waiting("msexchange", value.build, at, catalogue)
    filled.put("newer_waiting", newer.waiting, newer.reason)
    if newer.waiting:
        filled.values["newer_available_since_on"] = newer.available_since_on
    _put_support(filled, supported("msexchange", value.build, at, catalogue), "supported_until_on", None)
    return filled


def _sql(reading: Reading, catalogue: Catalogue, at: date) -> Reading:
    """Return the reading with the end of support of each instance."""
    if not isinstance(reading.value, tuple):
        return reading
    items, gaps = [], dict(reading.field_gaps)
    for item in reading.value:
        if isinstance(item, Sql) and item.version and item.supported_until_on is None:
            support = supported("mssqlserver", item.version, at, catalogue)
            if support.verdict != "unknown" and support.until_on:
                item = item.model_copy(update={"supported_until_on": support.until_on})
            else:
                gaps.setdefault(f"[{item.key}].supported_until_on", _gap(support.reason))
        items.append(item)
    return reading.model_copy(update={"value": tuple(items), "field_gaps": gaps})


_FILLS: Mapping[str, Callable[[Reading, Subject, Catalogue, date], Filled | None]] = {
    "firmware": _firmware,
    "os": _os,
    "patch": _patch,
    "exchange": _exchange,
}


def _changed(reading: Reading, filled: Filled) -> Reading:
    """Return the reading with the open fields filled in; days of release are joined, other told fields stay."""
    joined = {"released", "level_released"}
    values = {
        name: value
        for name, value in filled.values.items()
        if name in joined or getattr(reading.value, name, None) is None
    }
    gaps = {path: gap for path, gap in reading.field_gaps.items() if path not in filled.values}
    for name, why in filled.open.items():
        if getattr(reading.value, name, None) is None:
            gaps.setdefault(name, _gap(why))
    value = reading.value
    if value is None or isinstance(value, tuple):
        return reading
    cleared: dict[str, object] = dict.fromkeys(joined & filled.open.keys())
    return reading.model_copy(update={"value": value.model_copy(update={**cleared, **values}), "field_gaps": gaps})


def _with(readings: tuple[Reading, ...], place: int, reading: Reading) -> tuple[Reading, ...]:
    return (*readings[:place], reading, *readings[place + 1 :])


def _gap(why: str) -> Gap:
    return Gap(reason=GapReason.NOT_TOLD, text=f"is not known: {why}")
