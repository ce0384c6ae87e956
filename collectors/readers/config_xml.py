"""A configuration in XML (pfSense, OPNsense) as a tree of plain values, read without entities and document types."""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from collectors.errors import UnexpectedReply

SIZE_LIMIT_CHARACTERS = 32 * 1024 * 1024
_ON = frozenset({"1", "on", "yes", "true", "enabled", "enable"})
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")


@dataclass(frozen=True)
class Node:
    """An element that may not be there: reading goes on and gives nothing."""

    element: Element | None

    def at(self, path: str) -> "Node":
        """Return the first element at a path like 'system/webgui'."""
        return Node(None if self.element is None else self.element.find(path))

    def all(self, path: str) -> tuple["Node", ...]:
        """Return the elements at a path, in order."""
        return () if self.element is None else tuple(Node(found) for found in self.element.findall(path))

    def text(self, path: str) -> str | None:
        """Return the text at a path, None when it is absent or empty."""
        found = self.at(path).element
        return (found.text or "").strip() or None if found is not None else None

    def texts(self, path: str) -> tuple[str, ...]:
        """Return all texts at a path that are not empty, in order."""
        return tuple(text for node in self.all(path) if (text := node.text(".")) is not None)

    def has(self, path: str) -> bool:
        """Return whether an element stands at a path, empty or not: pfSense's way to say yes."""
        return self.at(path).element is not None

    def on(self, path: str) -> bool:
        """Return whether the text at a path is a yes: OPNsense's way, which writes 0 for no."""
        return (self.text(path) or "").casefold() in _ON

    @property
    def name(self) -> str:
        """Return the element's name."""
        return "" if self.element is None else self.element.tag


def parse(text: str, roots: frozenset[str]) -> Node:
    """Return the tree; raises UnexpectedReply for what is no XML, is cut, has a document type, or another root."""
    if len(text) > SIZE_LIMIT_CHARACTERS:
        raise UnexpectedReply(f"is a configuration of more than {SIZE_LIMIT_CHARACTERS} characters")
    try:
        root = fromstring(_DECLARED.sub("", text).strip(), forbid_dtd=True)
    except ParseError as error:
        raise UnexpectedReply("is no whole configuration: it is no well-formed XML") from error
    except DefusedXmlException as error:
        raise UnexpectedReply("is a configuration with a document type or entities, which are not read") from error
    if any(len(element) and _words_beside(element) for element in root.iter()):
        raise UnexpectedReply("is a configuration that was damaged: it holds words beside elements")
    if root.tag not in roots:
        raise UnexpectedReply(f"is XML of another kind: it begins with {root.tag!r:.40}")
    return Node(root)


def _words_beside(element: Element) -> str:
    """Return the words that stand between an element's children, where neither system writes any."""
    return "".join(((element.text or "").strip(), *((child.tail or "").strip() for child in element)))
