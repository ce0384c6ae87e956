"""Verdicts as a table for a terminal: by section, each standard with its verdict and what speaks for it."""

from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from collectors.facts.plain_text import plain_line
from rules.cli.printing import print_document, table_text
from rules.verdict import Word
from rules.verdicts_document import StandardVerdict, VerdictsDocument

COLOURS = {Word.YES: "green", Word.NO: "bold red", Word.UNKNOWN: "yellow", Word.NOT_APPLICABLE: "dim"}


def print_table(document: VerdictsDocument) -> None:
    """Print the document."""
    print_document(table_text(lambda console: _draw(console, document)))


def _draw(console: Console, document: VerdictsDocument) -> None:
    table = Table(title=f"{plain_line(document.client)}, {document.at:%Y-%m-%d %H:%M} UTC", title_justify="left")
    table.add_column("Standard", overflow="fold", min_width=min(_longest_id(document), console.width // 2))
    table.add_column("Verdict", no_wrap=True)
    table.add_column("Evidence", overflow="fold")
    for section, standards in groupby(document.standards, key=lambda one: one.section):
        table.add_section()
        table.add_row(Text(section, style="bold"), "", "")
        for one in standards:
            table.add_row(one.id, Text(str(one.verdict), style=COLOURS[one.verdict]), Text(_told(one)))
    said = [one.verdict for one in document.standards]
    console.print(table)
    console.print(", ".join(f"{said.count(word)} {word}" for word in Word))


def _longest_id(document: VerdictsDocument) -> int:
    return max((len(one.id) for one in document.standards), default=0)


def _told(one: StandardVerdict) -> str:
    text = plain_line(one.text)
    return text if one.reason is None else f"{text} [{one.reason}]"
