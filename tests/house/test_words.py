"""Words and calls that do not belong into this project."""

import ast
import re

import pytest

from tests.house.sources import CODE, PACKAGES, ROOT, place, project_files, python_files, tree_of

WORD = re.compile(r"[A-Za-z]+")
VAGUE = frozenset(
    "asset base common customer finding handler helper helpers manager misc processor service tenant util utils".split()
)
FORBIDDEN_MODULES = frozenset({"cPickle", "dill", "marshal", "pickle", "shelve"})
FORBIDDEN_CALLS = frozenset(
    {
        "__import__", "eval", "exec", "multiprocessing.Pool", "os.popen", "os.system", "ProcessPoolExecutor",
        "subprocess.getoutput", "subprocess.getstatusoutput", "yaml.full_load", "yaml.load", "yaml.load_all",
        "yaml.unsafe_load",
    }
)  # fmt: skip
# The two outermost loops: nothing above them could log what went wrong.
BROAD_EXCEPT = frozenset(
    {"server/web/management/commands/run_schedules.py", "datumline/cli.py", "collectors/pool/child.py"}
)

# In halves, so that this file does not hold them.
ADDRESSES = tuple(
    first + second
    for first, second in (
        ("pypi", ".org"), ("pythonhosted", ".org"), ("npmjs", ".org"), ("npmjs", ".com"), ("debian", ".org/debian"),
        ("crates", ".io"), ("proxy.golang", ".org"), ("registry.", "yarnpkg"), ("jsdelivr", ".net"), ("unpkg", ".com"),
    )
)  # fmt: skip
PLACES = tuple(
    first + second
    for first, second in (
        ("/work", "/main"), ("/work", "/shared"), ("/opt", "/wheels"), ("/opt", "/pypi"), ("/tmp", "/v/"),
        ("/tmp", "/brief"), ("/root", "/."), ("\\Users", "\\runner"), ("/home", "/runner"),
    )
)  # fmt: skip


def dotted(node: ast.expr) -> str:
    """Return the name a call is written with, such as `os.system`, or nothing."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return node.id if isinstance(node, ast.Name) else ""


def forbidden_in(tree: ast.Module) -> list[str]:
    """Return what a module imports or calls and must not, with its line."""
    found = []
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.partition(".")[0] in FORBIDDEN_MODULES]
        elif isinstance(node, ast.ImportFrom):
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name for name in whole if name.partition(".")[0] in FORBIDDEN_MODULES or name in FORBIDDEN_CALLS]
            names += [alias.name for alias in node.names if alias.name == "ProcessPoolExecutor"]
        elif isinstance(node, ast.Call):
            name = dotted(node.func)
            names = [name] if name in FORBIDDEN_CALLS or name.endswith(".ProcessPoolExecutor") else []
            names += [
                "shell=True"
                for keyword in node.keywords
                if keyword.arg == "shell" and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
            ]
        found += [f"line {getattr(node, 'lineno', 0)}: {name}" for name in names]
    return found


def broad_excepts(tree: ast.Module) -> list[int]:
    """Return the lines that catch every exception."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(kind is None or dotted(kind) in {"Exception", "BaseException"} for kind in caught):
                lines.append(node.lineno)
    return lines


def test_modules_are_named_after_things_of_the_field() -> None:
    named = {
        place(file): VAGUE & {word.lower() for part in file.relative_to(ROOT).parts for word in WORD.findall(part)}
        for file in python_files(*PACKAGES)
    }
    assert not {file: words for file, words in named.items() if words}


def test_no_module_runs_text_as_code_or_loads_objects_from_bytes() -> None:
    found = {place(file): forbidden_in(tree_of(file)) for file in python_files(*CODE)}
    assert not {file: calls for file, calls in found.items() if calls}


def test_only_the_outermost_loops_catch_every_exception() -> None:
    found = {place(file): broad_excepts(tree_of(file)) for file in python_files(*PACKAGES)}
    assert {file for file, lines in found.items() if lines} <= BROAD_EXCEPT, found


@pytest.mark.parametrize(
    "code",
    [
        "eval('1')",
        "import pickle",
        "from pickle import loads",
        "import os\nos.system('x')",
        "from os import system",
        "import subprocess\nsubprocess.run('x', shell=True)",
        "import yaml\nyaml.load('x')",
        "from concurrent.futures import ProcessPoolExecutor",
        "import multiprocessing\nmultiprocessing.Pool()",
        "from multiprocessing import Pool",
    ],
)
def test_a_forbidden_call_is_seen(code: str) -> None:
    assert forbidden_in(ast.parse(code))


@pytest.mark.parametrize("code", ["except:", "except Exception:", "except (OSError, BaseException) as error:"])
def test_a_broad_except_is_seen(code: str) -> None:
    assert broad_excepts(ast.parse(f"try:\n    pass\n{code}\n    pass\n"))


def test_no_file_names_a_package_registry_or_a_place_on_one_machine() -> None:
    found = []
    for file in project_files():
        text = file.read_text(encoding="utf-8", errors="replace")
        found += [f"{place(file)}: {word}" for word in ADDRESSES + PLACES if word in text]
    assert not found
