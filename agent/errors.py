"""What keeps the agent from starting its work, each error named after who must act."""

from dataclasses import dataclass
from typing import Final

PROBLEMS_TOLD: Final = 100  # of one file


class AgentError(Exception):
    """The agent cannot do what was asked. The text is a sentence for a person and never holds a secret."""


@dataclass(frozen=True, order=True)
class FileProblem:
    """One thing that is wrong with a file a person wrote: where, and what to do about it."""

    file: str
    line: int
    """Counted from 1; 0 is the file as a whole."""
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}" if self.line else f"{self.file}: {self.text}"


class FileRefused(AgentError):
    """Whoever wrote the file must correct it: every problem that was found, in the order of the lines."""

    def __init__(self, problems: tuple[FileProblem, ...]) -> None:
        self.problems = tuple(sorted(set(problems)))
        more = len(self.problems) - PROBLEMS_TOLD
        told = [
            *map(str, self.problems[:PROBLEMS_TOLD]),
            *([f"and {more} more; correct these first."] if more > 0 else []),
        ]
        super().__init__("\n".join(told))


class StateUnusable(AgentError):
    """The operator must make the state directory usable: nothing is tried without the record of logons."""


class AlreadyRunning(AgentError):
    """The operator must end the other agent first: two with one counter would look like a clone."""


class NotEnrolled(AgentError):
    """The operator must enrol this machine, or enrol it anew."""


class KeysUnusable(AgentError):
    """The operator must look at the key file: it is readable by others, or damaged."""


class ServerUnavailable(AgentError):
    """Nobody must act at once: it is tried again later. `after_s` is when the server wants to be asked again."""

    def __init__(self, text: str, after_s: float | None = None, status: int | None = None) -> None:
        super().__init__(text)
        self.after_s = after_s
        self.status = status


class ServerRefused(AgentError):
    """Whoever runs the server must act: it does not take this request, however often it is sent."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


class RestoredOrCloned(AgentError):
    """A person must confirm on the server that this machine is the one agent of its name."""


class Revoked(AgentError):
    """A person took this agent's rights away: it stops, and says so."""


class SpoolFull(AgentError):
    """The operator must make room: nothing more is read until reports can be kept."""
