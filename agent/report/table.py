"""The checklist for the terminal: the news, what would make more known, devices, and every section's questions."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from agent.checklist import SAYS, Checklist, Counts, DeviceLine, Question, many
from agent.report.terminal import said
from agent.report.words import capital, gist, line, measured_when, named, problem_of, rows_by_need, summary
from collectors.facts.plain_text import plain_line
from rules.verdict import Word

if TYPE_CHECKING:
    from rich.console import Console
    from rich.padding import Padding

ROWS_SHOWN: Final = 5  # subjects of one question; JSON, CSV and HTML hold more
COLOURS: Final = {Word.YES: "green", Word.NO: "bold red", Word.UNKNOWN: "yellow", Word.NOT_APPLICABLE: "dim"}
_SHORT: Final = {Word.YES: "yes", Word.NO: "no", Word.UNKNOWN: "not measured", Word.NOT_APPLICABLE: "n/a"}
_WIDTH: Final = max(map(len, _SHORT.values()))


def draw_checklist(console: "Console", checklist: Checklist) -> None:
    """Print the checklist; its words stand without colour, too."""
    from rich.table import Table
    from rich.text import Text

    console.print(said(checklist.headline, style="bold"))
    console.print(said(f"{checklist.client}, {checklist.site}. Measured {measured_when(checklist)}."))
    if checklist.interrupted:
        console.print(said("The run was interrupted: what had been read by then is here.", style="yellow"))
    for note in checklist.notes:
        console.print(said(note, style="yellow"))
    for section in checklist.sections:
        console.print()
        console.print(Text.assemble((plain_line(section.name), "bold"), f"  {_counted(section.counts)}"))
        table = Table.grid(padding=(0, 2))
        table.add_column(width=_WIDTH + 2, no_wrap=True)
        table.add_column(overflow="fold")
        for question in section.questions:
            table.add_row(said(f"  {_SHORT[question.word]}", style=COLOURS[question.word]), said(question.text))
            for text in _evidence(question):
                table.add_row("", text)
        console.print(table)
    _draw_devices(console, checklist.devices)
    _draw_mends(console, checklist)
    console.print()
    console.print(said(" ".join(summary(checklist))))
    console.print(said(_counted(checklist.counts)))


def _evidence(question: Question) -> Iterator["Padding"]:
    """Give the lines below a question: the evidence of what is not a yes, else the answer's own words."""
    telling = [row for row in rows_by_need(question) if row.word in {Word.NO, Word.UNKNOWN}]
    if not telling:
        told = question.outcome if question.word is Word.UNKNOWN else gist(question)
        yield _indented(told or question.spoken, style="dim")
        return
    for row in telling[:ROWS_SHOWN]:
        answer = "not measured: " if question.word is not row.word else ""
        first, *more = row.evidence or ("no evidence",)
        yield _indented(f"{named(row)}: {answer}{line(first)}")
        for one in more:
            yield _indented(line(one), depth=4)
    if len(telling) > ROWS_SHOWN:
        yield _indented(f"and {len(telling) - ROWS_SHOWN} more", style="dim")


def _indented(text: str, depth: int = 2, style: str = "") -> "Padding":
    """Return a text of which every line is indented, also those that the terminal's width makes."""
    from rich.padding import Padding

    return Padding(said(text, style=style), (0, 0, 0, depth))


def _draw_devices(console: "Console", devices: tuple[DeviceLine, ...]) -> None:
    from rich.table import Table

    console.print()
    console.print(said("Devices", style="bold"))
    table = Table.grid(padding=(0, 2))
    for device in sorted(devices, key=lambda one: (one.read, not one.problems)):
        problem, who = problem_of(device)
        state = ("partly" if problem else "read") if device.read else "not read"
        told = f"{many(device.sections_count, 'section')}, {many(device.gaps_count, 'gap')}" if device.read else ""
        parts = [part for part in (told, problem, who) if part]
        style = "" if device.read else "bold red"
        table.add_row(
            said(f"  {device.name}"),
            said(device.device_class or "kind not known"),
            said(state, style=style),
            said(". ".join(parts)),
        )
    console.print(table)


def _draw_mends(console: "Console", checklist: Checklist) -> None:
    from rich.table import Table

    if not checklist.mends:
        return
    console.print()
    console.print(said("What would make more of it known, and who must act", style="bold"))
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", no_wrap=True)
    for mend in checklist.mends:
        table.add_row(said(f"  {many(mend.questions_count, 'question')}"), said(capital(mend.what)))
        table.add_row("", said(capital(mend.who), style="dim"))
        for detail in mend.details:
            table.add_row("", said(f"- {detail}", style="dim"))
    console.print(table)


def _counted(counts: Counts) -> str:
    """Return counts in words: '2 yes, 1 no, 3 not measured'."""
    told = [f"{counts[word]} {_SHORT[word]}" for word in SAYS if counts[word]]
    return ", ".join(told) or "no standard"
