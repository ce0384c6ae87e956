"""What a hostile agent may send, well signed: bombs, floods, lies about size, ids of others, odd documents."""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

import zstandard

from collectors.link.ids import fresh_id
from collectors.link.packing import packed
from tests.web.agent_api.fake_agent import FakeAgent, firmware_document, poll_request, report

Told = dict[str, Any]

ODD_JSON: Final[dict[str, bytes]] = {
    "nothing": b"",
    "a blank": b" ",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"x"',
    "a number": b"7",
    "true": b"true",
    "half an object": b"{",
    "two objects": b"{}{}",
    "a comma too many": b'{"protocol":1,}',
    "single quotes": b"{'protocol':1}",
    "a comment": b'{/*x*/"protocol":1}',
    "NaN": b'{"protocol":NaN}',
    "Infinity": b'{"protocol":Infinity}',
    "minus Infinity": b'{"protocol":-Infinity}',
    "1e999": b'{"protocol":1e999}',
    "5,000 digits": b'{"protocol":' + b"9" * 5_000 + b"}",
    "a doubled key": b'{"protocol":1,"protocol":2}',
    "an escaped doubled key": b'{"protocol":1,"\\u0070rotocol":2}',
    "a lone surrogate": b'{"protocol":"\\ud800"}',
    "a raw NUL": b'{"protocol":"\x00"}',
    "an escaped NUL": b'{"protocol":"\\u0000"}',
    "no UTF-8": b'{"protocol":"\xff\xfe"}',
    "overlong UTF-8": b'{"protocol":"\xc0\xaf"}',
    "a byte order mark": b'\xef\xbb\xbf{"protocol":1}',
    "UTF-16": '{"protocol":1}'.encode("utf-16"),
    "UTF-32": '{"protocol":1}'.encode("utf-32"),
    "25 deep": b"[" * 25 + b"]" * 25,
    "1,000 deep": b"[" * 1_000 + b"]" * 1_000,
    "200,000 deep": b"[" * 200_000 + b"]" * 200_000,
    "200,000 open": b'{"a":' * 100_000,
    "500,000 empty lists": b"[" + b"[]," * 300_000 + b"[]]",
    "a 900 kB text": b'"' + b"x" * 900_000 + b'"',
    "900 kB of blanks": b" " * 900_000,
    "XML": b"<x/>",
    "a form": b"protocol=1&x=2",
    "a pickle": b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00K\x01.",
    "YAML": b"protocol: !!python/object/apply:os.system [id]\n",
    "an array of polls": b'[{"protocol":1}]',
    "a number with a plus": b'{"protocol":+1}',
    "a number with a zero before": b'{"protocol":01}',
    "hexadecimal": b'{"protocol":0x1}',
    "a key that is a number": b"{1:2}",
    "only a key": b'{"protocol"}',
    "a prototype": b'{"__proto__":{"state":"approved"}}',
    "a class": b'{"__class__":"x"}',
    "bytes of zstd": b"\x28\xb5\x2f\xfd\x00",
}

ODD_VALUES: Final[dict[str, Any]] = {
    "null": None,
    "true": True,
    "minus one": -1,
    "a huge number": 10**19,
    "a fraction": 1.5,
    "an empty text": "",
    "a long text": "x" * 10_000,
    "a NUL": "\u0000",
    "turned letters": "\u202egpj.exe",
    "an empty list": [],
    "an empty object": {},
    "a list of lists": [[[[]]]],
    "an object of objects": {"a": {"b": {}}},
    "SQL": "'; DROP TABLE agents_agent; --",
    "a script": "<script>alert(1)</script>",
    "a path": "../../../../etc/passwd",
    "1,000 texts": ["x"] * 1_000,
    "a year before all": "0001-01-01T00:00:00+14:00",
    "a year after all": "9999-12-31T23:59:59-14:00",
    "a moment without zone": "2026-11-22T00:00:00",
}


