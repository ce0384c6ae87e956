"""The line of a JSON text on which something stands that is right as JSON and wrong as what it should be."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

DEPTH_LOOKED_AT: Final = 100
_TOKEN: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


@dataclass
class _Open:
    """An object or list that is not closed yet; `rest` is the place below it, None where it is not on the way."""

    rest: str | None
    is_object: bool
    index: int = 0
    key: str | None = None
    keys: set[str] = field(default_factory=set)

    def below(self) -> str | None:
        """Return the rest of the place below the value that comes now."""
        step = self.key if self.is_object else str(self.index)
        if self.rest is None or step is None or not self.rest.startswith(step):
            return None
        rest = self.rest[len(step) :]
        return rest.removeprefix(".") if rest[:1] in {"", "."} else None


@dataclass(frozen=True)
class Written:
    """A value, or a key that stood before in its object, as it is written."""

    line: int
    text: str
    depth: int
    again: bool
    rest: str | None
    """What of the looked-for place lies below this value; '' for the place itself, None for another."""


def line_at(text: str, place: str) -> int:
    """Return the line of a place such as 'sections.ups.value', or of the nearest place around it that is written."""
    line, left = 1, len(place) + 1
    for one in written(text, place):
        if one.rest is not None and len(one.rest) < left:
            line, left = one.line, len(one.rest)
    return line


def line_where(text: str, wrong: Callable[[Written], bool]) -> int:
    """Return the line of the first value that is wrong, 0 where none is."""
    return next((one.line for one in written(text, "") if wrong(one)), 0)


def written(text: str, place: str) -> Iterator[Written]:
    """Give each value in the order of the text, to where it is no JSON any more or too deep to be ours."""
    line, seen_to = 1, 0
    opened: list[_Open] = []
    for token in _TOKEN.finditer(text):
        said = token[0]
        line, seen_to = line + text.count("\n", seen_to, token.start()), token.start()
        here = opened[-1] if opened else None
        if said in {"}", "]"}:
            if not opened:
                return
            opened.pop()
        elif said == ",":
            if here is not None:
                here.index, here.key = here.index + 1, None
        elif said == ":":
            continue
        elif here is not None and here.is_object and here.key is None:
            try:
                here.key = str(json.loads(said))
            except ValueError:
                return
            if here.key in here.keys:
                yield Written(line, said, len(opened), True, None)
            here.keys.add(here.key)
        else:
            rest = place if here is None else here.below()
            yield Written(line, said, len(opened) + 1, False, rest)
            if said in {"{", "["}:
                opened.append(_Open(rest, said == "{"))
            if len(opened) > DEPTH_LOOKED_AT:
                return
