"""An access: one way to one device's management plane, and the circumstances under which it is used."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from collectors.credentials import Credential
from collectors.errors import Unreachable
from collectors.facts.scalars import Text
from collectors.facts.transport import TransportName

DEFAULT_PORTS: dict[TransportName, int] = {"snmp": 161, "ssh": 22, "winrm": 5986, "nut": 3493, "local": 0}
DEFAULT_TIMEOUTS_S: dict[TransportName, float] = {"snmp": 60, "ssh": 120, "winrm": 180, "nut": 30, "local": 30}


class Access(BaseModel):
    """Transport, address or DNS name, port, and the pin and driver where they are given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    transport: TransportName
    address: Text
    port: int | None = Field(default=None, ge=1, le=65535)
    driver: Text | None = None
    host_key: Text | None = None
    certificate: Text | None = None
    dialled: Text | None = None
    """The address that its name meant when it was judged; transports connect there and ask no name server again."""

    @property
    def dial_address(self) -> str:
        """Return what is connected to."""
        return self.dialled or self.address

    @property
    def port_or_default(self) -> int:
        """Return the port that is used."""
        return self.port or DEFAULT_PORTS[self.transport]


class Deadline:
    """The moment at which everything about one access must have ended; all waits take what is left of it."""

    def __init__(self, timeout_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.timeout_s = timeout_s
        self._ends_at_s = clock() + timeout_s

    def left_s(self, at_most_s: float | None = None) -> float:
        """Return the seconds left, at most `at_most_s`; raises Unreachable when none are."""
        left = self._ends_at_s - self._clock()
        if left <= 0:
            raise Unreachable(f"did not end within {self.timeout_s:g} s")
        return left if at_most_s is None else min(left, at_most_s)

    @property
    def over(self) -> bool:
        """Return whether the time is used up."""
        return self._clock() >= self._ends_at_s


@dataclass(frozen=True)
class Account:
    """What a lock-out counts: a user in a realm (AD domain, TACACS or RADIUS, or the device itself)."""

    user: str
    realm: str
    secret_version: str = field(repr=False)
    """A digest that changes when the secret is entered anew; never the secret."""


class Logon(Protocol):
    """One attempt to log on, entered before anything is sent. Left without a word it counts as not decided."""

    def accepted(self) -> None:
        """Say that the device let us in."""

    def refused(self) -> None:
        """Say that the device refused us; no other attempt with this account may follow anywhere."""

    def not_tried(self) -> None:
        """Say that the secret was never sent (no connection, changed key)."""


class LogonGate(Protocol):
    """Decides whether a credential may be used now (decision 12)."""

    def enter(self, account: Account, deadline: Deadline) -> Logon:
        """Return the permission to log on once; waits for the first trial; raises CredentialOnHold."""


class Pins(Protocol):
    """First contact (decision 13): an unknown key is trusted once, stored and said; a changed one raises."""

    def check(self, access: Access, kind: str, fingerprint: str) -> None:
        """Return when the key may be trusted; raises IdentityChanged. kind: 'host key' or 'certificate'."""


@dataclass(frozen=True)
class Circumstances:
    """Everything about one collection but the device: time, permission, trust, and limits."""

    deadline: Deadline
    gate: LogonGate
    pins: Pins
    output_limit_bytes: int = 2 * 1024 * 1024
    rows_limit_count: int = 20_000
    pace_share: float = 1.0
    """The share of the driver's pace at which the device is asked (see `collectors.pace`)."""
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))


@dataclass(frozen=True)
class Secret:
    """A credential with the name it has in the credentials file; only transports look inside."""

    name: str
    credential: Credential = field(repr=False)
