"""`datumline evaluate` and `datumline library check`, as they are called."""

import json
from pathlib import Path

import pytest

from datumline.cli import run
from tests.sound_library import LIBRARY

FACTS = {
    "format": "datumline.facts/1",
    "observed_at": "2026-11-21T03:12:40Z",
    "device": {"name": "ups1", "class": "ups", "driver": "apc_powernet", "address": "192.0.2.7"},
    "sections": {
        "ups": {
            "read_at": "2026-11-21T03:12:40Z",
            "source": {"transport": "snmp", "driver": "apc_powernet"},
            "complete": True,
            "value": {"runtime_s": 599, "battery": "normal"},
        }
    },
    "gaps": {"ups.self_test_at": {"reason": "not told", "text": "is not told by this model"}},
}
AT = "2026-11-21T03:15:00Z"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "ups.yaml").write_text(LIBRARY, encoding="utf-8")
    return folder


def facts(tmp_path: Path, name: str, **device: str) -> str:
    path = tmp_path / f"{name}.json"
    path.write_text(json.dumps({**FACTS, "device": {**FACTS["device"], "name": name, **device}}), encoding="utf-8")  # type: ignore[dict-item]
    return str(path)


def test_evaluate_prints_the_document_and_nothing_else(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evaluate", facts(tmp_path, "ups1"), "--library", str(library), "--at", AT]) == 0
    told = json.loads(capsys.readouterr().out)
    (subject,) = told["standards"][0]["subjects"]
    assert told["format"] == "datumline.verdicts/1"
    assert (told["at"], told["standards"][0]["verdict"]) == (AT, "no")
    assert subject["evidence"] == ["runtime 9 minutes 59 s, must be at least 10 minutes"]
    assert told["devices"] == [
        {"name": "ups1", "class": "ups", "read": True, "sections": 1, "gaps": 1, "problem": None}
    ]


def test_documents_of_different_devices_are_rolled_up(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two = [facts(tmp_path, "ups1"), facts(tmp_path, "ups2", address="192.0.2.8")]
    assert run(["evaluate", *two, "--library", str(library), "--at", AT]) == 0
    assert len(json.loads(capsys.readouterr().out)["standards"][0]["subjects"]) == 2


def test_documents_said_to_be_of_one_device_are_merged(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two = [facts(tmp_path, "ups1"), facts(tmp_path, "other", address="192.0.2.8")]
    assert run(["evaluate", *two, "--same-device", "--library", str(library), "--at", AT]) == 0
    assert len(json.loads(capsys.readouterr().out)["standards"][0]["subjects"]) == 1


def test_the_table_names_standard_and_verdict(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["evaluate", facts(tmp_path, "ups1"), "--library", str(library), "--at", AT, "--format", "table"]
    assert run([*arguments, "--client", "Example Ltd"]) == 0
    out = capsys.readouterr().out
    assert "Example Ltd, 2026-11-21 03:15 UTC" in out
    assert "ups.runtime" in out
    assert "\x1b" not in out


@pytest.mark.parametrize("content", ["{", '{"format": "datumline.facts/9"}', "[]", "\x00"])
def test_a_bad_file_is_named_and_ends_with_2(
    content: str, library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(content, encoding="utf-8")
    assert run(["evaluate", str(bad), "--library", str(library)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert str(bad) in captured.err


def test_a_missing_file_a_bad_instant_and_a_bad_library_end_with_2(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = facts(tmp_path, "ups1")
    assert run(["evaluate", str(tmp_path / "none.json"), "--library", str(library)]) == 2
    assert run(["evaluate", good, "--library", str(library), "--at", "yesterday"]) == 2
    assert run(["evaluate", good, "--library", str(tmp_path / "nowhere")]) == 2
    assert "there is no such library directory" in capsys.readouterr().err


def test_library_check_counts_what_is_right(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["library", "check", str(library)]) == 0
    assert capsys.readouterr().out == "1 standards in 1 files, 3 cases: 3 right.\n"


def test_library_check_names_file_and_standard(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (library / "ups.yaml").write_text(
        LIBRARY.replace("599 seconds}}, verdict: no", "599 seconds}}, verdict: yes"), "utf-8"
    )
    assert run(["library", "check", str(library)]) == 2
    err = capsys.readouterr().err
    assert "ups.yaml:19: ups.runtime: case 2: verdict is no, must be yes" in err
    assert "there is no case with the verdict 'no'" in err
