"""A device's facts as a page shows them: by section, each value in words, its age, its source, and the gaps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from django.utils.translation import gettext_lazy as _

from collectors.facts import words
from collectors.facts.gaps import WHOLE_DEVICE, Gap, GapReason
from collectors.facts.merge import combine
from collectors.facts.model import Fact, Item
from collectors.facts.subject import Subject
from collectors.facts.vocabulary import FRESH_FOR, KINDS, SECTIONS, is_personal
from server.clients.words import transport_word

ITEMS_SHOWN: Final = 60
"""Objects of one list on the page; the download holds all."""
WHO_ACTS: Final = {
    GapReason.UNREACHABLE: _("the network"),
    GapReason.ACCESS_DENIED: _("whoever keeps the account"),
    GapReason.CREDENTIAL_ON_HOLD: _("Centralized Services"),
    GapReason.UNSUPPORTED: _("nobody: look on site"),
    GapReason.UNEXPECTED_REPLY: _("us: send a recording"),
    GapReason.IDENTITY_CHANGED: _("Centralized Services"),
    GapReason.NOT_TOLD: _("nobody: look on site"),
    GapReason.SENTINEL: _("nobody: look on site"),
    GapReason.NOT_ASKED: _("Centralized Services: add an access"),
}


@dataclass(frozen=True)
class FactRow:
    """One fact: its path in the vocabulary, its name and value in words, and the standards that read it."""

    path: str
    name: str
    value: str


@dataclass(frozen=True)
class ItemRow:
    """One object of a list, in a line."""

    key: str
    text: str


@dataclass(frozen=True)
class SectionShown:
    """A section: facts, or the objects of a list."""

    name: str
    title: str
    read_at: datetime
    stale: bool
    sources: str
    complete: bool
    facts: tuple[FactRow, ...] = ()
    items: tuple[ItemRow, ...] = ()
    items_count: int = 0
    not_reread: str = ""
    """Why a newer scan could not read it again."""
    disagreements: tuple[str, ...] = ()
    personal: bool = False


@dataclass(frozen=True)
class GapRow:
    """Why something is not known, and all that is not known for this reason."""

    what: tuple[str, ...]
    reason: str
    text: str
    who: str


def sections_shown(subject: Subject, at: datetime, zone: tzinfo, *, personal: bool) -> tuple[SectionShown, ...]:
    """Return the sections that hold anything, in the vocabulary's order; personal ones only for who may see them."""
    shown = []
    for name in SECTIONS:
        readings = subject.readings.get(name, ())
        if not any(reading.value is not None for reading in readings):
            continue
        kind = KINDS[name]
        if kind.personal and not personal:
            continue
        combined = combine(readings)
        sources = dict.fromkeys(f"{transport_word(one.source.transport)} ({one.source.driver})" for one in readings)
        gap = subject.not_reread.get(name)
        value = combined.value
        shown.append(
            SectionShown(
                name=name,
                title=words.noun(name),
                read_at=combined.read_at,
                stale=at - combined.read_at > FRESH_FOR[kind.freshness],
                sources=", ".join(sources),
                complete=combined.complete,
                facts=_facts(name, value, at, zone, personal) if isinstance(value, Fact) else (),
                items=() if isinstance(value, Fact) else _items(name, value, at, zone, personal),
                items_count=0 if isinstance(value, Fact) else len(value),
                not_reread="" if gap is None else gap.text,
                disagreements=combined.disagreements,
                personal=kind.personal,
            )
        )
    return tuple(shown)


def gaps_shown(gaps: Mapping[str, Gap]) -> tuple[GapRow, ...]:
    """Return what is missing, one row for each cause: the whole device first, what nobody asked for last."""
    by_cause: dict[Gap, list[str]] = {}
    for path, gap in sorted(gaps.items(), key=lambda one: (one[0] != WHOLE_DEVICE, one[0])):
        by_cause.setdefault(gap, []).append(_what(path))
    ordered = sorted(by_cause.items(), key=lambda one: one[0].reason == GapReason.NOT_ASKED)
    return tuple(GapRow(tuple(paths), str(gap.reason), gap.text, str(WHO_ACTS[gap.reason])) for gap, paths in ordered)


def _what(path: str) -> str:
    return str(_("the whole device")) if path == WHOLE_DEVICE else path


def _facts(path: str, owner: Fact, at: datetime, zone: tzinfo, personal: bool) -> tuple[FactRow, ...]:
    told = []
    for name in type(owner).model_fields:
        value = getattr(owner, name)
        if value is not None and name != "partial":
            where = f"{path}.{name}"
            if is_personal(where) and not personal:
                continue
            told.append(FactRow(where, words.noun(where), words.say(where, value, at=at, zone=zone)))
    return tuple(told)


def _items(path: str, value: Iterable[Item | str], at: datetime, zone: tzinfo, personal: bool) -> tuple[ItemRow, ...]:
    rows = []
    for one in list(value)[:ITEMS_SHOWN]:
        if isinstance(one, str):
            rows.append(ItemRow(one, ""))
            continue
        told = [fact for fact in _facts(path, one, at, zone, personal) if not fact.path.endswith(f".{one.KEY}")]
        rows.append(ItemRow(one.key, "; ".join(f"{fact.name} {fact.value}" for fact in told)))
    return tuple(rows)