def polls() -> Iterator[tuple[str, Told]]:
    """Yield polls with one odd value each, and with fields that nobody knows."""
    for field in poll_request():
        for name, value in ODD_VALUES.items():
            yield f"{field}: {name}", {**poll_request(), field: value}
    for field in ("policy", "spool"):
        for inner in poll_request()[field]:
            for name in ("null", "minus one", "a huge number", "a long text", "a list of lists"):
                told = poll_request()
                told[field] = {**told[field], inner: ODD_VALUES[name]}
                yield f"{field}.{inner}: {name}", told
        yield f"{field}: unknown field", {**poll_request(), field: {**poll_request()[field], "command": "id"}}
    for field in ("command", "state", "epoch", "site", "agent_id", "approved", "counter"):
        yield f"unknown field {field}", {**poll_request(), field: "approved"}
    for field, value in {
        "running": [fresh_id()] * 201, "refused": {fresh_id(): "x" * 201}, "credentials": {"not an id": 1},
        "drivers": {"../x": "snmp"}, "local_credentials": ["a;b"], "on_hold": [{"credential": "x"}] * 101,
    }.items():  # fmt: skip
        yield f"{field} beyond its bounds", {**poll_request(), field: value}


def _sized(content: bytes, size: int) -> bytes:
    """Return a frame whose header states another size than it has: 8 bytes of it, single segment."""
    inner = zstandard.ZstdCompressor(write_content_size=False).compress(content)
    block = inner[inner.index(b"\x28\xb5\x2f\xfd") + 6 :]
    return b"\x28\xb5\x2f\xfd" + bytes([0b1110_0000]) + size.to_bytes(8, "little") + block


BOMBS: Final[dict[str, Callable[[], bytes]]] = {
    "256 MB of zeros": lambda: zstandard.ZstdCompressor().compress(bytes(256 * 1024 * 1024)),
    "9 MB of zeros": lambda: packed(bytes(9 * 1024 * 1024)),
    "8 MB and a byte": lambda: packed(b" " * (8 * 1024 * 1024 + 1)),
    "a window of 128 MB": lambda: zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    ).compress(b"{}" * 10_000_000),
    "a frame that states 1 byte": lambda: _sized(b'{"reports":[]}', 1),
    "a frame that states 2^63 bytes": lambda: _sized(b'{"reports":[]}', 2**63),
    "1,000 frames in a row": lambda: packed(b" ") * 1_000,
    "a skippable frame": lambda: b"\x50\x2a\x4d\x18\xff\xff\xff\x7f" + b"x" * 100,
    "a truncated frame": lambda: packed(b'{"reports":[]}' * 100)[:-5],
    "only the magic number": lambda: b"\x28\xb5\x2f\xfd",
    "gzip": lambda: b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
    "nothing": lambda: b"",
    "JSON that is not packed": lambda: b'{"reports":[]}',
    "a packed bomb in a pack": lambda: packed(packed(bytes(64 * 1024 * 1024))),
    "zeros": lambda: bytes(1_000),
    "a broken checksum": lambda: zstandard.ZstdCompressor(write_checksum=True).compress(b"{}")[:-1] + b"\x00",
}


