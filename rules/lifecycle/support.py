"""The SUPPORTED question: does the maker still support the line that the version belongs to?"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from rules.lifecycle import freshness
from rules.lifecycle.catalogue import Catalogue
from rules.lifecycle.evidence import Verdict
from rules.lifecycle.order.compare import shown
from rules.lifecycle.rows import CycleRow

SupportCode = Literal[
    "SUPPORTED",
    "CYCLE_ENDED",
    "NO_END_PUBLISHED",
    "NO_VERSION",
    "CYCLE_NOT_KNOWN",
    "EDITION_DECIDES",
    "CATALOGUE_TOO_OLD",
]


@dataclass(frozen=True)
class Support:
    """Whether a line is supported at a day; paid extensions are told apart, a person confirms them."""

    verdict: Verdict
    reason_code: SupportCode
    reason: str
    cycle: str | None = None
    until_on: date | None = None
    extended_until_on: date | None = None
    as_of_on: date | None = None


def supported(product: str, version: str | None, at: date, catalogue: Catalogue, edition: str = "") -> Support:
    """Return whether the version's line is supported at a day; the last day of support still is.

    A line that the maker ended without a published day is a no, one without any end a yes. A yes needs a catalogue of
    at most freshness.NO_YES_AFTER_DAYS days: makers move these days. Never raises.
    """
    version = (version or "").strip()
    row = catalogue.product(product)
    if not version:
        return Support("unknown", "NO_VERSION", "no version is known")
    cycles = catalogue.cycles(row, version, edition) if row else ()
    as_of_on = catalogue.lifecycle.meta.data_as_of
    if row is None or not cycles:
        said = f"the support line of {shown(product)} {shown(version)} is not in {freshness.words(as_of_on, at)}"
        return Support("unknown", "CYCLE_NOT_KNOWN", said, as_of_on=as_of_on)
    verdicts = {_of_cycle(cycle, at) for cycle in cycles}
    name = " or ".join(cycle.c for cycle in cycles)
    until_on, extended_on = _shared(cycles, "eol"), _shared(cycles, "eoes")
    if len(verdicts) > 1:
        said = f"{shown(version)} may be {name}, whose support ends on different days: the edition decides"
        return Support("unknown", "EDITION_DECIDES", said, name, None, None, as_of_on)
    verdict = verdicts.pop()
    code, said = _words(verdict, name, until_on)
    if verdict == "yes" and freshness.state(as_of_on, at) == "too old":
        said = f"{said}, by {freshness.words(as_of_on, at)}, which is too old to say so"
        return Support("unknown", "CATALOGUE_TOO_OLD", said, name, until_on, extended_on, as_of_on)
    return Support(verdict, code, f"{said}, by {freshness.words(as_of_on, at)}", name, until_on, extended_on, as_of_on)


def _of_cycle(cycle: CycleRow, at: date) -> Verdict:
    if isinstance(cycle.eol, date):
        return "yes" if at <= cycle.eol else "no"
    return "unknown" if cycle.eol is None else "no" if cycle.eol else "yes"


def _shared(cycles: tuple[CycleRow, ...], field: Literal["eol", "eoes"]) -> date | None:
    """Return the earliest day that all the cycles publish, None if one publishes none."""
    days = [getattr(cycle, field) for cycle in cycles]
    return min(days) if all(isinstance(day, date) for day in days) else None


def _words(verdict: Verdict, name: str, until_on: date | None) -> tuple[SupportCode, str]:
    if verdict == "unknown":
        return "CYCLE_NOT_KNOWN", f"the end of support of line {name} is not told"
    if verdict == "no":
        ended = f"ended on {until_on}" if until_on else "has ended, its day is not published"
        return "CYCLE_ENDED", f"support of line {name} {ended}"
    if until_on:
        return "SUPPORTED", f"line {name} is supported until {until_on}"
    return "NO_END_PUBLISHED", f"line {name} is supported, no end date published"
