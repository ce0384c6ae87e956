"""What became of one fact of a sheet, and the count of it by folder."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from collectors.facts.facts import Facts


class Outcome(StrEnum):
    """What became of one fact of a sheet."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"
    INVENTED = "invented"
    LEFT_OPEN = "left open on purpose"
    DISPUTED = "disputed"
    NO_DRIVER = "no driver yet"
    NO_SHEET = "no driver asks"
    NO_PLACE = "no place in the facts"


@dataclass(frozen=True)
class Result:
    """One fact of one file: what the sheet says, what came out, and why nothing did."""

    folder: str
    file: str
    fact: str
    outcome: Outcome
    expected: str = ""
    found: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Place:
    """Where a fact of a sheet stands in our facts, how both are compared, and when it may stay open."""

    path: str
    find: Callable[[Facts], object]
    same: Callable[[str, object], bool]
    open_for: Callable[[Facts], str | None] = lambda _: None
    """Returns why this fact is left open on purpose for this device, None when it should have been told."""


def judge(folder: str, file: str, name: str, expected: str, place: Place, facts: Facts) -> Result:
    """Return what became of a fact; an expected empty text means that nothing may be told."""
    found = place.find(facts)
    gap = facts.gaps.get(place.path) or facts.gaps.get(place.path.split(".")[0])
    reason = gap.text if gap else ""
    told = found is not None and found != ()
    if expected == "":
        outcome = Outcome.INVENTED if told else Outcome.RIGHT
    elif found is not None and place.same(expected, found):
        outcome = Outcome.RIGHT
    elif told:
        outcome = Outcome.WRONG
    else:
        on_purpose = place.open_for(facts)
        outcome = Outcome.LEFT_OPEN if on_purpose else Outcome.MISSING
        reason = on_purpose or reason
    return Result(folder, file, name, outcome, expected, "" if found is None else str(found), reason)


def counts(results: Iterable[Result]) -> dict[str, dict[Outcome, int]]:
    """Return by folder how many facts had each outcome."""
    table: dict[str, dict[Outcome, int]] = {}
    for result in results:
        row = table.setdefault(result.folder, dict.fromkeys(Outcome, 0))
        row[result.outcome] += 1
    return table
