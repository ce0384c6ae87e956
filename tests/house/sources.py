"""The files that the house tests look at."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("agent", "collectors", "datumline", "rules", "server")
CODE = (*PACKAGES, "bench", "tests", "tools")
MADE = frozenset({".git", ".venv", "build", "dist", "node_modules", "out", "__pycache__"})


def made(file: Path) -> bool:
    """Return whether a file was made by a tool, not written."""
    return bool(MADE & set(file.relative_to(ROOT).parts))


def python_files(*folders: str) -> list[Path]:
    """Return the Python files of these folders of the project, sorted."""
    files = (file for folder in folders for file in (ROOT / folder).rglob("*.py"))
    return sorted(file for file in files if not made(file))


def place(file: Path) -> str:
    """Return the path below the project, as tests show it."""
    return file.relative_to(ROOT).as_posix()


@cache
def tree_of(file: Path) -> ast.Module:
    """Return the syntax tree of one file."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def module_of(file: Path) -> str:
    """Return the import name of a file: a path is its import."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def project_files() -> tuple[Path, ...]:
    """Return the files that belong to the project: those git knows or would add, or all where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        files: Iterator[Path] = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    else:
        files = ROOT.rglob("*")
    return tuple(sorted(file for file in files if file.is_file() and not made(file)))
