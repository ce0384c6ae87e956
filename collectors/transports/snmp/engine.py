"""The port of the SNMP engines, and what can happen to one request below the level of a CollectError."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from collectors.replies import SnmpValue

Version = Literal["1", "2c", "3"]

ANSWER_LIMIT_BYTES = 8_192  # a datagram beyond it is not decoded: 20,000 arcs in one OID cost pysnmp 7 s (security 3.2)
VALUE_LIMIT_BYTES = 4_096

TOO_BIG, NO_SUCH_NAME = 1, 2
# error-status, RFC 3416 section 3
STATUS_NAMES = {
    1: "tooBig", 2: "noSuchName", 3: "badValue", 4: "readOnly", 5: "genErr", 6: "noAccess", 13: "resourceUnavailable",
    16: "authorizationError",
}  # fmt: skip
REFUSALS = frozenset({6, 16})


@dataclass(frozen=True)
class Peer:
    """Where an agent answers: a resolved address."""

    address: str
    port: int


class NoAnswer(Exception):
    """Nothing came within the time. `heard` says whether datagrams came that were no answer."""

    def __init__(self, heard: bool = False) -> None:
        super().__init__("no answer")
        self.heard = heard


class TooBig(Exception):
    """The answer does not fit: the agent says so, or it is larger than ANSWER_LIMIT_BYTES."""


class Unclear(Exception):
    """The fast engine cannot tell what was answered; the reference engine is to be asked."""


class ErrorStatus(Exception):
    """The agent answered with an error for one object; `index` counts from 1, 0 when it names none."""

    def __init__(self, status: int, index: int) -> None:
        self.status, self.index = status, index
        self.name = STATUS_NAMES.get(status, f"error {status}")
        super().__init__(f"{self.name} at {index}")


class Row(NamedTuple):
    """One object of a walk."""

    oid: str
    value: SnmpValue


class Rows(NamedTuple):
    """Objects that follow the asked one, as they came. `ended`: there are none after them in this part of the tree.

    Rows may be plain pairs: a fast engine has no time to name them. `doubtful` are the OIDs whose values it may have
    misread.
    """

    rows: Sequence[tuple[str, SnmpValue]]
    ended: bool = False
    doubtful: Sequence[str] = ()


class Engine(Protocol):
    """One agent with one credential. Numbers of all types have the kind 'integer': the fast engine does not tell which.

    Both methods raise NoAnswer, TooBig, ErrorStatus, Unclear, and the CollectErrors Unreachable, AccessDenied and
    UnexpectedReply; each sends one request (and what version 3 needs before it), and never asks again by itself.
    """

    @property
    def version(self) -> Version:
        """Return the SNMP version it speaks."""

    @property
    def engine_id(self) -> str | None:
        """Return the agent's engine id in hexadecimal, None before or without version 3."""

    @property
    def sent_secret(self) -> bool:
        """Return whether a message with something made from the SNMPv3 keys has left."""

    def get(self, oids: Sequence[str], timeout_s: float) -> list[SnmpValue | None]:
        """Return a value for each OID, None where the agent has none."""

    def next_rows(self, oid: str, repetitions: int, timeout_s: float) -> Rows:
        """Return up to `repetitions` objects after `oid` (one in version 1)."""

    def close(self) -> None:
        """Free the socket; may be called twice."""
