"""Reads snmpsim's .snmprec recordings (OID|tag|value, one a line) into encoded SNMP values."""

from pathlib import Path
from typing import Final

from tests.peers import ber
from tests.peers.ber import Oid, Value

IP_ADDRESS: Final = 64
UNSIGNED: Final = {
    65,
    66,
    67,
    70,
}  # Counter32, Gauge32, TimeTicks, Counter64 (RFC 2578 application tags)


def parse_oid(text: str) -> Oid:
    """Returns the arcs of a dotted OID."""
    return tuple(int(arc) for arc in text.strip().strip(".").split("."))


def snmprec(source: Path | str) -> dict[Oid, Value]:
    """Returns the recording's values by OID; lines that snmpsim could not serve either are left out."""
    text = source.read_text(encoding="utf-8", errors="surrogateescape") if isinstance(source, Path) else source
    values: dict[Oid, Value] = {}
    for line in text.splitlines():
        dotted, bar, rest = line.partition("|")
        tag, second_bar, content = rest.partition("|")
        if line.startswith("#") or not bar or not second_bar:
            continue
        try:
            oid = parse_oid(dotted)
            value = _value(tag, content)
        except ValueError:
            continue  # anonymised OIDs such as 1.3.6.10.xx.1, or a value that is no number
        values[oid] = value  # of two lines for one OID the last counts, as it does for snmpsim
    return values


def _value(tag_text: str, content: str) -> Value:
    """Returns the encoded value; a variation module's line gives its own start value."""
    tag_text, _, module = tag_text.partition(":")
    if module:
        settings = dict(pair.split("=", 1) for pair in content.split(",") if "=" in pair)
        content = settings.get("value", settings.get("initial", ""))
    is_hex = tag_text.endswith("x")
    tag = int(tag_text.rstrip("x"))
    if is_hex:
        return Value(tag, bytes.fromhex(content))
    if tag == ber.INTEGER or tag in UNSIGNED:
        return Value(tag, ber.integer(int(content)))
    if tag == ber.OBJECT_ID:
        return Value(tag, ber.object_id(parse_oid(content)))
    if tag == IP_ADDRESS:
        return Value(tag, bytes(int(part) for part in content.split(".")))
    if tag == ber.NULL:
        return Value(tag, b"")
    return Value(tag, content.encode("utf-8", "surrogateescape"))
