"""Messages of SNMP version 3 with authentication and without privacy, written out (RFC 3412, 3414, 7860)."""

import hmac
from typing import Final

from tests.peers import ber

KEY: Final = b"k" * 20
MESSAGE_ID: Final = b"\x11\x22\x33\x44"
RESPONSE, REPORT = 0xA2, 0xA8
DIGESTS: Final = {
    "MD5": ("md5", 12), "SHA-1": ("sha1", 12), "SHA-224": ("sha224", 16), "SHA-256": ("sha256", 24),
    "SHA-384": ("sha384", 32), "SHA-512": ("sha512", 48),
}  # fmt: skip


def signed_message(
    pdu_tag: int = RESPONSE,
    about: ber.Oid = (1, 3, 6, 1, 2, 1, 1, 1, 0),
    *,
    flags: int = 1,
    message_id: bytes = MESSAGE_ID,
    auth: str | None = "SHA-1",
) -> bytes:
    """Returns a message of version 3, signed with KEY unless `auth` is None."""
    number, octets, sequence = ber.INTEGER, ber.OCTETS, ber.SEQUENCE
    name, size = DIGESTS[auth] if auth else ("", 0)
    head = ber.tlv(number, message_id) + ber.tlv(number, b"\x05\xc0") + ber.tlv(octets, bytes((flags,)))
    security = ber.tlv(octets, b"\x80engine") + ber.tlv(number, b"\7") * 2 + ber.tlv(octets, b"audit")
    security += ber.tlv(octets, bytes(size)) + ber.tlv(octets, b"")
    pairs = ber.tlv(sequence, ber.varbind(about, ber.Value(0x41, b"\1")))
    pdu = ber.tlv(pdu_tag, ber.tlv(number, b"\1") + ber.tlv(number, b"\0") * 2 + pairs)
    scoped = ber.tlv(sequence, ber.tlv(octets, b"\x80engine") + ber.tlv(octets, b"") + pdu)
    parts = ber.tlv(number, b"\3") + ber.tlv(sequence, head + ber.tlv(number, b"\3"))
    whole = ber.tlv(sequence, parts + ber.tlv(octets, ber.tlv(sequence, security)) + scoped)
    if not auth:
        return whole
    empty = ber.tlv(octets, b"audit") + ber.tlv(octets, bytes(size))
    at = whole.index(empty) + len(empty) - size
    return whole[:at] + hmac.digest(KEY, whole, name)[:size] + whole[at + size :]
