"""Cells for spreadsheets: what would be taken for a formula is told as text."""

import re
from typing import Final

from collectors.facts.plain_text import plain_text

# What a spreadsheet takes for a formula, also in full width; and after what another separator makes a new cell.
_FORMULA: Final = re.compile(r"(^|[;\t\n|])([^\S\t\n]*)(?=[=+\-@＝＋－＠])")
CELL_LIMIT: Final = 32_000  # characters; a spreadsheet takes 32,767 and makes further cells of the rest


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet runs as a formula: an apostrophe stands before what would begin one."""
    return _FORMULA.sub(r"\1\2'", plain_text(text)[:CELL_LIMIT])
