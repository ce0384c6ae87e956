"""A job of the pool: one device by one access, with the credential; it never holds a command."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, field_serializer

from collectors.access import DEFAULT_TIMEOUTS_S, Access, Secret
from collectors.credentials import Credential

_CREDENTIAL: TypeAdapter[Credential] = TypeAdapter(Credential)


@dataclass(frozen=True)
class Job:
    """What to collect. `id` is the caller's own and unique in a run; `name` is the device's in the inventory."""

    id: str
    name: str
    access: Access
    secret: Secret
    timeout_s: float | None = None
    """The whole deadline; None takes the transport's default."""
    recorded: bool = False
    """Whether the replies are wanted as a recording, with names and addresses replaced."""
    only_detected: bool = False
    """Whether logging on and detection are all that is wanted: the snapshot has no readings."""
    pace_share: float = 1.0
    """The share of its driver's pace at which the device is asked; the pool fills it in."""
    urgent: bool = False
    """Whether a person waits for it: its turn comes before those that wait."""
    clock_ahead_s: float = 0.0
    """How far the right time is ahead of this machine's clock; readings carry the right one."""

    @property
    def deadline_s(self) -> float:
        """Return the seconds that the job may take."""
        return self.timeout_s or DEFAULT_TIMEOUTS_S[self.access.transport]


class JobFrame(BaseModel):
    """A job as it crosses the pipe to a child: the one place where a secret is written out, in memory only."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, hide_input_in_errors=True)

    id: str
    name: str
    access: Access
    credential_name: str
    credential: Credential = Field(repr=False)
    deadline_s: float = Field(gt=0)
    recorded: bool
    only_detected: bool = False
    pace_share: float = Field(default=1.0, gt=0, le=1)
    clock_ahead_s: float = 0.0

    @classmethod
    def of(cls, job: Job) -> Self:
        """Return the frame of a job."""
        return cls(
            id=job.id,
            name=job.name,
            access=job.access,
            credential_name=job.secret.name,
            credential=job.secret.credential,
            deadline_s=job.deadline_s,
            recorded=job.recorded,
            only_detected=job.only_detected,
            pace_share=job.pace_share,
            clock_ahead_s=job.clock_ahead_s,
        )

    @property
    def secret(self) -> Secret:
        """Return the credential under its name."""
        return Secret(self.credential_name, self.credential)

    @field_serializer("credential", when_used="json")
    def _reveal(self, credential: Credential) -> Mapping[str, Any]:
        told = {name: getattr(credential, name) for name in type(credential).model_fields}
        return {
            name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in told.items()
        }
