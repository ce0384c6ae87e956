"""The messages of the five routes between agent and server (security.md section 4), each direction its own model."""

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from collectors.facts.gaps import GapReason
from collectors.facts.transport import TransportName
from collectors.link.jobs import Address, CredentialName, DriverName, Id, Job, Message
from collectors.link.limits import FOUND_COUNT, JOBS_COUNT, REPORTS_COUNT

PREFIX: Final = "/agent"
"""Of all five routes, after the server's own address."""
ENROL: Final = "/v1/enrol"
POLL: Final = "/v1/poll"
RESULTS: Final = "/v1/results"
ROTATE: Final = "/v1/rotate"
TIME: Final = "/v1/time"
JSON: Final = "application/json"
PACKED: Final = "application/zstd"
"""The media types of bodies: results are packed, all others are JSON."""

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")]
"""32 bytes of a public key in base64."""
Sealed = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]+={0,2}$", max_length=65_536)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Short = Annotated[str, StringConstraints(max_length=200)]
Moment = Annotated[AwareDatetime, Field(strict=False)]
State = Literal["pending", "approved", "restored or cloned", "revoked"]


class EnrolRequest(Message):
    """A new agent shows its token and its public keys; the request is signed with the key that it shows."""

    protocol: int
    token: Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{32}$")]
    signing_key: Key
    sealing_key: Key
    name: Short
    """The machine's own name, for the person who approves."""
    platform: Short
    agent_version: Short


class EnrolReply(Message):
    """The server knows the agent; it gets no jobs and no credentials until a person has compared the fingerprints."""

    agent_id: Id
    state: State
    epoch: int = Field(ge=1)
    client: Short
    site: Short
    site_id: Id
    """What credentials are sealed for (`collectors.link.sealing.information`)."""
    server_time: Moment
    server_version: Short


class Policy(Message):
    """What the agent's own policy file allows; shown on the server, which cannot write it."""

    sha256: Sha256
    networks: tuple[IPv4Network | IPv6Network, ...] = Field(strict=False, max_length=256)
    names: tuple[Address, ...] = Field(default=(), strict=False, max_length=256)
    """Endings of DNS names that are allowed."""
    ports: tuple[int, ...] = Field(strict=False, max_length=256)
    transports: tuple[TransportName, ...] = Field(strict=False)
    devices_at_once: int = Field(ge=1)
    hours: Short = ""
    """When scans may run, in the site's time; empty: always."""


class Spool(Message):
    """What waits on the agent to be delivered."""

    reports_count: int = Field(ge=0)
    bytes: int = Field(ge=0)
    capacity_bytes: int = Field(ge=0)
    oldest_at: Moment | None = None
    dropped_count: int = Field(default=0, ge=0)
    """Reports that were thinned out or lost since the agent was enrolled."""
    set_aside_count: int = Field(default=0, ge=0)
    """Spool files that were damaged and moved aside."""


class OnHold(Message):
    """A credential that was refused and waits for a person."""

    credential: CredentialName
    since: Moment
    device: Short
    refused_count: int = Field(ge=1)
    waiting_count: int = Field(ge=0)


class PollRequest(Message):
    """The agent says how it is, and asks what to do."""

    protocol: int
    agent_version: Short
    boot_id: Short
    platform: Short
    clock_at: Moment
    policy: Policy
    spool: Spool
    backlog: bool = False
    drivers: dict[DriverName, TransportName] = Field(max_length=500)
    transports: tuple[TransportName, ...] = Field(strict=False)
    local_credentials: tuple[CredentialName, ...] = Field(default=(), strict=False, max_length=500)
    credentials: dict[Id, int] = Field(default_factory=dict, max_length=500)
    """Versions of the sealed credentials that the agent holds."""
    running: tuple[Id, ...] = Field(default=(), strict=False, max_length=200)
    refused: dict[Id, Short] = Field(default_factory=dict, max_length=200)
    """Jobs that the agent's policy or its strictness refused, and why."""
    on_hold: tuple[OnHold, ...] = Field(default=(), strict=False, max_length=100)


