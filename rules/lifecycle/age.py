"""The AGE question: is the installed firmware's release day within so many months of a given day?"""

from dataclasses import dataclass, replace
from datetime import date

from rules.lifecycle import freshness
from rules.lifecycle.catalogue import Catalogue
from rules.lifecycle.evidence import BUILD_TO_RELEASE_DAYS, Evidence, Kind, Verdict, hull, overlap
from rules.lifecycle.known import Question, ReasonCode, line_start, listed, told

_CODES: dict[Kind, ReasonCode] = {
    "reported": "REPORTED_DATE",
    "person": "HUMAN_DATE",
    "catalogue": "CATALOGUE_DATE",
    "bound": "INTERVAL_CROSSES_LIMIT",
}


@dataclass(frozen=True)
class AgeAnswer:
    """Yes: released on the cutoff or later. No: before it. Else unknown, which is never yes."""

    verdict: Verdict
    earliest_on: date | None
    latest_on: date | None
    cutoff_on: date
    reason_code: ReasonCode
    reason: str
    kind: Kind = "bound"


def firmware_age(asked: Question, at: date, months: int, catalogue: Catalogue) -> AgeAnswer:
    """Return whether the release is at most `months` calendar months old at a day, with the interval and the reason.

    The device's own days go first, then the exact row of the catalogue, then bounds: a neighbour inside a train whose
    version order was measured to be date order, a kernel's build day, the start of the line. The line's start is shown
    and proves neither yes nor no. Sources that disagree count only if all of them lie on the same side of the cutoff.
    From a catalogue older than freshness.NO_YES_AFTER_DAYS comes a no, and no yes. Never raises.
    """
    cutoff_on = freshness.months_before(at, months)
    exacts, bounds = told(asked)
    future = next((p for p in (*exacts, *bounds) if p.earliest_on and p.earliest_on > at), None)
    if future:
        reason = f"{future.words} lies after {at}"
        return AgeAnswer("unknown", None, None, cutoff_on, "DATE_IN_FUTURE", reason)
    found, why_not = listed(asked, at, catalogue)
    exacts += [piece for piece in found if piece.kind == "catalogue"]
    if not exacts:
        bounds += [piece for piece in found if piece.kind == "bound"]
    start = line_start(asked, catalogue)
    unreleased = next((p for p in (*exacts, *bounds, *start) if p.earliest_on and p.earliest_on > at), None)
    if unreleased:
        reason = f"{unreleased.words} lies after {at}"
        return AgeAnswer("unknown", None, None, cutoff_on, "DATE_IN_FUTURE", reason)
    if not exacts and not bounds:
        return _undecided(start, cutoff_on, why_not)
    answer = _decided(exacts, bounds, start, cutoff_on)
    if answer.verdict == "yes" and not any(told(asked)) and too_old(asked.product, at, catalogue):
        reason = f"{answer.reason}, and the catalogue is too old to say so"
        return replace(answer, verdict="unknown", reason_code="CATALOGUE_TOO_OLD", reason=reason)
    return answer


def too_old(name: str, at: date, catalogue: Catalogue) -> bool:
    """Return whether the catalogue's list of a product's releases is too old for a yes."""
    product = catalogue.product(name)
    return product is not None and freshness.state(catalogue.releases_as_of_on(product), at) == "too old"


def _decided(exacts: list[Evidence], bounds: list[Evidence], start: list[Evidence], cutoff_on: date) -> AgeAnswer:
    """Return the answer from at least one piece of evidence besides the line's start."""
    pieces = [*exacts, *bounds]
    days = overlap(pieces)
    if days is None or _before_its_line(exacts, start):
        return _conflict(pieces if days is None else [*pieces, *start], cutoff_on)
    begun = start[0].earliest_on if start and not exacts else None
    earliest, latest = max((day for day in (days[0], begun) if day), default=None), days[1]
    verdict = Evidence("bound", "", *days).verdict(cutoff_on)
    if verdict == "unknown":
        code: ReasonCode = "DATE_CONFLICT" if any(piece.disputed for piece in exacts) else "INTERVAL_CROSSES_LIMIT"
        reason = f"{_both(pieces)} leaves both sides of the limit {cutoff_on} open"
        return AgeAnswer(verdict, earliest, latest, cutoff_on, code, reason, pieces[0].kind)
    proof = next(piece for piece in pieces if piece.verdict(cutoff_on) == verdict)
    code = _CODES[proof.kind] if proof.kind != "bound" else "LOWER_BOUND" if verdict == "yes" else "UPPER_BOUND"
    side = "is not before" if verdict == "yes" else "is before"
    return AgeAnswer(
        verdict, earliest, latest, cutoff_on, code, f"{proof.words} {side} the limit {cutoff_on}", proof.kind
    )


def _both(pieces: list[Evidence]) -> str:
    return " and ".join(piece.words for piece in pieces)


def _before_its_line(exacts: list[Evidence], start: list[Evidence]) -> bool:
    """Return whether a told day lies clearly before the line began; sources differ by days, measured up to 7."""
    begun = start[0].earliest_on if start else None
    ends = [piece.latest_on for piece in exacts if piece.kind != "catalogue" and piece.latest_on]
    return bool(begun and any((begun - end).days > BUILD_TO_RELEASE_DAYS for end in ends))


def _conflict(pieces: list[Evidence], cutoff_on: date) -> AgeAnswer:
    """Return the common answer of sources that disagree, unknown if they lie on both sides of the cutoff."""
    said = _both(pieces)
    verdicts = {piece.verdict(cutoff_on) for piece in pieces}
    if len(verdicts) == 1 and "unknown" not in verdicts:
        reason = f"{said} disagree and lie on the same side of the limit {cutoff_on}"
        return AgeAnswer(verdicts.pop(), *hull(pieces), cutoff_on, _CODES[pieces[0].kind], reason, pieces[0].kind)
    reason = f"{said} contradict each other about the limit {cutoff_on}"
    return AgeAnswer("unknown", *hull(pieces), cutoff_on, "DATE_CONFLICT", reason, pieces[0].kind)


def _undecided(start: list[Evidence], cutoff_on: date, why_not: tuple[ReasonCode, str]) -> AgeAnswer:
    code, reason = why_not
    begun = start[0].earliest_on if start else None
    if begun:
        reason += f"; its line began on {begun}, which dates the line and not this release"
    return AgeAnswer("unknown", begun, None, cutoff_on, code, reason)
