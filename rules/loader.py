"""Loads a library: reads every file and refuses with file, line and standard, all problems together."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rules.coverage import missing_cases
from rules.given_file import read_given
from rules.problems import LibraryError, Problem, ProblemKind, Refused
from rules.reading import Read, read_entry
from rules.standard import Standard
from rules.yaml_texts import MAX_CHARACTERS, Map, Row, parse

MAX_STANDARDS = 15  # in one file: a page that a committee still reads
MAX_FILES = 2_000


@dataclass(frozen=True)
class Library:
    """All standards, in the order of section, category and place in the file."""

    standards: tuple[Standard, ...]
    directory: Path
    by_id: dict[str, Standard] = field(default_factory=dict, repr=False)

    def standard(self, id_: str) -> Standard:
        """Return a standard; raises KeyError."""
        return self.by_id[id_]


def load(directory: Path) -> Library:
    """Return the library in a directory and below; raises LibraryError with every problem found."""
    standards, problems = survey(directory)
    if problems:
        raise LibraryError(problems)
    ordered = tuple(sorted(standards, key=lambda one: (one.section, one.category, one.file, one.line)))
    return Library(ordered, directory, {one.id: one for one in ordered})


def survey(directory: Path) -> tuple[tuple[Standard, ...], tuple[Problem, ...]]:
    """Return the standards that could be read and all problems of the library."""
    problems: list[Problem] = []
    standards: list[Standard] = []
    try:
        is_there = directory.is_dir()
    except OSError as error:
        return (), (Problem(str(directory), 0, "", ProblemKind.FILE, f"cannot be read: {error.strerror}"),)
    if not is_there:
        return (), (Problem(str(directory), 0, "", ProblemKind.FILE, "there is no such library directory"),)
    given = sorted(_below(directory, problems))
    if problems:
        return (), tuple(problems)
    files = [path for path in given if path.suffix == ".yaml" and path.is_file()]
    if len(files) > MAX_FILES:
        problem = Problem(str(directory), 0, "", ProblemKind.FILE, f"holds more than {MAX_FILES} files")
        return (), (problem,)
    if not files:
        text = "holds no file that ends in .yaml, so no standard"
        return (), (Problem(str(directory), 0, "", ProblemKind.FILE, text),)
    problems += [
        Problem(path.relative_to(directory).as_posix(), 0, "", ProblemKind.FILE, "is not read: it is no plain file")
        for path in given
        if path.suffix == ".yaml" and not path.is_file()
    ]
    problems += [
        Problem(path.relative_to(directory).as_posix(), 0, "", ProblemKind.FILE, "is not read: let it end in .yaml")
        for path in given
        if path.suffix == ".yml"
    ]
    for path in files:
        read, wrong = _file(path, path.relative_to(directory).as_posix())
        standards += read
        problems += wrong
    problems += _twice(standards)
    return tuple(standards), tuple(sorted(problems))


def _below(directory: Path, problems: list[Problem]) -> Iterator[Path]:
    """Give every file below the directory; a directory that cannot be read is a problem, not an empty one."""

    def note(error: OSError) -> None:
        problems.append(Problem(str(error.filename), 0, "", ProblemKind.FILE, f"cannot be read: {error.strerror}"))

    for folder, _, names in os.walk(directory, onerror=note):
        yield from (Path(folder, name) for name in names)


def _file(path: Path, name: str) -> tuple[list[Standard], list[Problem]]:
    try:
        document = parse(_text(path))
    except Refused as refused:
        return [], [Problem(name, refused.line, "", refused.kind, refused.text)]
    if not isinstance(document, Row):
        return [], [Problem(name, 1, "", ProblemKind.FILE, "a file is a list of standards")]
    problems = []
    if len(document) > MAX_STANDARDS:
        text = f"holds {len(document)} standards, more than {MAX_STANDARDS}: split it by category"
        problems.append(Problem(name, document.line, "", ProblemKind.FILE, text))
    standards = []
    for written in document:
        if not isinstance(written, Map):
            problems.append(Problem(name, document.line, "", ProblemKind.ENTRY, f"{written!r} is no standard"))
            continue
        read = read_entry(written, name)
        problems += read.problems
        if read.standard is not None:
            standards.append(read.standard)
            problems += _cases(read, name)
    return standards, problems


def _cases(read: Read, name: str) -> list[Problem]:
    standard = read.standard
    if standard is None or read.problems:
        return []
    return [
        Problem(name, line or standard.line, standard.id, ProblemKind.CASE, text)
        for line, text in missing_cases(standard)
    ]


def _text(path: Path) -> str:
    try:
        content = read_given(path, 4 * MAX_CHARACTERS)
    except OSError as error:
        raise Refused(f"cannot be read: {error.strerror}", 0, ProblemKind.FILE) from error
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("is not UTF-8", content[: error.start].count(b"\n") + 1, ProblemKind.TEXT) from error


def _twice(standards: list[Standard]) -> list[Problem]:
    first: dict[str, Standard] = {}
    problems = []
    for one in standards:
        if one.id in first:
            text = f"the id stands already in {first[one.id].file}, line {first[one.id].line}"
            problems.append(Problem(one.file, one.line, one.id, ProblemKind.ENTRY, text))
        first.setdefault(one.id, one)
    return problems