class Scope(Message):
    """Where a credential may be sent: part of what is sealed, so that widening it needs the secret again."""

    networks: tuple[IPv4Network | IPv6Network, ...] = Field(default=(), strict=False, max_length=64)
    names: tuple[Address, ...] = Field(default=(), strict=False, max_length=64)
    """DNS names, or endings of them that begin with a dot's right side: 'example.test' covers 'a.example.test'."""
    transports: tuple[TransportName, ...] = Field(strict=False, min_length=1)


class SealedCredential(Message):
    """A credential that only this agent can open (decision 22)."""

    id: Id
    version: int = Field(ge=1)
    name: CredentialName
    kind: Literal["snmp", "ssh", "winrm", "nut"]
    scope: Scope
    sealed: Sealed


class PollReply(Message):
    """What the agent is to do, and when to ask again."""

    protocol: int
    state: State
    epoch: int = Field(ge=1)
    next_poll_s: int = Field(ge=1, le=3600)
    server_time: Moment
    jobs: tuple[Job, ...] = Field(default=(), strict=False, max_length=JOBS_COUNT)
    cancelled: tuple[Id, ...] = Field(default=(), strict=False, max_length=500)
    credentials: tuple[SealedCredential, ...] = Field(default=(), strict=False, max_length=100)
    withdrawn: tuple[Id, ...] = Field(default=(), strict=False, max_length=500)
    """Credentials that the agent is to forget."""


class FoundDevice(Message):
    """What a discovery saw at one address; texts are the device's own."""

    address: Address
    ports: tuple[int, ...] = Field(strict=False, max_length=32)
    sys_name: Short = ""
    sys_object_id: Short = ""
    sys_descr: Annotated[str, StringConstraints(max_length=500)] = ""
    banner: Short = ""


class AccessTried(Message):
    """How trying one access went: nothing but that."""

    works: bool
    driver: DriverName | None = None
    reason: GapReason | None = None
    text: Annotated[str, StringConstraints(max_length=500)] = ""
    host_key: Short = ""
    certificate: Short = ""
    took_ms: int = Field(ge=0)


class Report(Message):
    """What one job gave. `document` is the text of `datumline.facts/1`, of a scan; one of the three is there."""

    id: Id
    job_id: Id
    attempt: int = Field(ge=1)
    ended_at: Moment
    """By the agent's corrected clock."""
    sha256: Sha256
    """Of the document's bytes, or of the canonical JSON of `found` or `tried`."""
    document: str | None = None
    found: tuple[FoundDevice, ...] | None = Field(default=None, strict=False, max_length=FOUND_COUNT)
    tried: AccessTried | None = None
    new_pins: dict[Short, Short] = Field(default_factory=dict, max_length=4)
    """Keys that were trusted at first contact: 'host key' or 'certificate' to its fingerprint."""


class ResultsRequest(Message):
    """Reports, oldest first."""

    reports: tuple[Report, ...] = Field(strict=False, min_length=1, max_length=REPORTS_COUNT)


class ReportOutcome(Message):
    """What became of one report; only then the agent forgets it."""

    report_id: Id
    outcome: Literal["stored", "duplicate", "rejected"]
    reason: Short = ""


class ResultsReply(Message):
    """One outcome for each report, in their order."""

    outcomes: tuple[ReportOutcome, ...] = Field(strict=False, max_length=REPORTS_COUNT)


class Resealed(Message):
    """A credential that the agent has sealed to its new key."""

    id: Id
    version: int = Field(ge=1)
    sealed: Sealed


class RotateRequest(Message):
    """New keys, signed with the old signing key; `proof` is the new one's signature over agent id and both keys."""

    signing_key: Key
    sealing_key: Key
    proof: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{86}==$")]
    credentials: tuple[Resealed, ...] = Field(default=(), strict=False, max_length=500)


class RotateReply(Message):
    """The new keys are in force; the server takes the old ones for 24 hours more."""

    agent_id: Id
    epoch: int = Field(ge=1)


class TimeReply(Message):
    """The server's clock."""

    server_time: Moment
    protocols: tuple[int, ...] = Field(strict=False)


class Refusal(Message):
    """Why a request was refused: the state that an agent must know, and the clock to correct its own."""

    error: Short
    state: State | None = None
    epoch: int | None = None
    server_time: Moment
