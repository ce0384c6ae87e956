"""Tables of command lines whose columns stand under a rule of dashes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from collectors.errors import UnexpectedReply

_RULE = re.compile(r"\s*[-=]{2,}(?:[\s+|]+[-=]+)*\s*")
_RUN = re.compile(r"[-=]+")


@dataclass(frozen=True)
class Table:
    """The rows under one rule, cut into cells at the rule's gaps; a cell may reach up to the next column's begin."""

    header: tuple[str, ...]
    """The header's cells, each line of it joined with a space."""
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[str, ...]
    """The same rows uncut, for outputs that do not keep to their columns."""

    def column(self, name: str) -> int | None:
        """Return the place of the column whose header begins so, else ends so, in any case; None when there is none."""
        wanted, heads = name.casefold(), [text.casefold() for text in self.header]
        begins = next((place for place, text in enumerate(heads) if text.startswith(wanted)), None)
        ends = next((place for place, text in enumerate(heads) if text.endswith(f" {wanted}")), None)
        return ends if begins is None else begins

    def cell(self, row: tuple[str, ...], name: str) -> str:
        """Return a row's cell by the column's name, empty when there is no such column."""
        place = self.column(name)
        return row[place] if place is not None else ""


def tables(text: str, keep_going: bool = False) -> Iterator[Table]:
    """Yield the tables of an output; a table ends at an empty line (unless `keep_going`), a rule, or the text's end."""
    lines = text.expandtabs().splitlines()
    rules = [place for place, line in enumerate(lines) if _RULE.fullmatch(line)]
    for place in rules:
        starts = [run.start() for run in _RUN.finditer(lines[place])]
        head: list[str] = []
        for line in reversed(lines[max(0, place - 4) : place]):
            if not line.strip() or _RULE.fullmatch(line):
                break
            head.insert(0, line)
        body: list[str] = []
        for line in lines[place + 1 :]:
            if _RULE.fullmatch(line) or (not line.strip() and not keep_going):
                break
            if line.strip():
                body.append(line)
        names = [_cut(line, starts) for line in head]
        header = tuple(" ".join(row[at] for row in names if row[at]) for at in range(len(starts)))
        yield Table(header, tuple(_cut(line, starts) for line in body), tuple(body))


def table(text: str, *columns: str, keep_going: bool = False) -> Table:
    """Return the first table that has all these columns; raises UnexpectedReply when there is none."""
    for found in tables(text, keep_going):
        if all(found.column(name) is not None for name in columns):
            return found
    raise UnexpectedReply(f"is told without a table of {', '.join(columns)}")


def vlans_by_number(rows: Iterable[tuple[str, ...]]) -> tuple[dict[int, tuple[str, ...]], bool]:
    """Return the rows that begin with a VLAN's number, by it, and whether all rows do (IEEE 802.1Q: up to 4094)."""
    listed = list(rows)
    found = {int(row[0]): row for row in listed if re.fullmatch(r"\d{1,4}", row[0], re.ASCII) and int(row[0]) < 4095}
    return found, len(found) == len(listed)


def joined(rows: tuple[tuple[str, ...], ...], glue: str = " ") -> Iterator[tuple[str, ...]]:
    """Yield the rows, one whose first cell is empty being the rest of the one before it."""
    pending: list[str] | None = None
    for row in rows:
        if row[0] or pending is None:
            if pending is not None:
                yield tuple(pending)
            pending = [*row]
        else:
            pending = [f"{before}{glue}{after}" if before and after else before or after
                       for before, after in zip(pending, row, strict=True)]  # fmt: skip
    if pending is not None:
        yield tuple(pending)


def _cut(line: str, starts: list[int]) -> tuple[str, ...]:
    ends = [*starts[1:], None]
    cells = []
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        cells.append(line[0 if place == 0 else start : end].strip(" |+"))
    return tuple(cells)
