"""Lines of a command's output, as long as lines of such commands are."""

LINE_LIMIT_CHARACTERS = 1000
"""A longer line is no line of these commands, and would make patterns slow: a machine's text is hostile until read."""


def lines_of(text: str) -> list[str]:
    """Return the lines that are not longer than lines of these commands can be."""
    return [line for line in text.splitlines() if len(line) <= LINE_LIMIT_CHARACTERS]
