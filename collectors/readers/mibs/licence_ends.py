"""The section `licences` of a firewall that tells each licence with the day on which it ends."""

from collections.abc import Iterable
from datetime import date, datetime

from collectors.driver import Part
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.firewall import Licence


def licences(ends: Iterable[tuple[str, date | Gap]], complete: bool) -> Part:
    """Return the licences by name with their last day; one whose day is not known leaves its gap."""
    found, gaps = [], {}
    for name, until in ends:
        if isinstance(until, Gap):
            gaps[f"[{name}].valid_until_on"] = until
        found.append(Licence(name=name, valid_until_on=None if isinstance(until, Gap) else until))
    return Part(tuple(found) or None, gaps, complete)


def last_day(text: str | None, forms: tuple[str, ...]) -> date | Gap:
    """Return the day of a text written in one of these forms (of strptime), which differ between releases."""
    if text is None:
        return NOT_TOLD
    for form in forms:
        try:
            return datetime.strptime(" ".join(text.split()), form).date()  # noqa: DTZ007
        except ValueError:
            continue
    return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {text!r:.40}, which is no day that we know")