def envelopes(job: str, others_job: str) -> Iterator[tuple[str, Told]]:
    """Yield what a delivery may hold beside good reports."""
    good = report(job, firmware_document())
    yield "no report", {"reports": []}
    yield "21 reports", {"reports": [good] * 21}
    yield "reports that are no list", {"reports": good}
    yield "an unknown field", {"reports": [good], "command": "id"}
    yield "an unknown field in a report", {"reports": [{**good, "device": others_job}]}
    for field in good:
        for name in (
            "null",
            "true",
            "minus one",
            "a huge number",
            "an empty text",
            "a long text",
            "a NUL",
            "a list of lists",
            "a year before all",
            "a year after all",
            "a path",
        ):
            yield f"{field}: {name}", {"reports": [{**good, field: ODD_VALUES[name]}]}
    yield "a job of another client", {"reports": [report(others_job, firmware_document())]}
    yield "a job that never was", {"reports": [report(fresh_id(), firmware_document())]}
    yield "document and found", {"reports": [{**good, "found": []}]}
    yield "found for a scan", {"reports": [report(job, found=[])]}
    yield "tried for a scan", {"reports": [report(job, tried={"works": True, "took_ms": 1})]}
    yield "nothing but an envelope", {"reports": [{k: v for k, v in good.items() if k != "document"}]}
    yield "an attempt beyond those given out", {"reports": [{**good, "attempt": 100}]}
    yield "five pins", {"reports": [{**good, "new_pins": {str(n): "x" for n in range(5)}}]}
    yield "a pin of odd letters", {"reports": [{**good, "new_pins": {"host key": "\u0000\u202e" * 20}}]}
    yield "the same report 20 times", {"reports": [good] * 20}


def _changed(change: Callable[[Told], None]) -> Callable[[], str]:
    def made() -> str:
        told = json.loads(firmware_document())
        change(told)
        return json.dumps(told)

    return made


def _set(*path: str, to: Any) -> Callable[[], str]:
    def change(told: Told) -> None:
        here = told
        for name in path[:-1]:
            here = here[name]
        here[path[-1]] = to

    return _changed(change)


_SOURCE: Final = {"transport": "snmp", "driver": "apc_powernet"}
_AT: Final = "2026-11-22T00:00:00Z"


def _section(name: str, value: Any, **more: Any) -> Callable[[], str]:
    return _set(
        "sections", name, to={"read_at": _AT, "source": _SOURCE, "complete": True, "version": 1, "value": value, **more}
    )


