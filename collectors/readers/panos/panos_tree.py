"""PAN-OS output in braces ('show config running', 'show running nat-policy') as a tree of names and values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from collectors.errors import UnexpectedReply

DEPTH_LIMIT = 64
_TOKEN = re.compile(r'"(?P<quoted>(?:\\.|[^"\\])*)"|(?P<sign>[{};\[\]])|(?P<bare>[^\s{};\[\]"]+)', re.DOTALL)


@dataclass
class Branch:
    """A name with its values ('source [ a b ];') and what stands inside its braces."""

    name: str
    values: tuple[str, ...] = ()
    inside: list["Branch"] = field(default_factory=list)

    def at(self, *names: str) -> "Branch":
        """Return the branch at a path, an empty one when it is not stated."""
        here = self
        for name in names:
            here = next((branch for branch in here.inside if branch.name == name), Branch(name))
        return here

    def words(self, name: str) -> tuple[str, ...]:
        """Return a setting's values: in one line, or each in a line of its own inside braces; empty when not stated."""
        found = self.at(name)
        return found.values or tuple(branch.name for branch in found.inside)

    def text(self, name: str) -> str | None:
        """Return a setting's only text, None when it is not stated."""
        return " ".join(self.at(name).values) or None

    def on(self, name: str) -> bool | None:
        """Return whether a setting is yes; None when it is not stated."""
        return {"yes": True, "no": False}.get(self.text(name) or "")

    @property
    def stated(self) -> bool:
        """Return whether there is anything at all."""
        return bool(self.values or self.inside)


def parse(text: str) -> Branch:
    """Return the tree; raises UnexpectedReply when braces do not close, so that something may have been cut."""
    top = Branch("")
    branch = [top]
    words: list[str] = []
    for sign, word in _tokens(text):
        if not sign:
            words.append(word)
        elif word == "{":
            opened = Branch(" ".join(words))
            words = []
            branch[-1].inside.append(opened)
            branch.append(opened)
            if len(branch) > DEPTH_LIMIT:
                raise UnexpectedReply("is nested deeper than any configuration")
        elif word == ";":
            if words:
                branch[-1].inside.append(Branch(words[0], tuple(words[1:])))
            words = []
        elif word == "}":
            if words or len(branch) == 1:
                raise UnexpectedReply("is no configuration: its braces do not fit")
            branch.pop()
    if len(branch) > 1 or words:
        raise UnexpectedReply("is a configuration without its end, so that it may have been cut")
    return top


def _tokens(text: str) -> Iterator[tuple[bool, str]]:
    """Give each word, and each brace or semicolon; the brackets around a list only group its words."""
    for found in _TOKEN.finditer(text):
        if found["sign"] in {"[", "]"}:
            continue
        if found["sign"]:
            yield True, found["sign"]
        else:
            yield False, found["bare"] if found["quoted"] is None else re.sub(r"\\(.)", r"\1", found["quoted"])
