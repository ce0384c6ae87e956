"""Files stay small enough to read; a longer one says why in its docstring."""

import ast
import re
from pathlib import Path

from tests.house.sources import CODE, PACKAGES, ROOT, place, project_files, python_files, tree_of

MODULE_LINES = 400
TEST_LINES = 500
YAML_LINES = 400
SAYS_WHY_ABOVE = 300
A_REASON = re.compile(r"\b(because|long)\b", re.IGNORECASE)


def length(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def test_no_module_is_too_long() -> None:
    written = [file for file in python_files(*CODE) if file.parent.name != "migrations"]  # Django writes those
    lengths = {place(file): length(file) for file in written}
    assert not {
        file: lines
        for file, lines in lengths.items()
        if lines >= (TEST_LINES if file.startswith("tests/") else MODULE_LINES)
    }


def test_a_long_module_says_why_in_its_docstring() -> None:
    long_ones = [file for file in python_files(*PACKAGES) if length(file) > SAYS_WHY_ABOVE]
    assert not [place(file) for file in long_ones if not A_REASON.search(ast.get_docstring(tree_of(file)) or "")]


def test_no_file_of_standards_is_too_long() -> None:
    library = ROOT / "rules" / "library"
    files = [file for file in project_files() if library in file.parents and file.suffix == ".yaml"]
    assert not [place(file) for file in files if length(file) >= YAML_LINES]
