"""Configurations of HPE Comware and Huawei VRP: sections between '#' lines, 'undo' for off, 'return' at the end."""

import re
from collections.abc import Iterator

from collectors.errors import UnexpectedReply
from collectors.readers.cisco.cisco_config import Configuration, Line

_BEGIN = re.compile(r"^ ?(sysname |version \d|!Software Version |!Last configuration)", re.MULTILINE)
_HEADER = re.compile(r"^ ?header (?P<kind>\w+)(?: information)? (?P<delimiter>\S)(?P<rest>.*)$")
_HEADER_FILE = re.compile(r"^ ?header (?P<kind>\w+)(?: information)? file \S+$")


def parse(text: str) -> Configuration:
    """Return a configuration; raises UnexpectedReply when it is none, or does not end in 'return'.

    A line with a space in front belongs to the header above it in its section, and stands for itself without one.
    """
    if not _BEGIN.search(text):
        raise UnexpectedReply("is no configuration")
    lines: list[Line] = []
    banners: list[str] = []
    comments: list[str] = []
    header: Line | None = None
    rows = iter(text.splitlines())
    ended = False
    for row in rows:
        banner = _HEADER.match(row)
        if _HEADER_FILE.match(row) or banner:
            banners.append(row.split()[1])
            if banner and not _HEADER_FILE.match(row):
                _skip(banner["delimiter"], banner["rest"], rows)
        elif row.strip() in {"#", ""}:
            header = None
        elif row.startswith("!"):
            comments.append(row.lstrip("! "))
        elif row.rstrip() == "return":
            ended = True
            break
        elif row.startswith(" ") and header is not None:
            header.children.append(Line(row.strip()))
        elif row.startswith(" "):
            lines.append(Line(row.strip()))
        else:
            header = Line(row.strip())
            lines.append(header)
    if not ended:
        raise UnexpectedReply("is a configuration without its end, so that it may have been cut")
    return Configuration(tuple(lines), tuple(banners), tuple(comments))


def _skip(delimiter: str, rest: str, rows: Iterator[str]) -> None:
    """Pass over a banner's text up to its delimiter; raises UnexpectedReply when it does not end."""
    if delimiter in rest:
        return
    if not any(delimiter in row for row in rows):
        raise UnexpectedReply("is a configuration whose banner does not end")


def switched(config: Configuration, feature: str) -> bool | None:
    """Return True for the line, False for 'undo ' before it, None when neither is stated."""
    if config.has(f"undo {feature}"):
        return False
    return True if any(line.text == feature or line.text.startswith(f"{feature} ") for line in config.lines) else None
