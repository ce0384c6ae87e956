"""A catalogue file is checked before it counts: any fault keeps the old files and names the file and the reason."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from rules.lifecycle import store
from rules.lifecycle.parsing import FILE_BYTES, parse
from rules.lifecycle.problems import CatalogueRefused
from rules.lifecycle.rows import BuildsFile, LifecycleFile
from tests.unit.lifecycle.tables import TODAY

_DATA = resources.files("rules.lifecycle") / "data"
LIFECYCLE: dict[str, Any] = json.loads((_DATA / store.LIFECYCLE).read_text("utf-8"))
BUILDS: dict[str, Any] = json.loads((_DATA / store.BUILDS).read_text("utf-8"))


def _product(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in document["products"] if row["id"] == name)
    return found


def _future_version(d: dict[str, Any]) -> None:
    _product(d, "pan-os")["versions"]["12.2.3"] = ["2026-11-22", "R"]


def _after_as_of(d: dict[str, Any]) -> None:
    _product(d, "pan-os")["versions"]["12.2.3"] = ["2026-09-22", "R"]


def _impossible_day(d: dict[str, Any]) -> None:
    _product(d, "pan-os")["versions"]["12.2.3"] = ["2026-02-30", "R"]


def _other_form_of_day(d: dict[str, Any]) -> None:
    _product(d, "pan-os")["versions"]["12.2.3"] = ["01/08/2026", "R"]


def _day_as_number(d: dict[str, Any]) -> None:
    _product(d, "fortios")["cycles"][0]["eol"] = 20301021


def _eol_as_word(d: dict[str, Any]) -> None:
    _product(d, "fortios")["cycles"][0]["eol"] = "true"


def _no_eol(d: dict[str, Any]) -> None:
    del _product(d, "fortios")["cycles"][0]["eol"]


def _no_eol_at_all(d: dict[str, Any]) -> None:
    for cycle in _product(d, "fortios")["cycles"]:
        del cycle["eol"]


def _eol_before_release(d: dict[str, Any]) -> None:
    _product(d, "fortios")["cycles"][0]["eol"] = "2020-01-01"


def _misspelt_field(d: dict[str, Any]) -> None:
    _product(d, "fortios")["cycles"][0]["eoll"] = "2030-01-01"


def _missing_release(d: dict[str, Any]) -> None:
    del _product(d, "fortios")["cycles"][0]["rel"]


def _future_cycle(d: dict[str, Any]) -> None:
    _product(d, "fortios")["cycles"][0]["rel"] = "2026-12-24"


def _future_latest(d: dict[str, Any]) -> None:
    _product(d, "pan-os")["cycles"][0]["latest_date"] = "2027-01-01"


def _product_twice(d: dict[str, Any]) -> None:
    d["products"].append(deepcopy(d["products"][0]))


def _cycle_twice(d: dict[str, Any]) -> None:
    cycles = _product(d, "fortios")["cycles"]
    cycles.append(deepcopy(cycles[0]))


def _other_order(d: dict[str, Any]) -> None:
    _product(d, "pan-os")["scheme"] = "dotted"


def _inverted_hotfix(d: dict[str, Any]) -> None:
    _product(d, "pan-os")["versions"]["10.1.14-h21"] = ["2020-01-01", "R"]


def _inverted_opnsense(d: dict[str, Any]) -> None:
    _product(d, "opnsense")["versions"]["25.7.12"] = ["2025-08-01", "R"]


def _older_data(d: dict[str, Any]) -> None:
    d["meta"]["data_as_of"] = "2026-08-21"
    for row in d["products"]:
        row["versions"] = {}


def _future_data(d: dict[str, Any]) -> None:
    d["meta"]["data_as_of"] = "2027-01-01"


def _products_as_object(d: dict[str, Any]) -> None:
    d["products"] = {"fortios": {}}


def _no_meta(d: dict[str, Any]) -> None:
    del d["meta"]


def _hostile_id(d: dict[str, Any]) -> None:
    d["products"][0]["id"] = "../../etc"


def _control_character(d: dict[str, Any]) -> None:
    _product(d, "pan-os")["versions"]["12.2.3\x1b[31m"] = ["2026-08-01", "R"]


def _endless_name(d: dict[str, Any]) -> None:
    d["products"][0]["name"] = "x" * 5000


def _impossible_remark(d: dict[str, Any]) -> None:
    _product(d, "pan-os")["conflicts"]["12.2.2"] = ["2026-13-45"]


def _number_for_version(d: dict[str, Any]) -> None:
    _product(d, "pan-os")["versions"]["12.2.3"] = "2026-08-01"


BROKEN_PRODUCTS = [
    _future_version,
    _after_as_of,
    _impossible_day,
    _other_form_of_day,
    _day_as_number,
    _eol_as_word,
    _no_eol,
    _no_eol_at_all,
    _eol_before_release,
    _misspelt_field,
    _missing_release,
    _future_cycle,
    _future_latest,
    _product_twice,
    _cycle_twice,
    _other_order,
    _inverted_hotfix,
    _inverted_opnsense,
    _older_data,
    _future_data,
    _products_as_object,
    _no_meta,
    _hostile_id,
    _control_character,
    _endless_name,
    _impossible_remark,
    _number_for_version,
]

BROKEN_BUILDS: dict[str, list[Any]] = {
    "a revision dated after today": ["windows", [20348, 5000, None, "2027-01-01", "", "T"]],
    "a revision dated before an older one": ["windows", [20348, 99999, None, "2022-01-01", "", "T"]],
    "a revision as text": ["windows", [20348, "5000", None, "2026-08-01", "", "T"]],
    "a revision as broken number": ["windows", [20348, 1.5, None, "2026-08-01", "", "T"]],
    "a negative build": ["windows", [-1, 5000, None, "2026-08-01", "", "T"]],
    "an unknown flag": ["windows", [20348, 5000, None, "2026-08-01", "X", "T"]],
    "a row that is too short": ["windows", [20348, 5000]],
    "a row that is no row": ["windows", "20348.5000"],
    "a SQL Server build that is none": ["sqlserver", ["15.0", "CU1", None, "2026-08-01", "E"]],
    "an Exchange build without a day": ["exchange", ["15.2.1.1", None, None, None, "E"]],
}

BROKEN_TEXTS = {
    "nothing": b"",
    "not JSON": b"<html>sign in</html>",
    "half of it": json.dumps(LIFECYCLE).encode()[:100_000],
    "not UTF-8": b'{"products": "\xff\xfe"}',
    "a list": b"[]",
    "another document": b'{"format": "datumline.facts/1"}',
    "a key twice": b'{"products": [], "products": []}',
    "not a number": b'{"products": [], "meta": NaN}',
    "a number of 5000 digits": b'{"products": ' + b"9" * 5000 + b"}",
    "100,000 brackets": b'{"products": ' + b"[" * 100_000,
    "more than 20 MB": b'{"products": "' + b"x" * FILE_BYTES + b'"}',
}


def _refused(text: bytes, folder: Path) -> CatalogueRefused:
    with pytest.raises(CatalogueRefused) as refused:
        store.update(text, "new.json", TODAY, folder)
    return refused.value


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return both files as an import leaves them."""
    folder = tmp_path_factory.mktemp("imported")
    store.update(json.dumps(LIFECYCLE).encode(), "first.json", TODAY, folder)
    store.update(json.dumps(BUILDS).encode(), "first.json", TODAY, folder)
    return _held(folder)


