"""The fuzz targets: each takes any bytes and may end only as its readers may; what else it raises is a crash.

The tests and `make soak` run them under hypothesis, `make soak` also under atheris where that is installed. Over 300
lines because all targets stand together, where a reader sees what is fuzzed and what is not.
"""

import json
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from pysnmp.proto import api

from agent.credentials import credentials_named
from agent.errors import FileRefused
from agent.inventory import read_site
from agent.toml_file import parse_toml
from collectors import snmprec
from collectors.collect import snapshot_from
from collectors.credentials import NutAccount
from collectors.detection import Known
from collectors.driver_index import drivers
from collectors.errors import CollectError
from collectors.facts import document
from collectors.facts.gaps import Gap
from collectors.facts.merge import subject_of
from collectors.facts.reading import Device, Snapshot
from collectors.pool.messages import FROM_CHILD
from collectors.replay import Recorded, ReplayError, replies_of
from collectors.replies import SnmpReplies, SnmpValue, as_number, as_text
from collectors.transports.nut import NutSession
from collectors.transports.snmp.pysnmp_loop import DECODE_ERRORS
from collectors.transports.snmp.pysnmp_values import is_absent, value_of
from collectors.transports.snmp.signed_wire import header_of, report_in
from collectors.transports.ssh.terminal_text import plain
from collectors.transports.winrm.guard import check_envelope
from collectors.transports.winrm.script import replies_of as blocks_of
from rules.judge import judge
from rules.library_at import library_at
from rules.lifecycle import store
from rules.lifecycle.parsing import parse as parse_catalogue
from rules.lifecycle.problems import CatalogueRefused
from rules.loader import survey
from rules.problems import Refused
from rules.yaml_texts import parse as parse_yaml
from tests.contract.open_circumstances import circumstances
from tests.hostile.broken_files import CREDENTIALS, FACTS, NUT, SITE, SNMPREC
from tests.peers import ber
from tests.peers.snmp_signed import signed_message
from tests.sound_library import LIBRARY
from tests.test_drivers import FILES, load

AT: Final = datetime(2026, 11, 21, 3, tzinfo=UTC)
Target = Callable[[bytes], bool]
"""Gives bytes to a reader; returns whether it took them, False when it refused them as it should."""
CRASHES: Final = Path(__file__).with_name("crashes")


def text_of(data: bytes) -> str:
    """Return bytes as a text that may hold anything a text can."""
    return data.decode("utf-8", "surrogateescape")


def snmp_datagram(data: bytes) -> bool:
    """Decode a datagram as the reference engine does, and read each value in it."""
    from pyasn1.codec.ber import decoder  # type: ignore[import-untyped]

    message_of = api.PROTOCOL_MODULES[api.SNMP_VERSION_2C]
    try:
        message, _ = decoder.decode(data[:8_000], asn1Spec=message_of.Message())
        bindings = message_of.apiPDU.get_varbinds(message_of.apiMessage.get_pdu(message))
        values = [value_of(value) for _, value in bindings if not is_absent(value)]
    except (CollectError, *DECODE_ERRORS):
        return False
    for value in values:
        as_number(value)
        as_text(value)
    return True


def snmp_signed_header(data: bytes) -> bool:
    """Read the header of a message of version 3, as the wire before the fast engine does."""
    header = header_of(data[:8_000])
    if header is None:
        return False
    end = header.digest_at + len(header.digest)
    assert data[header.digest_at : end] == header.digest
    assert end <= header.data_at <= len(data)
    assert report_in(data[:8_000], header) in {None, *range(1, 7)}
    return True


def snmp_values(data: bytes) -> bool:
    """Give octets to every SNMP driver in the place of a value that its recording has."""
    name, replies = _pick("snmp", data)
    assert isinstance(replies, SnmpReplies)
    oids = sorted(replies.values)
    number = int.from_bytes(data[1:5], "big")
    values = dict(replies.values)
    for place in range(3):
        oid = oids[(number * 31 + place * 7) % len(oids)]
        kind = ("octets", "integer", "oid", "ip")[number >> place & 3]
        octets = data[5 + place :]
        raw: Any = {
            "octets": octets,
            "integer": int.from_bytes(octets[:9], "big", signed=True),
            "oid": ".".join(str(octet) for octet in octets[:40]) or "0.0",
            "ip": ".".join(str(octet) for octet in octets[:4].ljust(4, b"\0")),
        }[kind]
        values[oid] = SnmpValue(kind, raw)  # type: ignore[arg-type]
    return _told(name, SnmpReplies(AT, values, version="2c"))


def snmp_recording(data: bytes) -> bool:
    """Read a recording, strictly and as replay does."""
    try:
        snmprec.parse(text_of(data))
    except snmprec.MalformedRecording:
        pass  # replay passes over such lines
    known = Known("switch_snmp", drivers()["switch_snmp"])
    try:
        replies = replies_of(known, Recorded(snmp=data), AT)
    except ReplayError:
        return False
    return _told("switch_snmp", replies)


