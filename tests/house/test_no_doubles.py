"""The map stays small: no import goes round in a circle, no function stands twice, and every test asserts."""

import ast
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.house.sources import CODE, PACKAGES, module_of, place, python_files, tree_of

DOUBLED_LINES = 4  # shorter ones are alike by chance
RAISES = frozenset({"pytest.raises", "pytest.fail", "pytest.warns"})
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions_of(tree: ast.AST) -> list[Function]:
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def imports_of(tree: ast.Module, modules: frozenset[str]) -> set[str]:
    """Return the modules that are imported as soon as this one is; what a function imports comes later."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            below = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= below & modules or {node.module}
    return found & modules


def circle_among(imports: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def body_of(function: Function) -> str:
    """Return what a function takes and does, without its name and docstring."""
    statements = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return "\n".join([ast.unparse(function.args), *map(ast.unparse, statements)])


def doubled(trees: dict[str, ast.Module]) -> list[list[str]]:
    places: dict[str, list[str]] = defaultdict(list)
    for name, tree in trees.items():
        for function in functions_of(tree):
            body = body_of(function)
            if body.count("\n") >= DOUBLED_LINES:
                places[body].append(f"{name}: {function.name}")
    return [found for found in places.values() if len(found) > 1]


def asserts(function: Function) -> bool:
    return any(
        isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and ast.unparse(node.func) in RAISES)
        for node in ast.walk(function)
    )


def without_assertion(trees: dict[str, ast.Module]) -> list[str]:
    """Return the tests that assert nothing, neither themselves nor by a function that they call."""
    asserting = {function.name for tree in trees.values() for function in functions_of(tree) if asserts(function)}
    return [
        f"{name}: {function.name}"
        for name, tree in trees.items()
        for function in functions_of(tree)
        if function.name.startswith("test_")
        and not asserts(function)
        and not asserting & {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    ]


def trees(*folders: str) -> dict[str, ast.Module]:
    return {place(file): tree_of(file) for file in python_files(*folders)}


def test_no_import_goes_round_in_a_circle() -> None:
    files = {module_of(file): file for file in python_files(*CODE)}
    modules = frozenset(files)
    assert circle_among({name: imports_of(tree_of(file), modules) - {name} for name, file in files.items()}) == []


def test_a_circle_is_seen() -> None:
    modules = frozenset({"a.one", "a.two"})
    sources = {"a.one": "from a import two", "a.two": "from a.one import NAME"}
    assert circle_among({name: imports_of(ast.parse(text), modules) for name, text in sources.items()})


def test_no_function_stands_twice() -> None:
    assert doubled(trees(*PACKAGES)) == []


def test_a_function_under_another_name_is_seen() -> None:
    body = "\n    a = x + 1\n    b = a * 2\n    c = b - 3\n    return c\n"
    assert doubled({"one.py": ast.parse(f"def f(x):{body}"), "two.py": ast.parse(f'def g(x):\n    "Do."{body}')})


def test_every_test_asserts_something() -> None:
    assert without_assertion(trees("tests")) == []


@pytest.mark.parametrize("body", ["run()", "with suppress(ValueError): run()", "helper()"])
def test_a_test_that_asserts_nothing_is_seen(body: str) -> None:
    tree = ast.parse(f"def test_a():\n    {body}\ndef helper():\n    return 1\n")
    assert without_assertion({"test_a.py": tree}) == ["test_a.py: test_a"]
