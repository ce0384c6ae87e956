"""What is wrong with a library, told to its author: file, line, standard, sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

PROBLEMS_TOLD: Final = 100


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


def told(problems: Sequence[Problem]) -> list[str]:
    """Return the first PROBLEMS_TOLD problems as lines, and how many more there are."""
    more = len(problems) - PROBLEMS_TOLD
    rest = [f"and {more} more; mend these first."] if more > 0 else []
    return [*map(str, problems[:PROBLEMS_TOLD]), *rest]


class LibraryError(Exception):
    """The library's author must act: every problem that was found, in the order of the files."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(told(problems)))
        self.problems = problems


class Refused(Exception):
    """A part of an entry is not understood; the loader adds file and standard."""

    def __init__(self, text: str, line: int = 0, kind: ProblemKind = ProblemKind.CHECK) -> None:
        super().__init__(text)
        self.text = text
        self.line = line
        self.kind = kind
