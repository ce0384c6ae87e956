"""The CSV: a row each standard and subject, and no cell that a spreadsheet would run."""

import csv
import io

import pytest

from agent.report.csv_file import COLUMNS, to_csv
from collectors.facts.cells import safe_cell
from rules.verdict import Reason, Word
from tests.unit.agent.lists import checklist, question, row

FORMULAS = (
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "＝1", "＋1", "－1", "＠x",
    '=HYPERLINK("http://example.com")', "x;=1", "x\t=1", "a\n=1", "x|=1", "x; +1",
)  # fmt: skip


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def parts_as_any_spreadsheet_splits(cell: str) -> list[str]:
    for separator in "\t\r\n|":
        cell = cell.replace(separator, ";")
    return cell.split(";")


@pytest.mark.parametrize("text", FORMULAS)
def test_no_part_of_a_cell_begins_as_a_formula(text: str) -> None:
    parts = parts_as_any_spreadsheet_splits(safe_cell(text))
    assert not [part for part in parts if part.strip()[:1] in set("=+-@＝＋－＠")]


@pytest.mark.parametrize("text", ["plain", "a = b", "12.5 % of 3", "x-y", "mail@example.com", "", "2026-11-21"])
def test_a_plain_text_is_not_changed(text: str) -> None:
    assert safe_cell(text) == text


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_of_a_device_is_safe_in_the_file(text: str) -> None:
    told = checklist([question("q", Word.NO, (row(Word.NO, text, (text,)),), text=text)])
    (only,) = rows_of(to_csv(told))
    assert (only["subject"], only["evidence"]) == (safe_cell(text), safe_cell(text))


def test_each_subject_has_a_row() -> None:
    told = checklist([question("q", Word.NO, (row(Word.NO, "a"), row(Word.YES, "b")))])
    assert [(one["subject"], one["subject_verdict"]) for one in rows_of(to_csv(told))] == [("a", "no"), ("b", "yes")]


def test_a_standard_without_subjects_has_a_row_with_its_outcome() -> None:
    told = checklist([question("q", Word.UNKNOWN, reason=Reason.NO_DEVICE, outcome="no ups is known")])
    assert [(one["verdict"], one["subject"], one["evidence"]) for one in rows_of(to_csv(told))] == [
        ("unknown", "", "no ups is known")
    ]


def test_programs_read_the_words_of_the_document() -> None:
    told = checklist([question("q", Word.UNKNOWN, reason=Reason.STALE)])
    (only,) = rows_of(to_csv(told))
    assert (only["verdict"], only["reason"]) == ("unknown", "stale")


def test_lines_end_as_the_standard_says() -> None:
    text = to_csv(checklist([question("q", Word.YES)]))
    assert text.split("\r\n")[0] == ",".join(f'"{column}"' for column in COLUMNS)


def test_several_lines_of_evidence_stand_in_one_cell() -> None:
    told = checklist([question("q", Word.NO, (row(Word.NO, "a", ("one", "two")),))])
    (only,) = rows_of(to_csv(told))
    assert only["evidence"] == "one\ntwo"
