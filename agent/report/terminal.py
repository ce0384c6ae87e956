"""Words for a terminal: on one line, without what would steer it, whoever said them."""

from typing import TYPE_CHECKING

from collectors.facts.plain_text import plain_line

if TYPE_CHECKING:
    from rich.text import Text


def said(text: str, style: str = "") -> "Text":
    """Return a text for the console; blanks before it stay, they are its place."""
    from rich.text import Text

    return Text(" " * (len(text) - len(text.lstrip(" "))) + plain_line(text), style=style)
