"""A Junos configuration as paths of words, from either of its forms, with inheritance by apply-groups resolved."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from collectors.errors import AccessDenied, UnexpectedReply

Path = tuple[str, ...]
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|/\*.*?\*/|#[^\n]*|[{};\[\]]|[^\s{};\[\]"]+', re.DOTALL)
_SET_LINE = re.compile(r"^(?P<verb>set|deactivate|delete) (?P<rest>.+)$")
_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|\S+')
_SECTIONS = {"system", "interfaces", "groups", "version", "apply-groups", "chassis", "security", "protocols", "vlans"}
_PREFIXES = {"protect:", "replace:", "unprotect:"}
INHERITED_LIMIT = 500_000  # paths: groups with many wildcards multiply
NODES = ("node0", "node1")
DEPTH_LIMIT = 64  # Junos itself nests about twenty levels


@dataclass(frozen=True)
class Configuration:
    """The paths in force: own ones in order, then those inherited. Inactive parts are left out."""

    paths: tuple[Path, ...]

    def has(self, *prefix: str) -> bool:
        """Return whether something is stated at this place or below."""
        return any(path[: len(prefix)] == prefix for path in self.paths)

    def below(self, *prefix: str) -> tuple[Path, ...]:
        """Return what follows a place in every path through it."""
        size = len(prefix)
        return tuple(path[size:] for path in self.paths if path[:size] == prefix and len(path) > size)

    def names(self, *prefix: str) -> tuple[str, ...]:
        """Return the words that follow a place, each once, in order."""
        return tuple(dict.fromkeys(rest[0] for rest in self.below(*prefix)))

    def value(self, *prefix: str) -> str | None:
        """Return the one word that follows a place, the own one before an inherited one."""
        return next(iter(self.names(*prefix)), None)


def parse(text: str) -> Configuration:
    """Return a configuration in set or curly form; raises UnexpectedReply when it is neither, or does not close.

    Raises AccessDenied when a part is hidden from the account.
    """
    if "ACCESS-DENIED" in text:
        raise AccessDenied("is not all shown to this account: its class needs the permission view-configuration")
    own = (
        _set_paths(text) if re.search(r"^set (version|system|groups|interfaces) ", text, re.MULTILINE) else _curly(text)
    )
    if not any(path[0] in _SECTIONS for path in own):
        raise UnexpectedReply("is no configuration of Junos")
    if not any(path[0] == "system" for path in own):
        raise UnexpectedReply("is a configuration without the section system: the account may not see all of it")
    return Configuration(tuple(dict.fromkeys(path for path in resolved(own) if path[0] != "groups")))


def _set_paths(text: str) -> list[Path]:
    """Return the paths of set lines, without what is deactivated or deleted."""
    paths: list[Path] = []
    for line in text.splitlines():
        found = _SET_LINE.match(line.strip())
        if not found:
            continue
        words = tuple(_bare(word) for word in _WORD.findall(found["rest"]))
        if found["verb"] == "set":
            paths.append(words)
        else:
            paths = [path for path in paths if path[: len(words)] != words]
    return paths


def _curly(text: str) -> list[Path]:
    """Return the paths of the form with braces; raises UnexpectedReply when braces do not match."""
    paths: list[Path] = []
    branch: list[Path] = [()]
    words: list[str] = []
    listed: list[str] | None = None
    for piece in _TOKEN.findall(text):
        if piece.startswith(("#", "/*")) or piece in _PREFIXES:
            continue
        if piece == "[":
            listed = []
        elif piece == "]":
            continue
        elif piece == "{":
            branch.append((*branch[-1], *words))
            words = []
            if len(branch) > DEPTH_LIMIT:
                raise UnexpectedReply("is nested deeper than Junos does")
        elif piece in {";", "}"}:
            if words:
                paths += [(*branch[-1], *words, value) for value in listed] if listed else [(*branch[-1], *words)]
            words, listed = [], None
            if piece == "}":
                if len(branch) == 1:
                    raise UnexpectedReply("closes more than it opens")
                closed = branch.pop()
                paths.append(closed)
        elif listed is not None:
            listed.append(_bare(piece))
        else:
            words.append(_bare(piece))
    if len(branch) > 1:
        raise UnexpectedReply("is a configuration without its end, so that it may have been cut")
    return [path for path in paths if "inactive:" not in path]


def _bare(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] == '"' else word


def resolved(own: list[Path]) -> Iterator[Path]:
    """Yield the own paths, then what each apply-groups brings in at its place; own statements stand first.

    Raises UnexpectedReply where inheritance grows beyond all measure.
    """
    groups = [path[1:] for path in own if path[0] == "groups" and len(path) > 2]
    plain = [path for path in own if path[0] != "groups"]
    yield from plain
    excepted = {(path[:place], name) for path in plain for place, name in _applied(path, "apply-groups-except")}
    count = 0
    for path in plain:
        for place, group in _applied(path, "apply-groups"):
            at = path[:place]
            for rest in _of_group(group, groups, set()):
                for inherited in _inherited(at, rest, plain):
                    count += 1
                    if count > INHERITED_LIMIT:
                        raise UnexpectedReply("inherits more than can be read")
                    if not any(inherited[: len(where)] == where for where, name in excepted if name == group):
                        yield inherited


def _applied(path: Path, word: str) -> list[tuple[int, str]]:
    """Return place and name of an applied group; '${node}' is the one of each node of a chassis cluster."""
    if len(path) < 2 or path[-2] != word:
        return []
    return [(len(path) - 2, name) for name in (NODES if path[-1] == "${node}" else (path[-1],))]


def _of_group(group: str, groups: list[Path], seen: set[str]) -> Iterator[Path]:
    """Yield the paths of a group, with those of the groups that it applies itself."""
    if group in seen:
        return
    for path in groups:
        if path[0] == group:
            nested = _applied(path, "apply-groups")
            if nested:
                for _, name in nested:
                    yield from _of_group(name, groups, {*seen, group})
            else:
                yield path[1:]


def _inherited(at: Path, rest: Path, plain: list[Path]) -> Iterator[Path]:
    """Yield a group's path as it holds at a place; a wildcard stands for the names that are there."""
    heads: list[Path] = [()]
    for place, word in enumerate(rest):
        pattern = word[1:-1] if word.startswith("<") and word.endswith(">") else None
        if place < len(at):
            if word != at[place] and not (pattern and fnmatchcase(at[place], pattern)):
                return
            heads = [(*head, at[place]) for head in heads]
        elif pattern is None:
            heads = [(*head, word) for head in heads]
        else:
            heads = [
                (*head, name)
                for head in heads
                for name in dict.fromkeys(path[place] for path in plain if len(path) > place and path[:place] == head)
                if fnmatchcase(name, pattern)
            ]
    if len(rest) >= len(at):
        yield from heads