def command_line_text(data: bytes) -> bool:
    """Give a text to a driver of command lines in the place of a reply."""
    return _replayed("ssh", data)


def windows_blocks(data: bytes) -> bool:
    """Give a JSON text to a Windows driver in the place of a block."""
    return _replayed("winrm", data)


def local_answers(data: bytes) -> bool:
    """Give a JSON text to a driver of this machine in the place of an answer."""
    return _replayed("local", data)


def nut_dump(data: bytes) -> bool:
    """Read a NUT dump."""
    try:
        replies = replies_of(Known("nut_ups", drivers()["nut_ups"]), Recorded(nut=data), AT)
    except ReplayError:
        return False
    return _told("nut_ups", replies)


def nut_lines(data: bytes) -> bool:
    """Let a NUT server say this after its connection was made."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data[:60_000])
        theirs.shutdown(socket.SHUT_WR)
        session = _NutOverPair(ours)
        return _told("nut_ups", session.ask(drivers()["nut_ups"]))


class _NutOverPair(NutSession):
    """A session over a pair of sockets, which have no address."""

    def __init__(self, connection: socket.socket) -> None:
        named = _Named(connection)
        super().__init__(named, NutAccount(kind="nut"), circumstances(5))  # type: ignore[arg-type]


class _Named:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def getpeername(self) -> tuple[str, int]:
        return "127.0.0.1", 3493


def winrm_document(data: bytes) -> bool:
    """Read the output of the script: lines of JSON and the mark at their end."""
    blocks = {"os": "", "disks": ""}
    try:
        for told in blocks_of(text_of(data), blocks, "mark").values():
            assert isinstance(told, Gap) or json.dumps(told, allow_nan=False)
    except CollectError:
        return False
    return True


def winrm_envelope(data: bytes) -> bool:
    """Look at an envelope before anything parses it."""
    try:
        check_envelope(data)
    except CollectError:
        return False
    return True


def terminal(data: bytes) -> bool:
    """Draw what a terminal was sent."""
    told = plain(text_of(data))
    assert not set(told) & {"\x1b", "\x9b", "\r", "\b", "\0"}
    return True


def facts_document(data: bytes) -> bool:
    """Read a facts document, write it again and judge it."""
    try:
        snapshot = document.parse(data)
    except document.DocumentError:
        return False
    again = document.to_json(snapshot)
    assert document.to_json(document.parse(again)) == again
    judge([subject_of([snapshot], name="it")], library_at(None), AT, client="Example", catalogue=_catalogue())
    return True


def rule_text(data: bytes) -> bool:
    """Read a YAML text."""
    try:
        parse_yaml(text_of(data))
    except Refused:
        return False
    return True


def rule_library(data: bytes) -> bool:
    """Load a library of one file, and judge a UPS by what was accepted."""
    from rules.loader import Library

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "power.yaml").write_bytes(data)
        standards, _ = survey(Path(folder))
    library = Library(standards, Path(folder), {one.id: one for one in standards})
    judge([subject_of([_ups()], name="it")], library, AT, client="Example", catalogue=_catalogue())
    return bool(standards)


def catalogue(data: bytes) -> bool:
    """Read a catalogue file."""
    try:
        parse_catalogue(data, "new.json")
    except CatalogueRefused:
        return False
    return True


def inventory(data: bytes) -> bool:
    """Read an inventory."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "site.toml")
        file.write_bytes(data)
        try:
            read_site(file, date(2026, 11, 21), drivers={"fortios": "ssh"})
        except FileRefused:
            return False
    return True


def credentials(data: bytes) -> bool:
    """Read credentials."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "credentials.toml")
        file.touch(mode=0o600)
        file.write_bytes(data)
        try:
            credentials_named(["ro", "fw"], file, {}, lambda entry, user: None)
        except FileRefused:
            return False
    return True


def toml_lines(data: bytes) -> bool:
    """Find the line of each key of a TOML text."""
    try:
        parse_toml("a.toml", text_of(data))
    except FileRefused:
        return False
    return True


def pool_frame(data: bytes) -> bool:
    """Read a word of a child; only a ValueError may come of it."""
    try:
        FROM_CHILD.validate_json(data)
    except ValueError:
        return False
    return True


@cache
def _catalogue() -> Any:
    return store.carried()


@cache
def _ups() -> Snapshot:
    return document.parse(FACTS)


@cache
def _recorded(transport: str) -> tuple[tuple[str, Any], ...]:
    """Return the replies of every recording of a transport with its driver's name."""
    from tests.test_drivers import replies_of as recorded_replies

    known = drivers()
    return tuple(
        (path.parent.name, recorded_replies(load(path), known[path.parent.name]))
        for path in FILES
        if transport == known[path.parent.name].TRANSPORT
    )


def _pick(transport: str, data: bytes) -> tuple[str, Any]:
    every = _recorded(transport)
    return every[(data[0] if data else 0) % len(every)]


