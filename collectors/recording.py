"""Recordings: a device's replies as a file for a person to check and send, with names and addresses replaced."""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC

import yaml
from pydantic import BaseModel

from collectors.collect import Observation
from collectors.facts.gaps import Gap
from collectors.facts.plain_text import first_hidden, visible
from collectors.facts.reading import Snapshot
from collectors.facts.vocabulary import KINDS
from collectors.pseudonyms import Pseudonyms
from collectors.replies import JsonValue, SnmpReplies, SnmpValue
from collectors.session import AnyDriver, Replies

HEAD = """\
# A recording of what a device said, made by `datumline record`. Names, addresses, serial numbers and secrets that we
# could find were replaced. LOOK THROUGH IT BEFORE YOU SEND IT: what stands in free text may have been missed.
# `facts` and `gaps` are for a person to fill in, from the replies and the vendor's manual, never from our output.
"""
_NAMING_FIELDS = {"name": "name", "location": "place", "contact": "person", "domain": "domain", "fqdn": "name"}
_TAGS = {"octets": "4", "oid": "6", "ip": "64", "opaque": "68x"}
_MAC_BYTES = 6


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they are."""


def _text_node(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if first_hidden(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text_node)


def recording_of(observation: Observation) -> str | None:
    """Return the recording as YAML, None when the device did not answer."""
    replies, known = observation.replies, observation.known
    if replies is None or known is None:
        return None
    names = Pseudonyms(os.urandom(32), kept=_words_of(known.driver))
    for kind, words in _telling(observation.snapshot, replies):
        names.name(words, kind)
    for text in () if isinstance(replies, SnmpReplies) else _texts(dict(replies.replies)):
        names.learn(text)
    document: dict[str, object] = {
        "device": known.driver.TITLE,
        "origin": f"recorded on {replies.observed_at:%Y-%m-%d} with the driver {known.name}, names changed",
        "observed_at": replies.observed_at.astimezone(UTC).replace(microsecond=0),
    }
    if isinstance(replies, SnmpReplies):
        document["snmprec"] = "".join(f"{line}\n" for line in _lines(replies.values, names))
        unread = dict(replies.gaps)
    else:
        document["replies"] = {
            question: _replaced(reply, names)
            for question, reply in replies.replies.items()
            if not isinstance(reply, Gap)
        }
        unread = {question: reply for question, reply in replies.replies.items() if isinstance(reply, Gap)}
    document |= {"facts": {}, "gaps": {}}
    notes = "".join(f"# Not read: {names.replace(question)}: {gap.reason}\n" for question, gap in unread.items())
    dumped = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**31)
    return HEAD + notes + visible(dumped, _escape)  # what is hidden stands in double quotes, where it may be escaped


def _escape(letter: str) -> str:
    return f"\\u{ord(letter):04X}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08X}"


def _words_of(driver: AnyDriver) -> Iterator[str]:
    """Give the words of what a driver sends and looks for: replaced in a reply, they would make it another reply."""
    matches = driver.MATCHES
    looked_for = (*matches.sys_descr, *matches.ident, *matches.banner, *matches.prompt, *matches.replies.values())
    for text in (*driver.ASKS, *driver.PREPARES, *(re.sub(r"\\[A-Za-z]", " ", pattern) for pattern in looked_for)):
        yield from re.findall(r"[\w-]+", text)


def _telling(snapshot: Snapshot, replies: Replies) -> Iterator[tuple[str, list[str]]]:
    """Give the words that tell a device, a place or a person, by kind, from the marks and the facts that were read."""
    marks = snapshot.marks
    yield "serial", [mark for mark in (marks.serial, marks.smbios_uuid, marks.machine_id, marks.snmp_engine_id) if mark]
    if replies.address and not re.fullmatch(r"[\d.:a-fA-F]+", replies.address):
        yield "name", [replies.address]
    for reading in snapshot.readings:
        values = reading.value if isinstance(reading.value, tuple) else (reading.value,)
        for value in values:
            if isinstance(value, BaseModel):
                yield from _telling_fields(value, personal=KINDS[reading.section].personal)


def _telling_fields(value: BaseModel, *, personal: bool) -> Iterator[tuple[str, list[str]]]:
    for field, told in value:
        if not isinstance(told, str):
            continue
        if "serial" in field:
            yield "serial", [told]
        elif type(value).__name__ == "Identity" and field in _NAMING_FIELDS:
            yield _NAMING_FIELDS[field], [told, *([told.split(".")[0]] if "." in told and field == "name" else [])]
        elif personal and field in {"name", "display_name", "full_name", "user", "owner", "sid"}:
            yield "account", [told]


def _texts(value: object) -> Iterator[str]:
    """Give every text in a reply."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _replaced(value: JsonValue, names: Pseudonyms) -> JsonValue:
    if isinstance(value, str):
        return names.replace(value)
    if isinstance(value, list):
        return [_replaced(item, names) for item in value]
    if isinstance(value, dict):
        return {names.replace(key): _replaced(item, names) for key, item in value.items()}
    return value


def _lines(values: Mapping[str, SnmpValue], names: Pseudonyms) -> Iterator[str]:
    """Give the lines of a .snmprec; an address that is part of an index is replaced as well."""
    addresses = {str(value.raw) for value in values.values() if value.kind == "ip"}
    others = {f".{address}": f".{names.address(address)}" for address in addresses}
    index = re.compile("|".join(rf"{re.escape(address)}(?=\.|$)" for address in sorted(others))) if others else None
    for oid, value in sorted(values.items(), key=lambda pair: [int(arc) for arc in pair[0].split(".")]):
        told = index.sub(lambda found: others[found[0]], oid) if index else oid
        tag, text = _line_value(value, names)
        yield f"{told}|{tag}|{text}"


def _line_value(value: SnmpValue, names: Pseudonyms) -> tuple[str, str]:
    raw = value.raw
    if isinstance(raw, int):
        return ("2" if -(2**31) <= raw < 2**31 else "66" if 0 <= raw < 2**32 else "70"), str(raw)
    if isinstance(raw, bytes):
        return _octets(raw, names) if value.kind == "octets" else ("68x", raw.hex())
    return _TAGS.get(value.kind, "5"), names.address(raw) if value.kind == "ip" and raw else raw or ""


def _octets(raw: bytes, names: Pseudonyms) -> tuple[str, str]:
    try:
        text = raw.decode("ascii")
    except UnicodeDecodeError:
        text = ""
    if text.isprintable() and (text or not raw):
        return "4", names.replace(text)
    if len(raw) == _MAC_BYTES:
        return "4x", names.mac(raw.hex(":")).replace(":", "")
    try:
        return "4x", names.replace(raw.decode("utf-8")).encode().hex()
    except UnicodeDecodeError:
        return "4x", raw.hex()
