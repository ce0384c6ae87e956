"""Tables and words in Markdown."""

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a bar inside a cell is escaped, an empty cell says so by a dash."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def code(text: str) -> str:
    """Return a text as the machine says it."""
    return f"`{text}`"


def codes(texts: Iterable[str]) -> str:
    """Return texts as the machine says them, with commas."""
    return ", ".join(map(code, texts))


def block(lines: Iterable[str]) -> str:
    """Return lines as the machine says them, each on its own."""
    return "\n".join(["```text", *lines, "```"])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|") or "-"
