"""The words between the agent and its worker: JSON frames over a pipe, each checked against its model.

No frame holds a secret: the worker opens credentials itself, the process that talks to the server never does.
"""

import struct
import threading
from typing import IO, Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from collectors.facts.transport import TransportName
from collectors.link.jobs import Job
from collectors.link.messages import AccessTried, FoundDevice

FRAME_BYTES: Final = 16 * 1024 * 1024
_LENGTH: Final = struct.Struct(">I")


class _Word(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Begin(_Word):
    """To the worker, first of all: where it works."""

    word: Literal["begin"] = "begin"
    home: str
    policy: str
    site_id: str


class Do(_Word):
    """To the worker: do this job."""

    word: Literal["do"] = "do"
    job: Job
    clock_ahead_s: float


class Stop(_Word):
    """To the worker: finish what has begun, and end."""

    word: Literal["stop"] = "stop"


class Ready(_Word):
    """From the worker: it can begin; these drivers there are."""

    word: Literal["ready"] = "ready"
    drivers: dict[str, TransportName]


class Hold(_Word):
    """How a job stands to its credential."""

    credential: str
    state: Literal["works", "refused", "waits"]
    since: AwareDatetime | None = None


class Told(_Word):
    """From the worker: what a job gave; one of the four is there."""

    word: Literal["told"] = "told"
    job_id: str
    document: str | None = None
    found: tuple[FoundDevice, ...] | None = None
    tried: AccessTried | None = None
    refused: str | None = None
    new_pins: dict[str, str] = Field(default_factory=dict)
    hold: Hold | None = None


WordToWorker = Begin | Do | Stop
WordFromWorker = Ready | Told
TO_WORKER: Final[TypeAdapter[WordToWorker]] = TypeAdapter(Annotated[WordToWorker, Field(discriminator="word")])
FROM_WORKER: Final[TypeAdapter[WordFromWorker]] = TypeAdapter(Annotated[WordFromWorker, Field(discriminator="word")])


class Channel:
    """Both directions of a pipe; any thread may send."""

    def __init__(self, reads: IO[bytes], writes: IO[bytes]) -> None:
        self._reads = reads
        self._writes = writes
        self._lock = threading.Lock()

    def send(self, word: BaseModel) -> None:
        """Send one word; raises OSError or ValueError when nobody listens any more."""
        body = word.model_dump_json().encode()
        with self._lock:
            self._writes.write(_LENGTH.pack(len(body)) + body)
            self._writes.flush()

    def receive(self) -> bytes | None:
        """Return the next frame, None at the end or for what is none."""
        head = self._reads.read(_LENGTH.size)
        if len(head) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack(head)
        body = self._reads.read(length) if length <= FRAME_BYTES else b""
        return body if len(body) == length else None

    def close(self) -> None:
        """Close both ends."""
        for end in (self._writes, self._reads):
            try:
                end.close()
            except OSError:
                pass
