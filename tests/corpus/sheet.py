"""Sheets of the corpus: CSV files with a heading."""

import csv
from pathlib import Path


def rows_of(file: Path) -> list[dict[str, str]]:
    """Return the rows of a sheet by the names of its columns."""
    with file.open(encoding="utf-8", newline="") as sheet:
        return [{name: text or "" for name, text in row.items() if name} for row in csv.DictReader(sheet)]
