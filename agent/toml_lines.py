"""The line of every key in a TOML text that the parser has already found to be right."""

import re
from bisect import bisect_right
from collections.abc import Mapping

Place = tuple[str | int, ...]
"""Where a value stands: ('device', 0, 'access', 1, 'address')."""

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN_VALUE = re.compile(r"[^,\]}\n#]*")
_STRINGS = tuple(
    (quote, re.compile(pattern, re.DOTALL))
    for quote, pattern in (
        ('"""', r'"""(?:[^\\]|\\.)*?"""(?:"{1,2}(?!"))?'),
        ("'''", r"'''.*?'''(?:'{1,2}(?!'))?"),
        ('"', r'"(?:[^"\\]|\\.)*"'),
        ("'", r"'[^']*'"),
    )
)


def lines_of(text: str) -> Mapping[Place, int]:
    """Return the line, counted from 1, of each table, key and array item of a valid TOML text."""
    walk = _Walk(text)
    walk.document()
    return walk.lines


class _Walk:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line_starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._counts: dict[Place, int] = {}
        """How many tables each array of tables has so far."""
        self.lines: dict[Place, int] = {(): 1}

    def document(self) -> None:
        table: Place = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._key_value(table)
            self._skip(_BLANK)

    def _header(self) -> Place:
        """Return the place of the table that a header opens: '[a.b]', or the next item of '[[a.b]]'."""
        line = self._line()
        is_array = self._text.startswith("[[", self._at)
        self._at += 2 if is_array else 1
        *before, last = self._key()
        self._at += 2 if is_array else 1
        place: Place = ()
        for part in before:
            place = self._innermost((*place, part))
            self.lines.setdefault(place, line)
        place = (*place, last)
        if is_array:
            count = self._counts.get(place, 0)
            self._counts[place] = count + 1
            self.lines.setdefault(place, line)
            place = (*place, count)
        self.lines.setdefault(place, line)
        return place

    def _innermost(self, place: Place) -> Place:
        return (*place, self._counts[place] - 1) if place in self._counts else place

    def _key_value(self, table: Place) -> None:
        line = self._line()
        place = table
        for part in self._key():
            place = (*place, part)
            self.lines.setdefault(place, line)
        self._at += 1  # the sign =
        self._skip(_SPACE)
        self._value(place)

    def _key(self) -> list[str]:
        parts = []
        while True:
            self._skip(_SPACE)
            parts.append(self._key_part())
            self._skip(_SPACE)
            if self._text[self._at] != ".":
                return parts
            self._at += 1

    def _key_part(self) -> str:
        quote = self._text[self._at]
        if quote not in "\"'":
            return self._take(_BARE_KEY)
        pattern = next(pattern for sign, pattern in _STRINGS if sign == quote)
        quoted = self._take(pattern)
        return quoted[1:-1] if quote == "'" or "\\" not in quoted else _unescaped(quoted)

    def _value(self, place: Place) -> None:
        if self._text[self._at] == "[":
            self._array(place)
        elif self._text[self._at] == "{":
            self._inline_table(place)
        else:
            pattern = next((pattern for sign, pattern in _STRINGS if self._text.startswith(sign, self._at)), None)
            self._take(pattern or _PLAIN_VALUE)

    def _array(self, place: Place) -> None:
        self._at += 1
        count = 0
        while self._next_is_not("]"):
            self.lines[(*place, count)] = self._line()
            self._value((*place, count))
            count += 1

    def _inline_table(self, place: Place) -> None:
        self._at += 1
        while self._next_is_not("}"):
            self._key_value(place)

    def _next_is_not(self, end: str) -> bool:
        """Go to the next item, over blanks and a comma; past the end and False when there is none."""
        self._skip(_BLANK)
        if self._text[self._at] == ",":
            self._at += 1
            self._skip(_BLANK)
        if self._text[self._at] != end:
            return True
        self._at += 1
        return False

    def _skip(self, pattern: re.Pattern[str]) -> None:
        self._take(pattern)

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise LookupError(f"line {self._line()} is not as the parser read it")
        self._at = found.end()
        return found[0]

    def _line(self) -> int:
        return bisect_right(self._line_starts, self._at)


def _unescaped(quoted: str) -> str:
    import tomllib

    value: str = next(iter(tomllib.loads(f"{quoted} = 0")))
    return value
