"""Facts are the leaf that both sides share: they import pydantic, themselves and pure parts of the standard library."""

import ast
from pathlib import Path

from tests.house.sources import place, python_files, tree_of

PURE = frozenset(
    "abc bisect collections contextlib copy dataclasses datetime decimal enum fractions functools hashlib hmac"
    " ipaddress itertools json math operator re string types typing unicodedata uuid zoneinfo __future__".split()
)


def imported(tree: ast.Module) -> set[str]:
    """Return the dotted names that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
    return names


def strange_imports(file: Path) -> set[str]:
    """Return what a module of the facts imports and must not."""
    return {
        name
        for name in imported(tree_of(file))
        if name.partition(".")[0] not in PURE | {"pydantic"} and not f"{name}.".startswith("collectors.facts.")
    }


def test_facts_import_only_pydantic_and_facts() -> None:
    found = {place(file): strange_imports(file) for file in python_files("collectors/facts")}
    assert not {file: names for file, names in found.items() if names}