DOCUMENTS: Final[dict[str, Callable[[], str]]] = {
    **{f"odd JSON: {name}": (lambda told=told: told.decode("utf-8", "replace")) for name, told in ODD_JSON.items()},  # type: ignore[misc]
    "another format": _set("format", to="datumline.facts/2"),
    "no format": _set("format", to=None),
    "observed before all": _set("observed_at", to="0001-01-01T00:00:00+14:00"),
    "observed after all": _set("observed_at", to="9999-12-31T23:59:59-14:00"),
    "observed next year": _set("observed_at", to="2027-11-22T00:00:00Z"),
    "observed at no moment": _set("observed_at", to="yesterday"),
    "a device that is a list": _set("device", to=[]),
    "a device of 1 MB": _set("device", "name", to="x" * 1_000_000),
    "the name of another device": _set("device", "name", to="PEL-SW01"),
    "a class that never was": _set("device", "class", to="'; DROP TABLE"),
    "a class of a thousand letters": _set("device", "class", to="x" * 1_000),
    "another transport": _set("device", "transport", to="telnet"),
    "a driver with blanks": _section("firmware", {"version": "1"}, source={"transport": "snmp", "driver": "a b|c"}),
    "a driver of 4,000 letters": _section(
        "firmware", {"version": "1"}, source={"transport": "snmp", "driver": "a" * 4_000}
    ),
    "a driver with a NUL": _section("firmware", {"version": "1"}, source={"transport": "snmp", "driver": "a\u0000"}),
    "a transport that never was": _section("firmware", {"version": "1"}, source={"transport": "gopher", "driver": "a"}),
    "a driver's version beyond all": _section(
        "firmware", {"version": "1"}, source={**_SOURCE, "driver_version": 10**19}
    ),
    "read next year": _section("firmware", {"version": "1"}, read_at="2027-01-01T00:00:00Z"),
    "read before all": _section("firmware", {"version": "1"}, read_at="0001-01-01T00:00:00Z"),
    "version 0 of a section": _section("firmware", {"version": "1"}, version=0),
    "version -1 of a section": _section("firmware", {"version": "1"}, version=-1),
    "version 10^18 of a section": _section("firmware", {"version": "1"}, version=10**18),
    "a text as version of a section": _section("firmware", {"version": "1"}, version="1"),
    "a section that is a list": _section("firmware", []),
    "a section that is a text": _section("firmware", "2.0"),
    "an unknown field in a section": _section("firmware", {"version": "1", "approved": True}),
    "a number in the place of a text": _section("firmware", {"version": 1}),
    "a text of 1 MB": _section("firmware", {"version": "x" * 1_000_000}),
    "a NUL in a version": _section("firmware", {"version": "1\u0000.2"}),
    "a version of hidden letters": _section("firmware", {"version": "\u202e\u200b\u2066" * 50}),
    "two objects of one key": _section("volumes", [{"name": "C:"}, {"name": "C:"}]),
    "20,000 objects": _section(
        "volumes", [{"name": f"V{n}", "free_bytes": n, "size_bytes": 2 * n} for n in range(20_000)]
    ),
    "a size beyond all": _section("volumes", [{"name": "C:", "size_bytes": 10**19, "free_bytes": 10**18}]),
    "a negative size": _section("volumes", [{"name": "C:", "size_bytes": -1, "free_bytes": -1}]),
    "a fraction beyond all": _section("ups", {"charge_percent": 1e308}),
    "a fraction that is nothing": _section("ups", {"charge_percent": 5e-324}),
    "an instant before all": _section("os", {"booted_at": "0001-01-01T00:00:00Z"}),
    "an instant after all": _section("os", {"booted_at": "9999-12-31T23:59:59Z"}),
    "a day before all": _section("identity", {"manufactured_on": "0001-01-01"}),
    "a key with brackets": _section("volumes", [{"name": "].free_bytes", "free_bytes": 1}]),
    "a key that is empty": _section("volumes", [{"name": "", "free_bytes": 1}]),
    "5,000 sections that nobody knows": _set("sections", to={f"unknown_{n}": {"value": n} for n in range(5_000)}),
    "a section that nobody knows, of 1 MB": _set("sections", "unknown", to={"value": "x" * 1_000_000}),
    "a section with a name of 10,000 letters": _set("sections", "x" * 10_000, to={"value": 1}),
    "a section whose name climbs": _set("sections", "../../etc", to={"value": 1}),
    "a section whose name is a NUL": _set("sections", "\u0000", to={"value": 1}),
    "sections that are a list": _set("sections", to=[]),
    "gaps that are a list": _set("gaps", to=[]),
    "10,000 gaps": _set("gaps", to={f"firmware.x{n}": {"reason": "not told", "text": "x"} for n in range(10_000)}),
    "a gap at a path of 100,000 letters": _set("gaps", "x" * 100_000, to={"reason": "not told", "text": "x"}),
    "a gap of a reason that never was": _set("gaps", "firmware", to={"reason": "because", "text": "x"}),
    "a gap of the whole device": _set("gaps", "*", to={"reason": "unreachable", "text": "x\u0000"}),
    "a gap of 1 MB": _set("gaps", "*", to={"reason": "unreachable", "text": "x" * 1_000_000}),
    "a gap in nothing": _set("gaps", "", to={"reason": "not told", "text": "x"}),
    "marks that are a list": _set("marks", to=[]),
    "a mark of 100,000 letters": _set("marks", to={"serial": "x" * 100_000}),
    "a mark with a NUL": _set("marks", to={"serial": "A\u0000B"}),
    "marks that nobody knows": _set("marks", to={"soul": "yes"}),
    "junk marks": _set("marks", to={"serial": "000000", "smbios_uuid": "To be filled by O.E.M."}),
    "300,000 names of software": _section("software", ["x"] * 300_000),
}


def poll_of(told: Told) -> bytes:
    """Return a poll as it is sent, with whatever it holds."""
    return json.dumps(told).encode("utf-8", "surrogatepass")


def count(agent: FakeAgent) -> int:
    """Return how many payloads there are."""
    del agent
    return len(ODD_JSON) * 3 + len(list(polls())) + len(BOMBS) + len(list(envelopes("", ""))) + len(DOCUMENTS)
