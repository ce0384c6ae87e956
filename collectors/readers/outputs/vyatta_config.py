"""A configuration of the Vyatta family (EdgeOS): braces, and one statement a line without a semicolon."""

import re

from collectors.errors import UnexpectedReply
from collectors.readers.junos.junos_config import Configuration, Path

_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|\S+')
DEPTH_LIMIT = 64


def parse(text: str) -> Configuration:
    """Return the paths of a configuration; raises UnexpectedReply when it is none, or its braces do not match."""
    paths: list[Path] = []
    branch: list[Path] = [()]
    for row in text.splitlines():
        line = row.strip()
        if not line or line.startswith(("/*", "#")):
            continue
        if line == "}":
            if len(branch) == 1:
                raise UnexpectedReply("closes more than it opens")
            branch.pop()
            continue
        words = tuple(word.strip('"') for word in _WORD.findall(line))
        if words[-1] == "{":
            branch.append((*branch[-1], *words[:-1]))
            if len(branch) > DEPTH_LIMIT:
                raise UnexpectedReply("is nested deeper than can be")
        paths.append(branch[-1] if words[-1] == "{" else (*branch[-1], *words))
    if len(branch) > 1:
        raise UnexpectedReply("is a configuration without its end, so that it may have been cut")
    if not any(path[0] == "system" for path in paths):
        raise UnexpectedReply("is no configuration")
    return Configuration(tuple(dict.fromkeys(paths)))
