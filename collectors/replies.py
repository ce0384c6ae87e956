"""What transports hand to drivers: the reply to each question asked, or the gap that took its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from collectors.errors import NoReply
from collectors.facts.gaps import Gap, GapReason

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]
SnmpKind = Literal["integer", "octets", "oid", "ip", "opaque", "null"]
"""'integer' stands for every number, counters and TimeTicks too: the fast SNMP engine does not tell them apart."""

NUMBER_LIMIT = 2**64  # Counter64, RFC 2578 section 7.1.10

_NOT_ASKED = Gap(reason=GapReason.NOT_ASKED, text="was not asked")


@dataclass(frozen=True)
class TextReplies:
    """Replies of a command line (SSH): the whole output of each command, without echo and prompt."""

    observed_at: datetime
    replies: Mapping[str, str | Gap]
    address: str | None = None

    def __getitem__(self, command: str) -> str:
        """Return the output of a command; raises NoReply when there is none that is certainly its own."""
        reply = self.replies.get(command, _NOT_ASKED)
        if isinstance(reply, Gap):
            raise NoReply(reply)
        return reply


@dataclass(frozen=True)
class JsonReplies:
    """Replies in blocks of JSON (WinRM script, local host, NUT variables)."""

    observed_at: datetime
    replies: Mapping[str, JsonValue | Gap]
    address: str | None = None

    def __getitem__(self, block: str) -> JsonValue:
        """Return what a block gave; raises NoReply when it failed or was not asked."""
        reply = self.replies.get(block, _NOT_ASKED)
        if isinstance(reply, Gap):
            raise NoReply(reply)
        return reply


class SnmpValue(NamedTuple):
    """One value as it came: octets, opaque as bytes; numbers as int; oid and ip as dotted text; null as None."""

    kind: SnmpKind
    raw: int | bytes | str | None


@dataclass(frozen=True)
class SnmpReplies:
    """Replies of an SNMP agent. A question that ends in '.0' was a GET, any other a WALK of that column or subtree."""

    observed_at: datetime
    values: Mapping[str, SnmpValue]
    gaps: Mapping[str, Gap] = field(default_factory=dict)
    """By question: why nothing, or not all, came. A walk that broke off keeps what it got, and has its gap here."""
    address: str | None = None
    version: Literal["1", "2c", "3"] | None = None
    engine_id: str | None = None

    def value(self, oid: str) -> SnmpValue | None:
        """Return a scalar's value, None when the agent says that it has none; raises NoReply when it was not read."""
        found = self.values.get(oid)
        if found is None and oid in self.gaps:
            raise NoReply(self.gaps[oid])
        return found if found is None or found.kind != "null" else None

    def number(self, oid: str) -> int | None:
        """Return a scalar's whole number, also from a text of digits; None when it is absent or no number."""
        return as_number(self.value(oid))

    def text(self, oid: str) -> str | None:
        """Return a scalar's text; None when it is absent or empty."""
        return as_text(self.value(oid))

    def column(self, oid: str) -> dict[str, SnmpValue]:
        """Return a column's values by index ('1', '3.2'); raises NoReply when it failed before the first."""
        prefix = oid + "."
        found = {name[len(prefix) :]: value for name, value in self.values.items() if name.startswith(prefix)}
        if not found and oid in self.gaps:
            raise NoReply(self.gaps[oid])
        return found

    def complete(self, *oids: str) -> bool:
        """Return whether none of these questions broke off."""
        return not any(oid in self.gaps for oid in oids)


def as_number(value: SnmpValue | None) -> int | None:
    """Return a value's whole number, None when it has none, or one that no type of SNMP can hold."""
    if value is None:
        return None
    if isinstance(value.raw, int):
        return value.raw if -NUMBER_LIMIT < value.raw < NUMBER_LIMIT else None
    text = as_text(value)
    if text is None:
        return None
    digits = text.strip()
    return int(digits) if len(digits) <= 20 and digits.lstrip("+-").isdecimal() and digits.isascii() else None


def as_text(value: SnmpValue | None) -> str | None:
    """Return a value as text: UTF-8, else Latin-1, without NULs and outer spaces; None when nothing is left."""
    if value is None or value.raw is None:
        return None
    if isinstance(value.raw, bytes):
        try:
            text = value.raw.decode("utf-8")
        except UnicodeDecodeError:
            text = value.raw.decode("latin-1")
    else:
        text = str(value.raw)
    return text.strip("\0 \t\r\n") or None
