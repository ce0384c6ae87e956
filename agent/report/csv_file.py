"""The checklist as CSV (RFC 4180), one row for each standard and subject, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from agent.checklist import Checklist, Question, Row
from collectors.facts.cells import safe_cell

COLUMNS: Final = (
    "client", "site", "at", "standard", "section", "category", "priority", "question", "verdict", "reason",
    "subject", "kind", "subject_verdict", "subject_reason", "object", "evidence", "valid_until",
)  # fmt: skip


def to_csv(checklist: Checklist) -> str:
    """Return the rows with a head; words are those of the JSON document ('unknown', 'not applicable')."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(safe_cell, cells) for cells in rows_of(checklist))
    return text.getvalue()


def rows_of(checklist: Checklist) -> Iterator[tuple[str, ...]]:
    """Give the cells of each row in the order of COLUMNS, as they are: `safe_cell` makes them safe."""
    for section in checklist.sections:
        for question in section.questions:
            for row in question.rows or (None,):
                yield _cells(checklist, question, row)


def _cells(checklist: Checklist, question: Question, row: Row | None) -> tuple[str, ...]:
    of_question = (
        checklist.client,
        checklist.site,
        checklist.at.isoformat(),
        question.id,
        question.section,
        question.category,
        question.priority,
        question.text,
        question.word.value,
        question.reason.value if question.reason else "",
    )
    if row is None:
        return (*of_question, "", "", "", "", "", question.outcome, "")
    return (
        *of_question,
        row.subject,
        row.kind,
        row.word.value,
        row.reason.value if row.reason else "",
        row.object or "",
        "\n".join(row.evidence),
        row.valid_until.isoformat() if row.valid_until else "",
    )
