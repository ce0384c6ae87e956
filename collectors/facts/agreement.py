"""Whether two sources say the same: values are compared in one form, and moments with the slack that clocks need."""

from datetime import datetime, timedelta

from collectors.facts.scalars import Span

INSTANT_SLACK = timedelta(minutes=5)  # an instant made from a device's age is only as good as two clocks and a delay
BOOT_SLACK = timedelta(minutes=2)  # two starts can lie close together
_SAME_NUMBER = 1e-6  # of the larger one


def slack_of(field: str) -> timedelta:
    """Return how far two readings of one instant may lie apart and still mean the same moment."""
    return BOOT_SLACK if field == "booted_at" else INSTANT_SLACK


def agree(field: str, one: object, other: object) -> bool:
    """Return whether two stated values of a field say the same.

    Texts are compared without case and outer or double spaces, versions without a leading v, lists without order, spans
    by whether a day lies in both, instants within their slack.
    """
    match one, other:
        case datetime(), datetime():
            return abs(one - other) <= slack_of(field)
        case Span(), Span():
            return _overlap(one, other)
        case str(), str():
            return _plain(field, one) == _plain(field, other)
        case tuple(), tuple():
            return {_plain(field, str(part)) for part in one} == {_plain(field, str(part)) for part in other}
        case bool(), bool():
            return one == other
        case ((int() | float()), (int() | float())):
            return abs(one - other) <= _SAME_NUMBER * max(abs(one), abs(other))
    return one == other


def steady(field: str, newer: datetime, older: datetime) -> datetime:
    """Return the older instant while the newer one means the same moment: an unchanged device has unchanged facts."""
    return older if abs(newer - older) <= slack_of(field) else newer


def _overlap(one: Span, other: Span) -> bool:
    return not (
        (one.latest_on and other.earliest_on and one.latest_on < other.earliest_on)
        or (other.latest_on and one.earliest_on and other.latest_on < one.earliest_on)
    )


def _plain(field: str, text: str) -> str:
    bare = " ".join(text.casefold().split())
    return bare.removeprefix("v") if field == "version" else bare
