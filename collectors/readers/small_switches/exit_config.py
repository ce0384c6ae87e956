"""Configurations of smaller switches that read like Cisco's: indented, or in blocks that end in 'exit'."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.errors import AccessDenied, UnexpectedReply
from collectors.readers.cisco.cisco_config import Configuration, Line

_BANNER = re.compile(r"^(?:set clibanner|banner(?: (?P<kind>motd|login|exec|incoming)\b)?) *(?P<rest>.*)$")
_NO_TEXT = {"acknowledge"}  # Dell N: the notice must be confirmed, which sets none
_OPENS = re.compile(
    r"(?:interface|line|router|policy-map|class-map|ip access-list|mac access-list|ip dhcp pool) |vlan database$"
)


@dataclass(frozen=True)
class Style:
    """How a platform writes its configuration: what it begins with, whether 'end' ends it, what is always there.

    Where 'end' ends it, blocks are indented. Elsewhere blocks end in 'exit', and so does the whole once 'configure'
    has opened it.
    """

    begin: re.Pattern[str]
    has_end: bool
    always_there: tuple[str, ...] = ()


FASTPATH = Style(re.compile(r"^(!Current Configuration|!System Description|configure$)", re.MULTILINE), has_end=False)
"""EdgeSwitch, Dell N-Series and PowerConnect: all of one make."""


def parse(text: str, style: Style) -> Configuration:
    """Return a configuration; raises a CollectError when the text is none, is cut, or shows a part only."""
    if not style.begin.search(text):
        raise UnexpectedReply("is no configuration")
    banners: list[str] = []
    rows = list(_without_banners(text, banners))
    comments = tuple(row.lstrip("! ") for row in rows if row.startswith("!"))
    lines = _indented(rows) if style.has_end else _exited(rows)
    config = Configuration(tuple(lines), tuple(banners), comments)
    if missing := [part for part in style.always_there if not config.blocks(part)]:
        raise AccessDenied(f"is shown in part only ({', '.join(missing)} missing): the account's level hides the rest")
    return config


def _without_banners(text: str, banners: list[str]) -> Iterator[str]:
    """Give the rows without those of banners, which may look like configuration; their kinds go to `banners`."""
    waiting = ""
    for row in text.splitlines():
        if waiting:
            waiting = "" if waiting in row else waiting
            continue
        banner = _BANNER.match(row)
        if not banner:
            yield row.rstrip()
            continue
        rest = banner["rest"]
        if not rest or rest in _NO_TEXT:
            continue
        banners.append(banner["kind"] or "exec")
        mark = "^C" if rest.startswith("^C") else rest[0]
        waiting = mark if not mark.isalnum() and mark not in rest[len(mark) :] else ""
    if waiting:
        raise UnexpectedReply("is a configuration whose banner does not end")


def _indented(rows: list[str]) -> list[Line]:
    """Return the lines up to 'end'; raises UnexpectedReply without one."""
    lines: list[Line] = []
    for row in rows:
        line = row.strip()
        if row == "end":
            return lines
        if not line or line.startswith("!"):
            continue
        if row.startswith(" ") and lines:
            lines[-1].children.append(Line(line))
        else:
            lines.append(Line(line))
    raise UnexpectedReply("is a configuration without its end, so that it may have been cut")


def _exited(rows: list[str]) -> list[Line]:
    """Return the lines, those from one that opens a block to 'exit' below it; raises UnexpectedReply inside a block."""
    lines: list[Line] = []
    block: Line | None = None
    stated = [row for row in rows if row.strip()]
    for row, before in zip(stated, ["", *stated], strict=False):
        line = row.strip()
        if row.startswith("!"):
            block = None if before.startswith(" ") else block
        elif line == "exit":
            block = None
        elif block is None or line.startswith(("interface ", "line ")):
            lines.append(Line(line))
            block = lines[-1] if _OPENS.match(line) else None
        else:
            block.children.append(Line(line))
    if block is not None or ("configure" in stated and stated[-1].strip() != "exit"):
        raise UnexpectedReply("is a configuration without its last 'exit', so that it was cut")
    return lines
