"""Scan jobs: what the server may ask of an agent. No field carries a command, a script, a path or an address to fetch.

A job is refused whole when it has a field or a word that this version does not know (decision 7).
"""

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from collectors.facts.transport import TransportName

DISCOVERY_PORTS: Final = (22, 161, 443, 3493, 5985, 5986)
"""All that a discovery looks at; sysName, sysObjectID and banners are read, nothing is logged on to."""

Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")]
"""A ULID: 26 letters and digits of Crockford's alphabet."""
DriverName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
CredentialName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,99}$")]
Address = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.:_-]{0,253}[A-Za-z0-9])?$")]
"""A DNS name or an IP address as text; what it means is for the agent's policy to judge."""
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:+/=_-]{16,128}$")]


class Message(BaseModel):
    """Something that agent or server says: frozen, without unknown fields, without loose types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Target(Message):
    """One access of one device: the agent files what it reads under the device's id, whatever it calls itself."""

    device_id: Id
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    transport: TransportName
    address: Address
    port: int | None = Field(default=None, ge=1, le=65535)
    driver: DriverName | None = None
    host_key: Fingerprint | None = None
    certificate: Fingerprint | None = None
    credential: CredentialName | None = None


class ScanJob(Message):
    """Read one access."""

    kind: Literal["scan"] = "scan"
    id: Id
    attempt: int = Field(ge=1, le=100)
    not_after: AwareDatetime = Field(strict=False)
    urgent: bool = False
    """A person waits for it."""
    target: Target


class TryAccessJob(Message):
    """Log on once and ask the first question: does this access work? Nothing is kept of what it tells."""

    kind: Literal["try_access"]
    id: Id
    attempt: int = Field(ge=1, le=100)
    not_after: AwareDatetime = Field(strict=False)
    urgent: bool = True
    target: Target
    released: bool = False
    """A person asks to try a paused credential once, on this device alone."""


class DiscoverJob(Message):
    """Look for devices in networks that lie inside the agent's own policy."""

    kind: Literal["discover"]
    id: Id
    attempt: int = Field(ge=1, le=100)
    not_after: AwareDatetime = Field(strict=False)
    urgent: bool = False
    networks: tuple[IPv4Network | IPv6Network, ...] = Field(min_length=1, max_length=64, strict=False)


Job = Annotated[ScanJob | TryAccessJob | DiscoverJob, Field(discriminator="kind")]
