"""A session: one logged-on connection to one device, as every transport gives it to `collect`."""

from dataclasses import dataclass, field
from typing import Never, Protocol

from collectors.access import Access, Circumstances, Secret
from collectors.driver import Driver
from collectors.facts.marks import Marks
from collectors.replies import JsonReplies, SnmpReplies, TextReplies

Replies = SnmpReplies | TextReplies | JsonReplies
AnyDriver = Driver[Never]
"""A driver of whatever replies: every Driver[X] may be passed where this stands."""


@dataclass(frozen=True)
class Hello:
    """What a device said by itself, or to the first question every device is asked; detection starts from it.

    None or an empty text: not told, or not applicable to this transport.
    """

    sys_object_id: str | None = None
    """SNMP: sysObjectID.0 as dotted numbers without a leading dot."""
    sys_descr: str | None = None
    """SNMP: sysDescr.0."""
    ident: str = ""
    """SSH: the identification line ('SSH-2.0-Cisco-1.25')."""
    banner: str = ""
    """SSH: the banner before the logon and the message of the day after it."""
    prompt: str = ""
    """SSH: the first prompt; empty where there is no interactive shell."""
    address: str | None = None
    """The address that was really connected to (a name resolved)."""
    marks: Marks = field(default_factory=Marks)
    """What the transport alone knows: SNMP engine id, host key, certificate key."""


class Session(Protocol):
    """A logged-on connection. Used from one thread; every method raises only CollectError."""

    @property
    def hello(self) -> Hello:
        """Return what the device said by itself."""

    def try_question(self, question: str) -> str | None:
        """Return the reply to one question of a candidate driver (one of its ASKS or probe OIDs), for detection only.

        None means no usable answer. The answer may be kept and used again by `ask`.
        """

    def ask(self, driver: AnyDriver) -> Replies:
        """Return the replies to all ASKS, after PREPARES, with the driver's GENTLE, inside deadline and caps.

        A question without a reply that is certainly its own is a Gap in the replies and loses no other.
        """

    def close(self) -> None:
        """Log off and disconnect; never raises, may be called twice."""


class OpenSession(Protocol):
    """What each transport module offers as `open_session`."""

    def __call__(self, access: Access, secret: Secret, circumstances: Circumstances) -> Session:
        """Return a logged-on session; raises Unreachable, AccessDenied, CredentialOnHold or IdentityChanged."""
