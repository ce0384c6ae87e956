"""Verdicts as a table for a terminal: by section, each standard with its verdict and what speaks for it."""

from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rules.verdict import Word
from rules.verdicts_document import StandardVerdict, VerdictsDocument

COLOURS = {Word.YES: "green", Word.NO: "bold red", Word.UNKNOWN: "yellow", Word.NOT_APPLICABLE: "dim"}


def print_table(document: VerdictsDocument) -> None:
    """Print the document; colours only on a terminal, and not with NO_COLOR."""
    console = Console(markup=False, highlight=False, emoji=False)
    table = Table(title=f"{document.client}, {document.at:%Y-%m-%d %H:%M} UTC", title_justify="left")
    for heading in ("Standard", "Verdict", "Evidence"):
        table.add_column(heading, overflow="fold")
    for section, standards in groupby(document.standards, key=lambda one: one.section):
        table.add_section()
        table.add_row(Text(section, style="bold"), "", "")
        for one in standards:
            table.add_row(one.id, Text(str(one.verdict), style=COLOURS[one.verdict]), Text(_told(one)))
    console.print(table)
    said = [one.verdict for one in document.standards]
    console.print(", ".join(f"{said.count(word)} {word}" for word in Word))


def _told(one: StandardVerdict) -> str:
    return one.text if one.reason is None else f"{one.text} [{one.reason}]"
