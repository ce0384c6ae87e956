"""A small builder of HTML in which every text is escaped unless it was made here."""

import html
from collections.abc import Iterable
from typing import Final

from collectors.facts.plain_text import plain_text

_VOID: Final = frozenset({"meta", "input", "br"})
_DRAWN: Final = frozenset({"path", "circle", "rect", "use"})  # inside a drawing an empty element must be closed


class Markup(str):
    """HTML that was made by this builder, or is part of our own files."""

    __slots__ = ()


Child = str | Iterable["Child"] | None
"""A Markup stands as it is, any other text is escaped, None is nothing."""


def element(name: str, /, *children: Child, **attributes: str | bool | int | None) -> Markup:
    """Return an element. 'class_' loses its underline, other underlines become hyphens; False and None are left out."""
    told = "".join(
        _attribute(key, value) for key, value in attributes.items() if value is not None and value is not False
    )
    if name in _VOID:
        return Markup(f"<{name}{told}>")
    if name in _DRAWN:
        return Markup(f"<{name}{told}/>")
    return Markup(f"<{name}{told}>{joined(*children)}</{name}>")


def joined(*children: Child) -> Markup:
    """Return the children one after the other."""
    parts: list[str] = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, Markup):
            parts.append(child)
        elif isinstance(child, str):
            parts.append(escaped(child))
        else:
            parts.append(joined(*child))
    return Markup("".join(parts))


def escaped(text: str) -> Markup:
    """Return a text with its special letters written out, without control and text-turning characters."""
    return Markup(html.escape(plain_text(text), quote=True))


def _attribute(key: str, value: str | bool | int) -> str:
    name = "viewBox" if key == "viewbox" else key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escaped(str(value))}"'
