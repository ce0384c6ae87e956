"""A FortiOS configuration as a tree of config, edit and set lines, with values that run over several lines."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.replies import TextReplies

WHOLE = "show"
"""The question whose reply, a whole configuration, stands in for those of single sections."""
_TOKEN = re.compile(r'"(?P<quoted>(?:\\.|[^"\\])*)"|(?P<bare>(?:\\.|[^\s"\\])+)', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_QUOTE = re.compile(r'(?<!\\)(?:\\\\)*"')
_STATES: Mapping[str, bool] = {"enable": True, "disable": False}
_CERTIFICATE_LINES_LIMIT = 2000  # lines of one value: a certificate or a replacement page


@dataclass
class Block:
    """A section ('system global') or an entry of one ('wan1'), with its settings and what is inside it."""

    name: str
    settings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    entries: list["Block"] = field(default_factory=list)
    sections: list["Block"] = field(default_factory=list)

    def words(self, setting: str) -> tuple[str, ...] | None:
        """Return the words of a setting, empty after 'unset', None when it is not stated."""
        return self.settings.get(setting)

    def text(self, setting: str) -> str | None:
        """Return the setting as one text, None when it is not stated or unset."""
        return " ".join(self.settings.get(setting, ())) or None

    def section(self, name: str) -> "Block":
        """Return a section inside this one, an empty one when it is not stated."""
        return next((section for section in self.sections if section.name == name), Block(name))


@dataclass(frozen=True)
class Placed:
    """A section with the virtual domain it stands in; '' outside any."""

    vdom: str
    block: Block


class Shown:
    """What the device showed: replies to commands, and sections of its configuration, each parsed once."""

    def __init__(self, replies: TextReplies) -> None:
        self.replies = replies
        self._trees: dict[str, Block] = {}

    def sections(self, name: str) -> tuple[Placed, ...]:
        """Return a section from the reply to 'show NAME', else from a whole configuration, once a virtual domain.

        In a whole configuration a section that is not stated has its defaults, and comes out empty. Raises NoReply when
        neither was read, UnexpectedReply when the reply may be cut.
        """
        question = f"show {name}"
        if question not in self.replies.replies and WHOLE in self.replies.replies:
            whole = self._tree(WHOLE)
            found = _placed(whole, name)
            if not (found and all(not placed.vdom for placed in found)) and not _is_all(whole):
                raise UnexpectedReply("is not stated in a configuration that may be only a part of one")
            return found or (Placed("", Block(name)),)
        found = _placed(self._tree(question), name)
        if not found:
            raise UnexpectedReply(f"is not told: the reply to {question!r} holds no such section")
        return found

    def section(self, name: str) -> Block:
        """Return a section of which the device has one; raises as `sections` does."""
        return self.sections(name)[0].block

    def entries(self, name: str) -> tuple[Placed, ...]:
        """Return the entries of a section in all virtual domains, in the device's order."""
        return tuple(Placed(placed.vdom, entry) for placed in self.sections(name) for entry in placed.block.entries)

    def stated(self, *names: str) -> list[Block]:
        """Return all of some sections; one that the release does not know is left out.

        Raises for one that was refused, not asked or not whole: what it would have said is not certain.
        """
        found: list[Block] = []
        for name in names:
            reply = self.replies.replies.get(f"show {name}")
            if not (isinstance(reply, Gap) and reply.reason is GapReason.UNSUPPORTED):
                found += [placed.block for placed in self.sections(name)]
        return found

    def head(self) -> str | None:
        """Return the first lines of a whole configuration, which tell model and version; None without one."""
        whole = self.replies.replies.get(WHOLE)
        return whole[:400] if isinstance(whole, str) else None

    def _tree(self, question: str) -> Block:
        if question not in self._trees:
            self._trees[question] = parse(self.replies[question])
        return self._trees[question]


