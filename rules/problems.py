"""What is wrong with a library, told to its author: file, line, standard, sentence."""

from dataclasses import dataclass
from enum import StrEnum


class ProblemKind(StrEnum):
    """The sorts of refusal, so that a test or a page can group them."""

    TEXT = "text"
    ENTRY = "entry"
    CHECK = "check"
    SETTING = "setting"
    WORDING = "wording"
    CASE = "case"
    FILE = "file"


@dataclass(frozen=True, order=True)
class Problem:
    """One reason to refuse an entry. `standard` is empty when the file itself is at fault."""

    file: str
    line: int
    standard: str
    kind: ProblemKind
    text: str

    def __str__(self) -> str:
        who = f"{self.standard}: " if self.standard else ""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {who}{self.text}"


class LibraryError(Exception):
    """The library's author must act: every problem that was found, in the order of the files."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class Refused(Exception):
    """A part of an entry is not understood; the loader adds file and standard."""

    def __init__(self, text: str, line: int = 0, kind: ProblemKind = ProblemKind.CHECK) -> None:
        super().__init__(text)
        self.text = text
        self.line = line
        self.kind = kind
