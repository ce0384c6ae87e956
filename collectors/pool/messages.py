"""The words between the pool and a child: one JSON document a frame, each checked against its model; never a pickle."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from collectors.access import Access
from collectors.pool.job import JobFrame

FRAME_LIMIT_BYTES = 64 * 1024 * 1024


class _Word(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def frame(self) -> bytes:
        """Return the message as one frame."""
        return self.model_dump_json().encode()


class Work(_Word):
    """To a child: do this job."""

    word: Literal["work"] = "work"
    job: JobFrame


class Granted(_Word):
    """To a child: log on once."""

    word: Literal["granted"] = "granted"
    ask_id: int
    logon_id: int


class Held(_Word):
    """To a child: do not log on."""

    word: Literal["held"] = "held"
    ask_id: int
    text: str


class Judged(_Word):
    """To a child: the key may be trusted, or the text says why not."""

    word: Literal["judged"] = "judged"
    ask_id: int
    changed: str | None


class Stop(_Word):
    """To a child: end, there is no more to do."""

    word: Literal["stop"] = "stop"


class Began(_Word):
    """From a child: the job's time runs from now on."""

    word: Literal["began"] = "began"
    job_id: str


class Enter(_Word):
    """From a child: may this account log on? The answer is Granted or Held."""

    word: Literal["enter"] = "enter"
    ask_id: int
    job_id: str
    user: str
    realm: str
    secret_version: str = Field(repr=False)
    left_s: float


class Ended(_Word):
    """From a child: how a logon ended."""

    word: Literal["ended"] = "ended"
    logon_id: int
    outcome: Literal["accepted", "refused", "not tried"]


class Check(_Word):
    """From a child: may this key be trusted? The answer is Judged."""

    word: Literal["check"] = "check"
    ask_id: int
    access: Access
    kind: str
    fingerprint: str


class Done(_Word):
    """From a child: the job's document, and how the child is."""

    word: Literal["done"] = "done"
    job_id: str
    document: str = Field(repr=False)
    recording: str | None = Field(default=None, repr=False)
    pause_s: float = 0
    memory_bytes: int = 0
    out_of_memory: bool = False


class Said(_Word):
    """From a child: one record of its log."""

    word: Literal["said"] = "said"
    level: int
    logger: str
    text: str
    extra: dict[str, str | int | float | bool | None]


ToChild = Annotated[Work | Granted | Held | Judged | Stop, Field(discriminator="word")]
FromChild = Annotated[Began | Enter | Ended | Check | Done | Said, Field(discriminator="word")]
TO_CHILD: TypeAdapter[Work | Granted | Held | Judged | Stop] = TypeAdapter(ToChild)
FROM_CHILD: TypeAdapter[Began | Enter | Ended | Check | Done | Said] = TypeAdapter(FromChild)
WordToChild = Work | Granted | Held | Judged | Stop
WordFromChild = Began | Enter | Ended | Check | Done | Said
