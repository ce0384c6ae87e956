"""Rolls the verdicts of many subjects up to one answer for the client (design decision 9)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from itertools import groupby

from collectors.facts.subject import Subject
from rules.evaluate import instant_of
from rules.quantities import days_from, months_from
from rules.rollup_words import Counts, told
from rules.standard import Standard
from rules.verdict import REASONS, Reason, Verdict, Word
from rules.view import Clock, clock_at

LONGEST_MONTHS = 12  # an inventory statement is said again every year


@dataclass(frozen=True)
class Statement:
    """An inventory statement: a person says that the client has none of a kind, until that day (included)."""

    kind: str
    by: str
    until: date

    def covers(self, kind: str) -> bool:
        """Return whether it speaks of this kind: 'linux_server' and 'Linux server' are one."""
        return _plain(self.kind) == _plain(kind)


@dataclass(frozen=True)
class Waiver:
    """A client accepts that a device is not aligned, until that day (included)."""

    standard: str
    device: str
    by: str
    until: date


@dataclass(frozen=True)
class Judged:
    """A subject with its verdict."""

    subject: Subject
    verdict: Verdict
    leaning: Word | None = None
    """What the rule of an assisted standard leans to; it never counts."""


@dataclass(frozen=True)
class RolledUp:
    """What a standard says of the client."""

    word: Word
    reason: Reason | None
    text: str
    valid_until: datetime | None
    counts: Counts


def roll_up(
    standard: Standard,
    judged: Sequence[Judged],
    at: datetime,
    statements: Sequence[Statement] = (),
    waivers: Sequence[Waiver] = (),
    zone: tzinfo = UTC,
) -> RolledUp:
    """Return no if any that counts is no, else unknown, else yes; with `holds_for: any` yes comes first."""
    clock = clock_at(at, zone)
    in_use = [one for one in judged if not one.subject.retired]
    waived = {one.subject.name for one in in_use if _waiver(standard, one, waivers, clock) is not None}
    left = [one for one in in_use if one.subject.name not in waived and one.verdict.word is not Word.NOT_APPLICABLE]
    ends = [one.verdict.valid_until for one in in_use if one.subject.name not in waived]
    ends += [_day_after(w.until, clock) for w in waivers if w.standard == standard.id and w.until >= clock.today]
    counts = _counted(standard, left, in_use, len(waived), len(judged) - len(in_use))
    if left:
        word = _over_scopes(standard, left)
        reason = _first_reason(left) if word is Word.UNKNOWN else None
        return RolledUp(word, reason, told(standard, word, left, counts), _earliest(ends), counts)
    if in_use and not waived:
        text = f"does not apply to any of {len(in_use)}" if len(in_use) > 1 else in_use[0].verdict.evidence[0]
        return RolledUp(Word.NOT_APPLICABLE, None, text, _earliest(ends), counts)
    says, changes = _stated(standard, statements, clock)
    ends += changes
    if says and not in_use:
        return RolledUp(Word.NOT_APPLICABLE, None, says, _earliest(ends), counts)
    kinds = " or ".join(standard.kinds)
    text = f"no {kinds} is left to ask: {len(waived)} waived" if waived else f"no {kinds} is known at this client"
    return RolledUp(Word.UNKNOWN, Reason.NO_DEVICE, text, _earliest(ends), counts)


def together(words: Iterable[Word], *, any_is_enough: bool) -> Word:
    """Return the answer of several: no, else unknown, else yes; mirrored where any one is enough."""
    said = set(words) - {Word.NOT_APPLICABLE}
    order = (Word.YES, Word.UNKNOWN, Word.NO) if any_is_enough else (Word.NO, Word.UNKNOWN, Word.YES)
    return next((word for word in order if word in said), Word.NOT_APPLICABLE)


def _over_scopes(standard: Standard, left: Sequence[Judged]) -> Word:
    """Return the answer over all: `holds_for` is asked within each scope, and every scope must hold."""
    any_is_enough = standard.holds_for == "any"
    scope: Callable[[Judged], str] = {"group": _unit, "site": _site}.get(standard.over, lambda _one: "")
    words = []
    for _, members in groupby(sorted(left, key=scope), key=scope):
        units = _units(members, any_is_enough=any_is_enough)
        words.append(together(units.values(), any_is_enough=any_is_enough))
    return together(words, any_is_enough=False)


def _units(judged: Iterable[Judged], *, any_is_enough: bool) -> dict[str, Word]:
    """Return one answer per device, and one per group of devices."""
    said: dict[str, list[Word]] = {}
    for one in judged:
        said.setdefault(_unit(one), []).append(one.verdict.word)
    return {name: together(words, any_is_enough=any_is_enough) for name, words in said.items()}


def _unit(one: Judged) -> str:
    return f"group {one.subject.group}" if one.subject.group else f"device {one.subject.name}"


def _site(one: Judged) -> str:
    site = one.subject.parents.get("site")
    return "" if site is None else site.name


def _counted(
    standard: Standard, left: Sequence[Judged], in_use: Sequence[Judged], waived_count: int, retired_count: int
) -> Counts:
    words = list(_units(left, any_is_enough=standard.holds_for == "any").values())
    not_applicable = len(in_use) - len(left) - waived_count
    return Counts(
        words.count(Word.YES),
        words.count(Word.NO),
        words.count(Word.UNKNOWN),
        not_applicable,
        waived_count,
        retired_count,
    )


def _waiver(standard: Standard, one: Judged, waivers: Sequence[Waiver], clock: Clock) -> Waiver | None:
    for waiver in waivers:
        if waiver.standard == standard.id and waiver.device == one.subject.name and waiver.until >= clock.today:
            return waiver
    return None


def _stated(
    standard: Standard, statements: Sequence[Statement], clock: Clock
) -> tuple[str, tuple[datetime | None, ...]]:
    """Return the statements that prove the absence of every kind asked, in words, and when they begin or cease to."""
    latest = months_from(clock.today, LONGEST_MONTHS)
    used: list[Statement] = []
    changes: list[datetime | None] = []
    for kind in standard.kinds:
        own = [one for one in statements if one.covers(kind) and one.until >= clock.today]
        changes += [_day_after(one.until, clock) for one in own]
        changes += [_begins(one.until, clock) for one in own if one.until > latest]
        sound = [one for one in own if one.until <= latest]
        if not sound:
            return "", tuple(changes)
        used.append(max(sound, key=lambda one: one.until))
    return "; ".join(f"there is no {one.kind}, says {one.by}, until {one.until}" for one in used), tuple(changes)


def _begins(until: date, clock: Clock) -> datetime | None:
    """Return when a statement that runs too long begins to count: twelve months before its end."""
    day = months_from(until, -LONGEST_MONTHS)
    while months_from(day, LONGEST_MONTHS) < until:
        day = days_from(day, 1)
    return instant_of(clock.begins_s(day))


def _day_after(day: date, clock: Clock) -> datetime | None:
    return instant_of(clock.begins_s(days_from(day, 1)))


def _earliest(ends: Iterable[datetime | None]) -> datetime | None:
    known = [end for end in ends if end is not None]
    return min(known, default=None)


def _first_reason(left: Sequence[Judged]) -> Reason:
    found = {one.verdict.reason for one in left}
    return next((reason for reason in REASONS if reason in found), Reason.GAP)


def _plain(kind: str) -> str:
    return kind.casefold().replace("_", " ").replace("-", " ").strip()
