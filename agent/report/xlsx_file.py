"""The checklist as an Excel workbook: a summary, and one row for each standard and subject with a filter over it."""

import io
from collections.abc import Iterator
from datetime import UTC
from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from agent.checklist import Checklist
from agent.report.csv_file import COLUMNS, rows_of
from agent.report.words import measured_when, problem_of, program, summary
from collectors.facts.cells import safe_cell

ROWS_LIMIT: Final = 1_000_000  # of one sheet, below Excel's 1,048,576; further rows go to another sheet
WIDTHS: Final = {"question": 60, "evidence": 80, "standard": 28, "at": 22, "valid_until": 22}
OTHER_WIDTH: Final = 16  # characters
SETTINGS: Final = {
    "in_memory": True,
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""No text becomes anything but a text; each is also written as one by its own call."""


def to_xlsx(checklist: Checklist) -> bytes:
    """Return the workbook; every cell is a text, with the same apostrophes as in the CSV file."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, SETTINGS) as book:
        book.set_properties(
            {
                "title": safe_cell(f"{checklist.client}, {checklist.site}")[:200],
                "author": program(),
                "created": checklist.at.astimezone(UTC).replace(tzinfo=None),
            }
        )
        bold = book.add_format({"bold": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("Summary")
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 100)
        for number, (name, text) in enumerate(_summary(checklist)):
            sheet.write_string(number, 0, safe_cell(name), bold)
            sheet.write_string(number, 1, safe_cell(text), wrapped)
        row = ROWS_LIMIT + 1
        for cells in rows_of(checklist):
            if row > ROWS_LIMIT:
                sheet = _answers(book, bold)
                row = 1
            for column, text in enumerate(cells):
                sheet.write_string(row, column, safe_cell(text), wrapped)
            row += 1
    return made.getvalue()


def _answers(book: xlsxwriter.Workbook, bold: Format) -> Worksheet:
    """Return a new sheet with its head, which stays in sight."""
    number = len(book.worksheets())
    sheet = book.add_worksheet("Answers" if number == 1 else f"Answers {number}")
    for column, name in enumerate(COLUMNS):
        sheet.set_column(column, column, WIDTHS.get(name, OTHER_WIDTH))
        sheet.write_string(0, column, name, bold)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, ROWS_LIMIT, len(COLUMNS) - 1)
    return sheet


def _summary(checklist: Checklist) -> Iterator[tuple[str, str]]:
    yield "Client", checklist.client
    yield "Site", checklist.site
    yield "Measured", measured_when(checklist)
    yield "Result", checklist.headline
    yield "", " ".join(summary(checklist))
    yield "Standards", f"{checklist.library}, {program()}"
    for note in checklist.notes:
        yield "Note", note
    for device in checklist.devices:
        problem, acts = problem_of(device)
        if problem:
            yield f"Not read: {device.name}" if not device.read else f"Partly read: {device.name}", f"{problem}. {acts}"
    for mend in checklist.mends:
        yield f"Would answer {mend.questions_count} more", f"{mend.what} ({mend.who})"
