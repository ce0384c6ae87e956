"""The commands `datumline firmware` and `datumline catalogue`: words, exit codes, and what goes where."""

import json
from importlib import resources
from pathlib import Path

import pytest

from datumline.cli import run
from rules.lifecycle import store
from tests.unit.lifecycle.tables import rows

FIRST_WORDS = {"eq": "equal", "incomparable": "incomparable", "unparsable": "incomparable", "branch": "incomparable"}
CASES = rows("firmware_age_cases.csv")


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.PLACE_VARIABLE, str(tmp_path / "catalogue"))


def _first_word(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.split()[0]


@pytest.mark.parametrize("row", rows("version_order.csv")[::8], ids=lambda row: row["scheme"])
def test_order_begins_with_how_a_stands_to_b(row: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["firmware", "order", row["scheme"], row["older"], row["newer"]]) == 0
    assert _first_word(capsys) == "older"


@pytest.mark.parametrize("row", rows("version_special.csv")[::4], ids=lambda row: row["scheme"])
def test_order_is_no_error_for_special_pairs(row: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["firmware", "order", row["scheme"], row["a"], row["b"]]) == 0
    assert _first_word(capsys) == FIRST_WORDS[row["relation"]]


def _arguments(row: dict[str, str]) -> list[str]:
    options = {"version": "version", "build_date": "build-date", "release_date": "release-date"}
    options |= {"not_before": "not-before", "today": "at", "max_months": "months", "product": "product"}
    told = [(f"--{option}", row[column]) for column, option in options.items() if row[column]]
    return ["firmware", "age", *(word for pair in told for word in pair)]


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["case"])
def test_age_begins_with_the_answer_of_the_table(row: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(_arguments(row)) == 0
    assert _first_word(capsys) == row["age_answer"]


@pytest.mark.parametrize("row", [row for row in CASES if row["release_lo"]], ids=lambda row: row["case"])
def test_age_names_the_days_of_the_table(row: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    run(_arguments(row))
    out = capsys.readouterr().out
    assert row["release_lo"] in out
    assert row["release_hi"] in out


def test_age_is_one_line_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    run(["firmware", "age", "--product", "pan-os", "--version", "9.0.17-h5", "--at", "2026-11-21"])
    assert capsys.readouterr().out.count("\n") == 1


def test_an_old_catalogue_is_warned_of_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    run(["firmware", "age", "--product", "pan-os", "--version", "10.2.18-h9", "--at", "2026-11-21"])
    assert "91 days old" in capsys.readouterr().err


def test_a_fresh_catalogue_is_not_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    run(["firmware", "age", "--product", "pan-os", "--version", "10.2.18-h9", "--at", "2026-10-06"])
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "wrong",
    [
        ["--at", "21.11.2026"],
        ["--at", "2026-02-30"],
        ["--build-date", "20260101"],
        ["--release-date", "2026-W01-1"],
        ["--not-before", "yesterday"],
        ["--months", "0"],
        ["--months", "1000000"],
        ["--months", "twelve"],
    ],
)
def test_a_wrong_argument_is_a_usage_error_in_a_sentence(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["firmware", "age", "--product", "x", *wrong]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert wrong[0] in told.err


def test_an_unknown_product_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["firmware", "age", "--product", "never heard of"]) == 0
    assert _first_word(capsys) == "unknown"


def test_show_prints_each_product_and_the_age(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["catalogue", "show"]) == 0
    out = capsys.readouterr().out
    assert "pan-os" in out
    assert "the catalogue of 2026-08-22" in out


def test_show_as_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    run(["catalogue", "show", "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    assert document["as_of_on"] == "2026-08-22"
    assert len(document["products"]) == 50


def test_a_refused_file_leaves_with_2_and_says_file_and_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new.json"
    path.write_bytes(b"[]")
    assert run(["catalogue", "update", str(path)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert f"{path}:1: is not a JSON object" in told.err


def test_an_accepted_file_counts_from_then_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    carried = (resources.files("rules.lifecycle") / "data" / store.LIFECYCLE).read_text("utf-8")
    path = tmp_path / "new.json"
    path.write_text(carried.replace('"data_as_of": "2026-08-22"', '"data_as_of": "2026-08-23"'), encoding="utf-8")
    assert run(["catalogue", "update", str(path)]) == 0
    assert store.load().origin == str(tmp_path / "catalogue")


def test_a_server_that_is_not_there_leaves_with_3() -> None:
    assert run(["catalogue", "update", "http://127.0.0.1:9/lifecycle.json"]) == 3
