"""Configurations of smaller switches that read like Cisco's: blocks are indented, or end in 'exit', or both."""

import re

from collectors.errors import UnexpectedReply
from collectors.readers.cisco_config import Configuration, Line

_BLOCK = re.compile(r"^(interface|line|vlan|router|policy-map|class-map|ip access-list|mac access-list|stack|ip vrf)\b")
_BANNER = re.compile(r"^(?:set clibanner|banner(?: (?P<kind>\w+))?) ?(?P<rest>.*)$")


def parse(text: str, begin: str) -> Configuration:
    """Return a configuration; raises UnexpectedReply when the text has nothing that such a one begins with."""
    if not re.search(begin, text, re.MULTILINE):
        raise UnexpectedReply("is no configuration")
    lines: list[Line] = []
    banners: list[str] = []
    comments: list[str] = []
    block: Line | None = None
    waiting = ""
    for row in text.splitlines():
        line = row.strip()
        if waiting:
            waiting = "" if waiting in row else waiting
            continue
        banner = _BANNER.match(line) if not row.startswith(" ") else None
        if banner:
            banners.append(banner["kind"] or "exec")
            mark = banner["rest"][:1]
            waiting = mark if mark and mark not in banner["rest"][1:] and not mark.isalnum() else ""
        elif line.startswith("!"):
            comments.append(line.lstrip("! "))
        elif line in {"exit", ""}:
            block = None if line == "exit" else block
        elif row.startswith(" ") and lines:
            (block or lines[-1]).children.append(Line(line))
        elif block is not None and not _BLOCK.match(line):
            block.children.append(Line(line))
        else:
            lines.append(Line(line))
            block = lines[-1] if _ends_in_exit(line) else None
    return Configuration(tuple(lines), tuple(banners), tuple(comments))


def _ends_in_exit(line: str) -> bool:
    """Return whether a line opens a block: an interface or line, and 'vlan database', but no 'vlan 10' of a list."""
    return bool(
        re.match(r"(interface|line|router|policy-map|class-map|ip access-list|mac access-list) |vlan database", line)
    )