@pytest.fixture
def folder(tmp_path: Path, imported: dict[str, bytes]) -> Path:
    """Return a folder in which both files were imported."""
    for name, text in imported.items():
        (tmp_path / name).write_bytes(text)
    return tmp_path


def _held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("spoil", BROKEN_PRODUCTS, ids=lambda spoil: spoil.__name__.strip("_"))
def test_a_broken_list_of_products_is_refused_by_name(spoil: Callable[[dict[str, Any]], None], tmp_path: Path) -> None:
    document = deepcopy(LIFECYCLE)
    spoil(document)
    assert str(_refused(json.dumps(document).encode(), tmp_path)).startswith("new.json:")


@pytest.mark.parametrize("spoil", BROKEN_PRODUCTS, ids=lambda spoil: spoil.__name__.strip("_"))
def test_a_broken_list_of_products_changes_no_file(spoil: Callable[[dict[str, Any]], None], folder: Path) -> None:
    before = _held(folder)
    document = deepcopy(LIFECYCLE)
    spoil(document)
    _refused(json.dumps(document).encode(), folder)
    assert _held(folder) == before


@pytest.mark.parametrize("wrong", BROKEN_BUILDS)
def test_a_broken_list_of_builds_changes_no_file(wrong: str, folder: Path) -> None:
    before = _held(folder)
    document = deepcopy(BUILDS)
    rows, row = BROKEN_BUILDS[wrong]
    document[rows].append(row)
    _refused(json.dumps(document).encode(), folder)
    assert _held(folder) == before


