"""Right sides made ready for one client: numbers in the fact's unit, matchers, networks, and how they are shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules.compile.comparisons import ready
from rules.compile.context import Slot
from rules.compile.lines import Want
from rules.compile.looks import key_of
from rules.compile.texts import matcher
from rules.grammar.sentences import Constant, OtherFact, Pair, SettingRef
from rules.grammar.settings import Setting, Value
from rules.problems import Refused


@dataclass(frozen=True, slots=True)
class Bound:
    """All right sides of one standard for one client, and its settings as shown."""

    wants: tuple[Want, ...]
    shown: Mapping[str, object]


def bind(slots: Iterable[Slot], settings: dict[str, Setting], values: Mapping[str, Value | None]) -> Bound:
    """Return the right sides for a client whose settings are these; what is not agreed is told as lacking."""
    wants = tuple(_want(slot, values) for slot in slots)
    return Bound(wants, {name: values.get(name) for name in settings})


def _want(slot: Slot, values: Mapping[str, Value | None]) -> Want:
    right = slot.limit.right if slot.limit is not None else slot.names
    parts = (right.low, right.high) if isinstance(right, Pair) else (right,)
    written: list[object] = []
    for part in parts:
        if isinstance(part, SettingRef):
            value = values.get(part.name)
            if value is None:
                return Want(None, None, part.name)
            written.append(value)
        elif isinstance(part, Constant):
            written.append(part.written)
    if slot.limit is None:
        names = written[0] if isinstance(written[0], tuple) else (written[0],)
        return Want(tuple((str(name), matcher((str(name).lower(),))) for name in names), names)
    if isinstance(right, OtherFact):
        return Want(None, None)
    shown = tuple(written) if isinstance(right, Pair) else written[0]
    try:
        made = ready(slot.limit.comparison, shown, slot.fact)
        return Want(made, shown, None, key_of(slot.limit.comparison, slot.fact, made))
    except Refused:  # a client's text that no device can say, or no network: never a yes
        named = next((part.name for part in parts if isinstance(part, SettingRef)), "setting")
        return Want(None, None, named)
