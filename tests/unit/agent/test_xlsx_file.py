"""The workbook, read back as a spreadsheet reads it: texts alone, the same rows as the CSV, a head that stays."""

import io
import zipfile

import openpyxl
import pytest

from agent.report import xlsx_file
from agent.report.csv_file import COLUMNS
from agent.report.xlsx_file import to_xlsx
from collectors.facts.cells import safe_cell
from rules.verdict import Reason, Word
from tests.unit.agent.lists import checklist, question, row
from tests.unit.agent.test_csv_file import FORMULAS

TOLD = [question("q", Word.NO, (row(Word.NO, "a", ("one", "two")), row(Word.YES, "b"))), question("r", Word.YES)]


def answers(raw: bytes, name: str = "Answers") -> list[dict[str, str]]:
    head, *rows = openpyxl.load_workbook(io.BytesIO(raw))[name].iter_rows(values_only=True)
    return [dict(zip(map(str, head), (str(cell or "") for cell in one), strict=True)) for one in rows]


def test_each_subject_has_a_row_with_the_columns_of_the_csv() -> None:
    told = answers(to_xlsx(checklist(TOLD)))
    assert [(one["subject"], one["subject_verdict"]) for one in told] == [("a", "no"), ("b", "yes"), ("ups1", "yes")]
    assert told[0]["evidence"] == "one\ntwo"
    assert tuple(told[0]) == COLUMNS


def test_programs_read_the_words_of_the_document() -> None:
    (only,) = answers(to_xlsx(checklist([question("q", Word.UNKNOWN, reason=Reason.STALE)])))
    assert (only["verdict"], only["reason"]) == ("unknown", "stale")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_of_a_device_is_a_text(text: str) -> None:
    raw = to_xlsx(checklist([question("q", Word.NO, (row(Word.NO, text, (text,)),), text=text)]))
    (only,) = answers(raw)
    assert (only["subject"], only["evidence"]) == (safe_cell(text), safe_cell(text))
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(raw)).read("xl/worksheets/sheet2.xml")


def test_the_first_sheet_says_whose_and_when() -> None:
    told = checklist(TOLD)
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(told)))["Summary"]
    said = {str(name): str(text) for name, text in sheet.iter_rows(values_only=True)}
    assert (said["Client"], said["Site"], said["Result"]) == (told.client, told.site, told.headline)


def test_more_rows_than_a_sheet_holds_go_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_file, "ROWS_LIMIT", 2)
    raw = to_xlsx(checklist(TOLD))
    assert [len(answers(raw, name)) for name in ("Answers", "Answers 2")] == [2, 1]


def test_the_same_checklist_gives_the_same_file() -> None:
    assert to_xlsx(checklist(TOLD)) == to_xlsx(checklist(TOLD))
