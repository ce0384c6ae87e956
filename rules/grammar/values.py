"""What may stand on the right side of a comparison, held against the type of the fact at load time."""

from ipaddress import IPv4Network, IPv6Network, ip_network

from collectors.facts.paths import FactKind, FactType
from rules.grammar.sentences import Comparison, Written
from rules.problems import Refused
from rules.quantities import UNIT_WORDS, Amount, Quantity, Unit, quantity

Network = IPv4Network | IPv6Network

_NUMERIC = {FactKind.NUMBER, FactKind.VERSION}
_TIMES = {FactKind.INSTANT, FactKind.DAY, FactKind.SPAN}
_LISTS = {FactKind.TEXTS, FactKind.NUMBERS}
_SINGLE = {FactKind.NUMBER, FactKind.VERSION, FactKind.WORD, FactKind.TEXT, FactKind.BOOLEAN}
FITTING: dict[Comparison, set[FactKind]] = {
    Comparison.IS: _SINGLE,
    Comparison.IS_NOT: _SINGLE,
    Comparison.ONE_OF: _SINGLE - {FactKind.BOOLEAN, FactKind.VERSION},
    Comparison.AT_LEAST: _NUMERIC,
    Comparison.AT_MOST: _NUMERIC,
    Comparison.BELOW: _NUMERIC,
    Comparison.BETWEEN: _NUMERIC,
    Comparison.AGE_AT_MOST: _TIMES,
    Comparison.AGE_OVER: _TIMES,
    Comparison.LEFT_AT_LEAST: _TIMES,
    Comparison.ONLY: _LISTS,
    Comparison.INCLUDES: _LISTS,
    Comparison.EXCLUDES: _LISTS,
    Comparison.EMPTY: _LISTS | {FactKind.OBJECTS},
    Comparison.INSIDE: {FactKind.TEXTS, FactKind.TEXT},
}
TEXT_SETS = {Comparison.ONE_OF, Comparison.ONLY, Comparison.INCLUDES, Comparison.EXCLUDES}
DURATIONS = {Comparison.AGE_AT_MOST, Comparison.AGE_OVER, Comparison.LEFT_AT_LEAST}


def fits(comparison: Comparison, fact: FactType) -> None:
    """Raise Refused where this comparison cannot be made with such a fact."""
    if fact.kind not in FITTING[comparison]:
        raise Refused(f"{comparison} does not fit {fact.path}, which is a {fact.kind.value}")


def number(written: Written, fact: FactType) -> Amount | str:
    """Return a limit for a number in the fact's unit, or for a version its text."""
    if fact.kind is FactKind.VERSION:
        if not isinstance(written, str):
            raise Refused(f"{fact.path} is a version: write {str(written)!r} in quotation marks")
        return written
    found = _quantity(written)
    unit = Unit(fact.unit) if fact.unit is not None else Unit.COUNT
    if found.unit is not unit:
        raise Refused(f"{fact.path} is {UNIT_WORDS[unit]}, not {written!r}")
    if not isinstance(found.amount, int | float):
        raise Refused(f"{fact.path}: {written!r} has no fixed length; write it in days")
    return found.amount


def duration(written: Written) -> Amount:
    """Return a length of time: seconds, or months by the calendar."""
    found = _quantity(written)
    if found.unit is not Unit.SECONDS:
        raise Refused(f"{written!r} is no length of time")
    if not isinstance(found.amount, int | float):
        return found.amount
    if found.amount < 0:
        raise Refused(f"{written!r} is negative")
    return found.amount


def flag(written: Written, path: str) -> bool:
    """Return yes or no."""
    if written not in {"yes", "no"}:
        raise Refused(f"{path} is yes or no, not {written!r}")
    return written == "yes"


def text(written: Written, fact: FactType) -> str:
    """Return a text that the device can say, in lower case."""
    if fact.words and written not in fact.words:
        raise Refused(f"{fact.path} is never {written!r}, only {', '.join(fact.words)}")
    if fact.kind in {FactKind.NUMBER, FactKind.NUMBERS} and not isinstance(written, int):
        raise Refused(f"{fact.path} is a number, not {written!r}")
    return str(written).lower()


def texts(written: object, fact: FactType) -> tuple[str, ...]:
    """Return the texts of a list, each one that the device can say, in lower case; `*` stands for any letters."""
    if not isinstance(written, list | tuple):
        raise Refused(f"{fact.path}: a list is wanted, not {written!r}")
    return tuple(text(one, fact) for one in written)


def networks(written: object, path: str) -> tuple[Network, ...]:
    """Return addresses and networks."""
    if not isinstance(written, list | tuple):
        raise Refused(f"{path}: a list of networks is wanted, not {written!r}")
    try:
        return tuple(ip_network(str(one), strict=False) for one in written)
    except ValueError as error:
        raise Refused(f"{path}: {error}") from error


def internal(comparison: Comparison, written: object, fact: FactType) -> object:
    """Return the right side as the comparison wants it; raises Refused where unit, type or word is wrong."""
    if comparison in TEXT_SETS:
        return texts(written, fact)
    if comparison is Comparison.INSIDE:
        return networks(written, fact.path)
    if not isinstance(written, str | int | float):
        raise Refused(f"{fact.path}: one value is wanted, not {written!r}")
    if comparison in DURATIONS:
        return duration(written)
    if comparison is Comparison.EMPTY or fact.kind is FactKind.BOOLEAN:
        return flag(written, fact.path)
    if comparison in {Comparison.IS, Comparison.IS_NOT} and fact.unlimited and written == "unlimited":
        return written
    if fact.kind in _NUMERIC:
        return number(written, fact)
    return text(written, fact)


def _quantity(written: Written) -> Quantity:
    try:
        return quantity(written)
    except ValueError as error:
        raise Refused(str(error)) from error