@pytest.mark.parametrize("wrong", BROKEN_TEXTS)
def test_a_text_that_is_no_catalogue_is_refused_by_name(wrong: str, tmp_path: Path) -> None:
    assert str(_refused(BROKEN_TEXTS[wrong], tmp_path)).startswith("new.json:")


def test_the_reason_finds_the_field() -> None:
    document = deepcopy(LIFECYCLE)
    _impossible_day(document)
    with pytest.raises(CatalogueRefused, match=r"products, pan-os, versions, 12\.2\.3"):
        parse(json.dumps(document).encode(), "new.json")


def test_the_reason_of_an_inversion_names_both_versions(tmp_path: Path) -> None:
    document = deepcopy(LIFECYCLE)
    _inverted_hotfix(document)
    assert "10.1.14-h21 is dated 2020-01-01, before the older 10.1.14-h20" in str(
        _refused(json.dumps(document).encode(), tmp_path)
    )


def _newer(document: dict[str, Any], on: str = "2026-11-20") -> dict[str, Any]:
    newer = deepcopy(document)
    newer["meta"]["data_as_of"] = on
    return newer


def test_a_newer_file_brings_its_releases(tmp_path: Path) -> None:
    newer = _newer(LIFECYCLE)
    _product(newer, "pan-os")["versions"]["12.2.3"] = ["2026-11-01", "R"]
    store.update(json.dumps(newer).encode(), "new.json", TODAY, tmp_path)
    product = store.load(tmp_path).product("pan-os")
    assert product
    assert product.versions["12.2.3"][0] == date(2026, 11, 1)


def test_a_newer_file_moves_the_day_of_the_data(tmp_path: Path) -> None:
    store.update(json.dumps(_newer(LIFECYCLE)).encode(), "new.json", TODAY, tmp_path)
    assert store.load(tmp_path).lifecycle.meta.data_as_of == date(2026, 11, 20)


def test_rows_that_a_newer_file_lost_are_kept(tmp_path: Path) -> None:
    newer = _newer(LIFECYCLE)
    newer["products"] = newer["products"][:3]
    _product(newer, "pan-os")["versions"] = {}
    store.update(json.dumps(newer).encode(), "new.json", TODAY, tmp_path)
    kept = store.load(tmp_path).lifecycle
    assert [len(row.versions) for row in kept.products if row.id == "pan-os"] == [564]


def test_builds_that_a_newer_file_lost_are_kept(tmp_path: Path) -> None:
    newer = _newer(BUILDS)
    newer["windows"], newer["exchange"] = newer["windows"][:1], []
    store.update(json.dumps(newer).encode(), "new.json", TODAY, tmp_path)
    kept = store.load(tmp_path).builds
    assert (len(kept.windows), len(kept.exchange)) == (1385, 165)


