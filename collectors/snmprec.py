"""Recordings of SNMP agents (.snmprec of snmpsim: OID|type|value, one a line), read, and answered as an agent would.

Numbers of all types become the kind 'integer', and nulls are absent, exactly as in live replies of the transport.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from collectors.replies import SnmpKind, SnmpReplies, SnmpValue

KINDS: Final[Mapping[str, SnmpKind]] = {
    "2": "integer",
    "4": "octets",
    "5": "null",
    "6": "oid",
    "64": "ip",
    "65": "integer",
    "66": "integer",
    "67": "integer",
    "68": "opaque",
    "70": "integer",
}
LEAST: Final[Mapping[str, int]] = {"2": -(2**31), "65": 0, "66": 0, "67": 0, "70": 0}
MOST: Final[Mapping[str, int]] = {"2": 2**31 - 1, "65": 2**32 - 1, "66": 2**32 - 1, "67": 2**32 - 1, "70": 2**64 - 1}
LINES_LIMIT: Final = 200_000
LINE_LIMIT_CHARACTERS: Final = 140_000  # an octet string of 64 KB in hexadecimal, and its OID

_OID = re.compile(r"\.?(\d{1,10}(?:\.\d{1,10}){1,127})", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,20}", re.ASCII)


class MalformedRecording(ValueError):
    """A line of a recording cannot be read; the text begins with its number."""


def parse(text: str, *, skip_malformed: bool = False) -> dict[str, SnmpValue]:
    """Return the values by OID, without a leading dot; of two lines with one OID the later counts, as in snmpsim.

    Empty lines and comments (#) are left out. Raises MalformedRecording with the line's number; with `skip_malformed`
    such a line is left out, as snmpsim does.
    """
    values: dict[str, SnmpValue] = {}
    for number, line in _lines(text):
        try:
            oid, value = _read_line(line)
        except ValueError as error:
            if skip_malformed:
                continue
            raise MalformedRecording(f"line {number}: {error}") from error
        values[oid] = value
    return values


def malformed(text: str) -> list[str]:
    """Return what is wrong with each line that `parse` leaves out; raises MalformedRecording for too many lines."""
    wrong = []
    for number, line in _lines(text):
        try:
            _read_line(line)
        except ValueError as error:
            wrong.append(f"line {number}: {error}")
    return wrong


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if number > LINES_LIMIT:
            raise MalformedRecording(f"line {number}: a recording has at most {LINES_LIMIT} lines")
        line = line.removesuffix("\r")
        if line.strip() and not line.startswith("#"):
            yield number, line


def replies_from(recording: Mapping[str, SnmpValue], asks: Sequence[str], observed_at: datetime) -> SnmpReplies:
    """Return the replies that the recorded agent gives to these questions: '.0' is a GET, any other a WALK."""
    walked = tuple(ask + "." for ask in asks if not ask.endswith(".0"))
    scalars = {ask for ask in asks if ask.endswith(".0")}
    found = {
        oid: value
        for oid, value in recording.items()
        if value.kind != "null" and (oid in scalars or oid.startswith(walked))
    }
    return SnmpReplies(observed_at=observed_at, values=found, version="2c")


def _read_line(line: str) -> tuple[str, SnmpValue]:
    if len(line) > LINE_LIMIT_CHARACTERS:
        raise ValueError(f"is longer than {LINE_LIMIT_CHARACTERS} characters")
    parts = line.split("|", 2)
    if len(parts) != 3:
        raise ValueError("is not OID|type|value")
    oid = _OID.fullmatch(parts[0].strip())
    if oid is None:
        raise ValueError(f"{parts[0][:60]!r} is no OID")
    tag, _, variation = parts[1].partition(":")
    if variation:
        raise ValueError(f"{parts[1][:60]!r} is a variation of a simulator and no recorded value")
    return _plain(oid[1]), _value(tag, parts[2])


def _value(tag: str, text: str) -> SnmpValue:
    number_tag = tag.removesuffix("x")
    kind = KINDS.get(number_tag)
    if kind is None:
        raise ValueError(f"{tag[:20]!r} is no type that can be read")
    if tag.endswith("x"):
        return _from_octets(kind, number_tag, bytes.fromhex(text))
    if kind == "integer":
        return SnmpValue(kind, _number(number_tag, text.strip()))
    if kind == "oid":
        found = _OID.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"{text[:60]!r} is no OID")
        return SnmpValue(kind, _plain(found[1]))
    if kind == "ip":
        return SnmpValue(kind, _address(text.strip()))
    if kind == "null":
        return SnmpValue(kind, None)
    return SnmpValue(kind, text.encode("utf-8", "surrogateescape"))


def _from_octets(kind: SnmpKind, tag: str, octets: bytes) -> SnmpValue:
    """Return a value written in hexadecimal: octets, opaque, an address; numbers are then their digits' octets."""
    if kind == "ip":
        return SnmpValue(kind, str(ipaddress.IPv4Address(octets)))
    if kind in {"octets", "opaque"}:
        return SnmpValue(kind, octets)
    raise ValueError(f"type {tag} is not written in hexadecimal")


def _address(text: str) -> str:
    parts = text.split(".")
    if not all(part.isascii() and part.isdecimal() and len(part) <= 3 for part in parts):
        raise ValueError(f"{text[:60]!r} is no IP address")
    # '051' is 51 to simulators, and an error to the address type
    return str(ipaddress.IPv4Address(".".join(str(int(part)) for part in parts)))


def _number(tag: str, text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is no number")
    number = int(text)
    if not LEAST[tag] <= number <= MOST[tag]:
        raise ValueError(f"{number} does not fit type {tag}")
    return number


def _plain(oid: str) -> str:
    return ".".join(str(int(arc)) for arc in oid.split("."))