def _replayed(transport: str, data: bytes) -> bool:
    """Put the data after its first two bytes in the place of a reply that those bytes choose."""
    name, replies = _pick(transport, data)
    known = Known(name, drivers()[name])
    asks = [ask for ask in known.driver.ASKS if ask in replies.replies]
    if not asks:
        return False
    ask = asks[(data[1] if len(data) > 1 else 0) % len(asks)]
    try:
        changed = replies_of(known, Recorded(replies={ask: data[2:]}), AT)
    except ReplayError:
        return False
    merged = {**replies.replies, **changed.replies}  # type: ignore[union-attr]
    return _told(name, type(replies)(AT, merged))


def _told(name: str, replies: Any) -> bool:
    """Read replies, whose document must then be read again: whatever a device says, it is ours to take it."""
    driver: Any = drivers()[name]
    try:
        driver.read(replies)
    except CollectError:
        return False
    snapshot = snapshot_from(Device(name="it"), driver.TRANSPORT, Known(name, driver), replies)
    told = document.to_json(snapshot)
    assert document.to_json(document.parse(told)) == told
    return True


def datagrams() -> Iterator[bytes]:
    """Give right answers of an agent, which are then spoiled."""
    request = ber.Request(1, b"public", "get", 7, 0, 0, ((1, 3, 6, 1, 2, 1, 1, 1, 0),))
    for value in (ber.Value(ber.OCTETS, b"UPS"), ber.Value(0x41, b"\x7f\xff"), ber.Value(0x40, b"\x7f\0\0\1")):
        yield ber.response(request, [ber.varbind((1, 3, 6, 1, 2, 1, 1, 1, 0), value)])


def _first(transport: str, count: int = 40) -> tuple[bytes, ...]:
    """Return recorded replies as seeds, each behind the two bytes that put it in its own place."""
    seeds = []
    for number, (name, replies) in enumerate(_recorded(transport)):
        asks = [ask for ask in drivers()[name].ASKS if ask in replies.replies]
        for place, ask in enumerate(asks):
            reply = replies.replies[ask]
            text = reply if isinstance(reply, str) else json.dumps(reply)
            seeds.append(bytes((number % 256, place % 256)) + text.encode("utf-8", "replace")[:4_000])
    return tuple(seeds[:: max(1, len(seeds) // count)])


def _winrm() -> tuple[bytes, ...]:
    lines = ['{"block":"os","ok":true,"data":{"a":[1,2.5,null]}}', '{"block":"disks","ok":false,"kind":"x"}']
    return ("\n".join([*lines, '{"end":"mark","blocks":2}', ""]).encode(), b'{"end":"mark","blocks":2}')


SEEDS: Final[Mapping[Target, Callable[[], tuple[bytes, ...]]]] = {
    snmp_datagram: lambda: tuple(datagrams()),
    snmp_signed_header: lambda: (
        signed_message(),
        signed_message(0xA8, (1, 3, 6, 1, 6, 3, 15, 1, 1, 5, 0), flags=0, auth=None),
    ),
    snmp_values: lambda: (bytes(range(40)), b"\x03\0\0\0\1" + b"9" * 40),
    snmp_recording: lambda: (SNMPREC.encode(), str(load(FILES[0]).get("snmprec", SNMPREC)).encode()[:4_000]),
    command_line_text: lambda: _first("ssh"),
    windows_blocks: lambda: _first("winrm"),
    local_answers: lambda: _first("local"),
    nut_dump: lambda: (NUT.encode(),),
    nut_lines: lambda: (
        b'BEGIN LIST UPS\nUPS ups "x"\nEND LIST UPS\nBEGIN LIST VAR ups\nVAR ups ups.status "OL"\nEND LIST VAR ups\n',
        b"ERR ACCESS-DENIED\n",
    ),
    winrm_document: _winrm,
    winrm_envelope: lambda: (b'<?xml version="1.0"?><s:Envelope xmlns:s="x"><s:Body a="b"/></s:Envelope>',),
    terminal: lambda: (b"SW1#show\r\n\x1b[1;24r\x1b[Kabc\b\b \x1b]0;t\x07\x9b2J--More--\r        \rdef\r\n",),
    facts_document: lambda: (FACTS.encode(),),
    rule_text: lambda: (LIBRARY.encode(),),
    rule_library: lambda: (LIBRARY.encode(),),
    catalogue: lambda: (b'{"meta":{"generated":"2026-11-01","data_as_of":"2026-11-01"},"products":[]}',),
    inventory: lambda: (SITE.encode(),),
    credentials: lambda: (CREDENTIALS.encode(),),
    toml_lines: lambda: (SITE.encode(), b"a.b=[1,{c='x'}]\n[[d]]\n[d.e]\n\"f\"='''\n'''\n"),
    pool_frame: lambda: (b'{"word":"began","job_id":"1"}', b'{"word":"done","job_id":"1","document":"{}"}'),
}
TARGETS: Final[Mapping[str, Target]] = {target.__name__: target for target in SEEDS}
