"""Tables and scalars of SNMP agents: columns that may be missing or cut off, keys that come again."""

import re
from collections.abc import Iterable, Mapping

from collectors.errors import NoReply
from collectors.facts.gaps import Gap
from collectors.facts.marks import is_junk
from collectors.replies import SnmpReplies, SnmpValue, as_text

_MAC_TEXT = re.compile(r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}", re.IGNORECASE | re.ASCII)


def column(replies: SnmpReplies, oid: str | None) -> dict[str, SnmpValue]:
    """Return a column's values by index, none where it could not be read: for what is told beside the main column."""
    if oid is None:
        return {}
    try:
        return replies.column(oid)
    except NoReply:
        return {}


def cut_off(replies: SnmpReplies, names: str | None, row: str) -> bool:
    """Return whether a row's own name could not be read: by another name it would not be found again."""
    return names is not None and names in replies.gaps and row not in column(replies, names)


def need(replies: SnmpReplies, *oids: str) -> None:
    """Raise NoReply when one of these could not be read wholly: where the rest alone would tell something else."""
    gap = unread(replies, *oids)
    if gap is not None:
        raise NoReply(gap)


def scalar(replies: SnmpReplies, oid: str) -> SnmpValue | None:
    """Return a scalar, None where it is absent or could not be read."""
    try:
        return replies.value(oid)
    except NoReply:
        return None


def unread(replies: SnmpReplies, *oids: str) -> Gap | None:
    """Return why one of these objects could not be read; None when all were, though the device may tell none."""
    return next((replies.gaps[oid] for oid in oids if oid in replies.gaps), None)


def text(value: SnmpValue | None) -> str | None:
    """Return a text that says something: no filler, no row of zeros."""
    told = as_text(value)
    return None if told is None or is_junk(told) else told


def by_number(index: str) -> tuple[int, ...]:
    """Return an index as numbers, to sort by."""
    return tuple(int(arc) for arc in index.split("."))


def ordered(rows: Mapping[str, SnmpValue]) -> list[str]:
    """Return the indexes of a column in their order."""
    return sorted(rows, key=by_number)


def numbered(names: Iterable[str]) -> list[str]:
    """Return the names with '#2', '#3' after one that comes again."""
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return unique


def mac_address(value: SnmpValue | None) -> str | None:
    """Return 'aa:bb:cc:dd:ee:ff' of six octets or of their text; None for anything else, for zeros, for a group."""
    if value is None:
        return None
    octets = value.raw if isinstance(value.raw, bytes) else b""
    if len(octets) != 6:
        written = as_text(value) or ""
        if not _MAC_TEXT.fullmatch(written):
            return None
        octets = bytes.fromhex(written.replace(":", "").replace("-", ""))
    address = octets.hex(":")
    return None if is_junk(address) or octets[0] & 1 else address
