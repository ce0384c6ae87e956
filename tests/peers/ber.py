"""Just enough BER to answer SNMPv1 and v2c, written from RFC 1157, 3416 and X.690 and not from any client library."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

Oid = tuple[int, ...]

INTEGER: Final = 0x02
OCTETS: Final = 0x04
NULL: Final = 0x05
OBJECT_ID: Final = 0x06
SEQUENCE: Final = 0x30
COUNTER64: Final = 0x46
NO_SUCH_OBJECT: Final = 0x80
NO_SUCH_INSTANCE: Final = 0x81
END_OF_MIB_VIEW: Final = 0x82
RESPONSE: Final = 0xA2
PDU_NAMES: Final = {
    0xA0: "get",
    0xA1: "getnext",
    0xA3: "set",
    0xA5: "getbulk",
    0xA6: "inform",
    0xA7: "trap",
}


class BadMessage(ValueError):
    """The bytes are no SNMPv1 or v2c message."""


@dataclass(frozen=True)
class Value:
    """One encoded SNMP value: its tag and its content octets."""

    tag: int
    content: bytes


@dataclass(frozen=True)
class Request:
    """A decoded request; for getbulk the two numbers are non-repeaters and repetitions, else both are 0."""

    version: int
    community: bytes
    pdu: str
    request_id: int
    first_number: int
    second_number: int
    oids: tuple[Oid, ...]


def tlv(tag: int, content: bytes) -> bytes:
    """Returns tag, definite length, content."""
    size = len(content)
    if size < 128:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 128 | len(length))) + length + content


def integer(number: int) -> bytes:
    """Returns the content octets of a two's complement number."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)


def object_id(oid: Oid) -> bytes:
    """Returns the content octets of an object identifier."""
    first, second, *rest = (*oid, 0, 0) if len(oid) < 2 else oid
    octets = bytearray()
    for arc in (first * 40 + second, *rest):
        groups = [arc & 127]
        while arc := arc >> 7:
            groups.append(arc & 127 | 128)
        octets += bytes(reversed(groups))
    return bytes(octets)


def varbind(oid: Oid, value: Value) -> bytes:
    """Returns one encoded variable binding."""
    return tlv(SEQUENCE, tlv(OBJECT_ID, object_id(oid)) + tlv(value.tag, value.content))


def response(request: Request, varbinds: Iterable[bytes], status: int = 0, index: int = 0) -> bytes:
    """Returns a whole response message with the request's version, community and id."""
    head = tlv(INTEGER, integer(request.request_id)) + tlv(INTEGER, integer(status)) + tlv(INTEGER, integer(index))
    pdu = tlv(RESPONSE, head + tlv(SEQUENCE, b"".join(varbinds)))
    return tlv(
        SEQUENCE,
        tlv(INTEGER, integer(request.version)) + tlv(OCTETS, request.community) + pdu,
    )


def read_request(datagram: bytes) -> Request:
    """Returns the decoded request; raises BadMessage."""
    body = _expect(datagram, SEQUENCE)[0]
    version, rest = _expect(body, INTEGER)
    community, rest = _expect(rest, OCTETS)
    pdu_tag, pdu, _ = _take(rest)
    if pdu_tag not in PDU_NAMES:
        raise BadMessage(f"PDU type {pdu_tag:#x}")
    request_id, rest = _expect(pdu, INTEGER)
    first, rest = _expect(rest, INTEGER)
    second, rest = _expect(rest, INTEGER)
    numbers = [int.from_bytes(octets, "big", signed=True) for octets in (version, request_id, first, second)]
    varbinds = _expect(rest, SEQUENCE)[0]
    oids = []
    while varbinds:
        one, varbinds = _expect(varbinds, SEQUENCE)
        oids.append(read_object_id(_expect(one, OBJECT_ID)[0]))
    return Request(
        numbers[0],
        community,
        PDU_NAMES[pdu_tag],
        numbers[1],
        numbers[2],
        numbers[3],
        tuple(oids),
    )


def read_object_id(content: bytes) -> Oid:
    """Returns the arcs of an encoded object identifier; raises BadMessage."""
    arcs, arc = [], 0
    for octet in content:
        arc = arc << 7 | octet & 127
        if octet < 128:
            arcs.append(arc)
            arc = 0
    if not arcs or content[-1] >= 128:
        raise BadMessage("object identifier ends early")
    top = min(arcs[0] // 40, 2)
    return (top, arcs[0] - 40 * top, *arcs[1:])


def _expect(data: bytes, tag: int) -> tuple[bytes, bytes]:
    found, content, rest = _take(data)
    if found != tag:
        raise BadMessage(f"tag {found:#x} where {tag:#x} belongs")
    return content, rest


def _take(data: bytes) -> tuple[int, bytes, bytes]:
    if len(data) < 2:
        raise BadMessage("message ends early")
    start, size = 2, data[1]
    if size & 128:
        start += size & 127
        size = int.from_bytes(data[2:start], "big")
    if start + size > len(data):
        raise BadMessage("length beyond the end")
    return data[0], data[start : start + size], data[start + size :]
