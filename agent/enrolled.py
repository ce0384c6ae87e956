"""With which server the agent is enrolled and as whom, and the counter that stands in every signature."""

from pathlib import Path
from typing import Final, Literal

from pydantic import AwareDatetime, Field

from agent.own_file import Kept, read_own, write_own
from collectors.link.jobs import Id
from collectors.link.messages import Short, State

EPOCH_LIMIT: Final = 999_999_999
"""What fits into a signature (`collectors.link.signatures`)."""
BLOCK_COUNT: Final = 100
"""So many counters are taken from the file at once: one write to the disk for them, and a crash skips the rest."""


class Enrolment(Kept):
    """What the server said when the agent was enrolled."""

    format: Literal["datumline.agent-enrolment/1"] = "datumline.agent-enrolment/1"
    server: str
    ca_file: str | None = None
    proxy: str | None = None
    agent_id: Id
    client: Short
    site: Short
    site_id: Id
    state: State
    enrolled_at: AwareDatetime


class _Count(Kept):
    format: Literal["datumline.agent-counter/1"] = "datumline.agent-counter/1"
    epoch: int = Field(ge=1)
    taken: int = Field(ge=0)


class Counter:
    """Epoch and counter: no pair is ever given twice, also when the process is killed or the power fails."""

    def __init__(self, path: Path) -> None:
        """Read the file; raises StateUnusable. Without it the agent begins at 1, which the server may not take."""
        self._path = path
        kept = read_own(path, _Count)
        self.epoch = kept.epoch if kept else 1
        self._last = self._taken = kept.taken if kept else 0

    def begin(self, epoch: int) -> None:
        """Go on in the epoch of an enrolment: behind the request that enrolled, or where this agent was in it."""
        self._keep(epoch, max(1, self._taken if epoch == self.epoch else 0))
        self.epoch, self._last = epoch, self._taken

    def next(self) -> tuple[int, int]:
        """Return epoch and the next counter; raises StateUnusable when it could not be kept."""
        if self._last >= self._taken:
            self._keep(self.epoch, self._last + BLOCK_COUNT)
        self._last += 1
        return self.epoch, self._last

    def renewed(self, epoch: int) -> bool:
        """Begin again at 1 in a higher epoch, and return whether it is one; a lower one is passed over."""
        if not self.epoch < epoch <= EPOCH_LIMIT:
            return False
        self._keep(epoch, 0)
        self.epoch, self._last = epoch, 0
        return True

    def _keep(self, epoch: int, taken: int) -> None:
        write_own(self._path, _Count(epoch=epoch, taken=taken))
        self._taken = taken


def read_enrolment(path: Path) -> Enrolment | None:
    """Return the enrolment, None before it; raises StateUnusable."""
    return read_own(path, Enrolment)


def write_enrolment(path: Path, enrolment: Enrolment) -> None:
    """Keep the enrolment; raises StateUnusable."""
    write_own(path, enrolment)