def parse(text: str) -> Block:
    """Return the tree of a reply or a file; raises UnexpectedReply when it is none, or not whole."""
    top = Block("")
    branch: list[tuple[str, Block]] = [("config", top)]
    for words in _lines(text):
        verb, rest = words[0], words[1:]
        kind, block = branch[-1]
        if verb == "config" and rest:
            section = Block(" ".join(rest))
            block.sections.append(section)
            branch.append(("config", section))
        elif verb == "edit" and rest and len(branch) > 1:
            if kind == "edit":
                branch.pop()
                block = branch[-1][1]
            entry = Block(rest[0])
            block.entries.append(entry)
            branch.append(("edit", entry))
        elif verb in {"set", "unset"} and rest and len(branch) > 1:
            block.settings[rest[0]] = rest[1:]
        elif verb == "next" and kind == "edit":
            branch.pop()
        elif verb == "end" and len(branch) > 1:
            if kind == "edit":  # virtual domains end without 'next'
                branch.pop()
            if len(branch) == 1:
                raise UnexpectedReply("is a configuration with an 'end' too many")
            branch.pop()
        else:
            raise UnexpectedReply(f"holds the line {' '.join(words)!r:.60}, which has no place in a configuration")
    if not top.sections:
        raise UnexpectedReply("is no configuration")
    if len(branch) > 1:
        raise UnexpectedReply("is a configuration without its end, so that it may have been cut")
    return top


def _lines(text: str) -> Iterator[tuple[str, ...]]:
    """Give the words of each line; a value whose quotation mark is not closed goes on in the next line."""
    rows = iter(text.splitlines())
    for row in rows:
        line = row.strip()
        if not line or line.startswith("#"):
            continue
        if _odd(line):
            line = _joined(line, rows)
        yield tuple(_unescaped(token) for token in _TOKEN.finditer(line))


def _joined(line: str, rows: Iterator[str]) -> str:
    parts = [line]
    for count, row in enumerate(rows):
        parts.append(row)
        if _odd(row):
            return "\n".join(parts)
        if count > _CERTIFICATE_LINES_LIMIT:
            break
    raise UnexpectedReply("is a configuration with a text that does not end")


def _odd(line: str) -> bool:
    return len(_QUOTE.findall(line)) % 2 == 1


def _unescaped(token: re.Match[str]) -> str:
    return _ESCAPE.sub(r"\1", token["bare"] if token["quoted"] is None else token["quoted"])


def _placed(top: Block, name: str) -> tuple[Placed, ...]:
    """Return the section at the top, in 'config global' and in each entry of 'config vdom'."""
    found = [Placed("", section) for section in top.sections if section.name == name]
    for section in top.sections:
        if section.name == "global":
            found += [Placed("", inner) for inner in section.sections if inner.name == name]
        if section.name == "vdom":
            found += [
                Placed(vdom.name, inner) for vdom in section.entries for inner in vdom.sections if inner.name == name
            ]
    return tuple(found)


def _is_all(top: Block) -> bool:
    """Return whether a configuration goes to its end: FortiOS marks none, but writes routing last, in each domain."""
    domains = [section for section in top.sections if section.name == "vdom"]
    named = {entry.name for section in domains for entry in section.entries}
    filled = {entry.name: entry for section in domains for entry in section.entries if entry.sections}
    if named != set(filled):
        return False
    return all(
        block.sections[-1].name.startswith("router ") for block in (*filled.values(), *([] if filled else [top]))
    )


def network_of(words: tuple[str, ...]) -> str | None:
    """Return '10.0.0.0/8' for an address and its mask, or for a prefix; 'any' for all addresses; None for neither."""
    text = "/".join(words[:2])
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    return "any" if network.prefixlen == 0 else str(network)


def switched(block: Block, setting: str, default: bool | None) -> bool | None:
    """Return whether a setting is 'enable', the default when not stated; raises UnexpectedReply for another word."""
    words = block.words(setting)
    if not words:
        return default
    if words[0] not in _STATES:
        raise UnexpectedReply(f"holds the setting {setting!r} as {words[0]!r:.40}, neither on nor off")
    return _STATES[words[0]]
