"""A Cisco-like configuration as a tree of lines, with banners taken out and the end looked for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from collectors.errors import AccessDenied, UnexpectedReply

ALWAYS_THERE = ("version ", "hostname ", "line con", "line vty")
"""What every running configuration holds. An account of a lowered level, or of a view, is shown a part that ends in
'end' like a whole one: what is missing in it is not 'not configured'."""

_BANNER = re.compile(r"^banner (?P<kind>\S+) (?P<delimiter>\^C|\S)(?P<rest>.*)$")
_BANNER_TO_EOF = re.compile(r"^banner (?P<kind>motd|login|exec)\s*$")  # Arista EOS: the text ends at a line 'EOF'
_MACRO = re.compile(r"^macro name \S")
_BEGIN = re.compile(r"^(version \d|hostname |! Last configuration change|Current configuration)", re.MULTILINE)
_FIRST_LINES = re.compile(
    r"^! *(Command: show running-config|device: )|^(version \d|hostname |switchname )", re.MULTILINE
)


@dataclass(frozen=True)
class Dialect:
    """How a platform writes its configuration: what it begins with, whether 'end' ends it, what is always there."""

    begin: re.Pattern[str]
    has_end: bool
    always_there: tuple[str, ...]


IOS = Dialect(_BEGIN, True, ALWAYS_THERE)
NXOS = Dialect(_FIRST_LINES, False, ("version ", "interface "))
EOS = Dialect(_FIRST_LINES, True, ("interface ",))
AOS_CX = Dialect(re.compile(r"^!Version \S*OS-CX |^Current configuration:", re.MULTILINE), False, ("interface ",))


@dataclass
class Line:
    """One line with the lines under it."""

    text: str
    children: list["Line"] = field(default_factory=list)

    def below(self, prefix: str) -> list[str]:
        """Return what follows a prefix in the lines directly under this one, in order."""
        return [child.text[len(prefix) :].strip() for child in self.children if child.text.startswith(prefix)]


@dataclass(frozen=True)
class Configuration:
    """The whole configuration. What it does not state is not off: the platform's default holds."""

    lines: tuple[Line, ...]
    banners: tuple[str, ...]
    comments: tuple[str, ...]

    def has(self, text: str) -> bool:
        """Return whether a top-level line is exactly this."""
        return any(line.text == text for line in self.lines)

    def all(self, prefix: str) -> list[str]:
        """Return what follows a prefix in the top-level lines, in order."""
        return [line.text[len(prefix) :].strip() for line in self.lines if line.text.startswith(prefix)]

    def blocks(self, prefix: str) -> list[Line]:
        """Return the top-level lines that begin so, with what is under them."""
        return [line for line in self.lines if line.text.startswith(prefix)]

    def switched(self, feature: str) -> bool | None:
        """Return True for the line, False for 'no ' before it, None when neither is stated."""
        if self.has(f"no {feature}"):
            return False
        return True if any(line.text == feature or line.text.startswith(f"{feature} ") for line in self.lines) else None


def parse(text: str, dialect: Dialect = IOS) -> Configuration:
    """Return a running configuration; raises a CollectError when it is none, cut, or a part."""
    if not dialect.begin.search(text):
        raise UnexpectedReply("is no configuration")
    top = Line("")
    branch: list[tuple[int, Line]] = [(-1, top)]
    banners, comments, ended = [], [], False
    rows = iter(text.splitlines())
    for row in rows:
        banner = _BANNER.match(row)
        if banner:
            banners.append(_skip_banner(banner, rows))
            continue
        to_eof = _BANNER_TO_EOF.match(row)
        if to_eof:
            if not any(following.strip() == "EOF" for following in rows):
                raise UnexpectedReply("is a configuration whose banner does not end")
            banners.append(to_eof["kind"])
            continue
        if _MACRO.match(row):  # its text looks like configuration, and is none until a port runs it
            if not any(following.strip() == "@" for following in rows):
                raise UnexpectedReply("is a configuration whose macro does not end")
            continue
        line = row.strip()
        if line == "end" and not row.startswith(" "):
            ended = True
            break
        if line.startswith("!"):
            comments.append(line.lstrip("! "))
            continue
        if line:
            _add(branch, len(row) - len(row.lstrip(" ")), Line(line))
    if dialect.has_end and not ended:
        raise UnexpectedReply("is a configuration without its end, so that it may have been cut")
    config = Configuration(tuple(top.children), tuple(banners), tuple(comments))
    if missing := [part for part in dialect.always_there if not config.blocks(part)]:
        raise AccessDenied(f"is shown in part only ({', '.join(missing)} missing): the account's level hides the rest")
    return config


def _add(branch: list[tuple[int, Line]], indent: int, line: Line) -> None:
    while branch[-1][0] >= indent:
        branch.pop()
    branch[-1][1].children.append(line)
    branch.append((indent, line))


def _skip_banner(banner: re.Match[str], rows: Iterator[str]) -> str:
    """Return the banner's kind; its text, which may look like configuration, is passed over."""
    delimiter = banner["delimiter"]
    if delimiter not in banner["rest"]:
        for row in rows:
            if delimiter in row:
                return banner["kind"]
        raise UnexpectedReply("is a configuration whose banner does not end")
    return banner["kind"]
