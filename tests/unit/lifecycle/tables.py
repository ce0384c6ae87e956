"""The carried tables of decisions, and the carried catalogue, for the tests beside this file."""

import csv
from datetime import date
from functools import cache
from pathlib import Path

from rules.lifecycle import store
from rules.lifecycle.catalogue import Catalogue

TODAY = date(2026, 11, 21)
_DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def catalogue() -> Catalogue:
    return store.carried()