def test_a_release_that_is_dated_anew_is_disputed(tmp_path: Path) -> None:
    newer = _newer(LIFECYCLE)
    _product(newer, "pan-os")["versions"]["10.2.18-h9"] = ["2026-07-25", "R"]
    store.update(json.dumps(newer).encode(), "new.json", TODAY, tmp_path)
    catalogue = store.load(tmp_path)
    product = catalogue.product("pan-os")
    assert product
    found = catalogue.releases(product).find("10.2.18-h9")
    assert found
    assert (found.earliest_on, found.latest_on, found.disputed) == (date(2026, 7, 21), date(2026, 7, 25), True)


def test_a_build_that_is_dated_anew_is_disputed(tmp_path: Path) -> None:
    newer = _newer(BUILDS)
    newer["windows"] = [[17763, 9121, None, "2026-08-14", "", "T"]]
    store.update(json.dumps(newer).encode(), "new.json", TODAY, tmp_path)
    catalogue = store.load(tmp_path)
    product = catalogue.product("windows-server")
    assert product
    found = catalogue.releases(product).find("17763.9121")
    assert found
    assert found.disputed


def test_an_end_of_support_that_moved_is_taken(tmp_path: Path) -> None:
    newer = _newer(LIFECYCLE)
    _product(newer, "fortios")["cycles"][0]["eol"] = "2031-01-01"
    store.update(json.dumps(newer).encode(), "new.json", TODAY, tmp_path)
    product = store.load(tmp_path).product("fortios")
    assert product
    assert product.cycles[0].eol == date(2031, 1, 1)


def test_the_file_before_stays_beside_the_new_one(folder: Path) -> None:
    before = (folder / store.LIFECYCLE).read_bytes()
    store.update(json.dumps(_newer(LIFECYCLE)).encode(), "new.json", TODAY, folder)
    assert (folder / "lifecycle.previous.json").read_bytes() == before


def test_no_half_written_file_is_left(imported: dict[str, bytes]) -> None:
    assert sorted(imported) == [store.LIFECYCLE, store.BUILDS]


def test_a_damaged_imported_file_is_left_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / store.LIFECYCLE).write_bytes(b"{")
    assert store.load(tmp_path).origin == "carried"
    assert "damaged" in caplog.text


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("not a folder", encoding="utf-8")
    with pytest.raises(CatalogueRefused, match="cannot be written"):
        store.update(json.dumps(_newer(LIFECYCLE)).encode(), "new.json", TODAY, place)


def test_an_import_older_than_the_carried_files_is_joined_with_them(tmp_path: Path) -> None:
    older = deepcopy(LIFECYCLE)
    older["meta"]["data_as_of"] = "2026-01-01"
    older["products"] = [deepcopy(_product(LIFECYCLE, "fortios")) | {"id": "own-product", "name": "Own"}]
    (tmp_path / store.LIFECYCLE).write_text(json.dumps(older), encoding="utf-8")
    catalogue = store.load(tmp_path)
    assert catalogue.product("own-product")
    assert catalogue.product("pan-os")


def test_the_carried_files_are_what_they_are_read_as() -> None:
    assert isinstance(parse(json.dumps(LIFECYCLE).encode(), "a"), LifecycleFile)
    assert isinstance(parse(json.dumps(BUILDS).encode(), "b"), BuildsFile)


def test_the_carried_catalogue_has_all_its_rows() -> None:
    catalogue = store.carried()
    cycles = sum(len(row.cycles) for row in catalogue.lifecycle.products)
    versions = sum(len(row.versions) for row in catalogue.lifecycle.products)
    assert (len(catalogue.lifecycle.products), cycles, versions) == (50, 934, 3190)
