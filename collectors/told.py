"""Building a section field by field, so that one field that cannot be told loses no other."""

from collections.abc import Callable, Mapping

from collectors.driver import Part
from collectors.errors import CollectError
from collectors.facts.gaps import NOT_TOLD, SENTINEL, Gap, GapReason
from collectors.facts.model import Section
from collectors.replies import NUMBER_LIMIT, SnmpReplies

Teller = Callable[[], object]
"""Returns the field's value, a Gap with the reason, or None when the device has nothing to say on it."""

NOT_AVAILABLE = frozenset({-1, 2**16 - 1, 2**31 - 1, 2**32 - 1, 2**64 - 1})
"""Numbers by which agents say 'not available': all ones of a type, or minus one."""


def told(model: type[Section], tellers: Mapping[str, Teller], not_told: Gap = NOT_TOLD) -> Part:
    """Return the section of what the tellers tell, with a gap for each field that stays open.

    A field told as None gets the gap `not_told`, a CollectError its own. Without any told field there is no section.
    """
    values: dict[str, object] = {}
    gaps: dict[str, Gap] = {}
    for field, tell in tellers.items():
        try:
            value = tell()
        except CollectError as error:
            value = error.gap
        if isinstance(value, int) and abs(value) >= NUMBER_LIMIT:
            value = Gap(reason=GapReason.UNEXPECTED_REPLY, text="is told as a number that cannot be")
        if isinstance(value, Gap):
            gaps[field] = value
        elif value is None:
            gaps[field] = not_told
        else:
            values[field] = value
    return Part(model.model_validate(values) if values else None, gaps)


def word(value: int | str | None, words: Mapping[int, str], what: str) -> str | Gap | None:
    """Return our word for a device's code; None when there is no code, a gap that quotes a code without a word."""
    if value is None:
        return None
    if isinstance(value, int) and value in words:
        return words[value]
    return no_known(value, what)


def no_known(value: int | str, what: str) -> Gap:
    """Return the gap that quotes a device's word or code for which we have none; `what` says of what it is one."""
    return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {value!r:.40}, which is no known {what}")


def amount(number: int | None, scale: float = 1, lowest: float = 0, highest: float | None = None) -> float | Gap | None:
    """Return a number in its unit (raw times scale), rounded to 6 places; a gap when it is a sentinel or cannot be.

    `lowest` and `highest` are what the quantity can be at all, after scaling.
    """
    if number is None:
        return None
    if number in NOT_AVAILABLE:
        return SENTINEL
    value = float(round(number * scale, 6))
    if value < lowest or (highest is not None and value > highest):
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {number}, which cannot be")
    return value


def whole(number: int | None, scale: int = 1, lowest: int = 0, highest: int | None = None) -> int | Gap | None:
    """Return a whole amount, as `amount` does."""
    value = amount(number, scale, lowest, highest)
    return round(value) if isinstance(value, float | int) else value


def first_told(replies: SnmpReplies, *oids: str) -> tuple[str, int] | None:
    """Return the first of these objects that holds a number that is no sentinel, with its number."""
    for oid in oids:
        number = replies.number(oid)
        if number is not None and number not in NOT_AVAILABLE:
            return oid, number
    return None


def either(*tellers: Teller) -> object:
    """Return the first value that one of these tells; without any, the first gap with its reason, else None."""
    why: Gap | None = None
    for tell in tellers:
        try:
            value = tell()
        except CollectError as error:
            value = error.gap
        if isinstance(value, Gap):
            why = why or value
        elif value is not None:
            return value
    return why


def yes_or_no(value: int | None, what: str) -> bool | Gap | None:
    """Return the answer of an object that says yes(1) or no(2), as many enterprise MIBs do."""
    if value is None or value in {1, 2}:
        return None if value is None else value == 1
    return no_known(value, what)
