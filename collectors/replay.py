"""Replaying: the same facts from recorded replies, without a network and without a device."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from collectors import snmprec
from collectors.collect import snapshot_from
from collectors.detection import Known
from collectors.driver_index import DriverIndex, index_of
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.json_text import JsonError, read_json
from collectors.facts.reading import Device, Snapshot
from collectors.replies import JsonReplies, JsonValue, SnmpValue, TextReplies
from collectors.session import AnyDriver, Replies

SIZE_LIMIT_BYTES = 64 * 1024 * 1024
LIST_VARIABLES, LIST_UPS = "LIST VAR", "LIST UPS"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f]")
_NUT_LINE = re.compile(r"^\s*([A-Za-z][\w.-]*)\s*:\s?(.*?)\s*$")


class ReplayError(Exception):
    """What was given cannot be replayed: the text is a sentence that says what to give instead."""


class BrokenRecording(ReplayError):
    """A given file cannot be read as what it should be; `given` is 'snmp', 'nut' or the question that it answers."""

    def __init__(self, given: str, sentence: str) -> None:
        super().__init__(sentence)
        self.given = given


@dataclass(frozen=True)
class Recorded:
    """The contents of the files that a person gave."""

    replies: Mapping[str, bytes] = field(default_factory=dict)
    """By question: a command, a block of the WinRM script, a local question."""
    config: bytes | None = None
    """The reply to the driver's configuration command."""
    snmp: bytes | None = None
    """A .snmprec file."""
    nut: bytes | None = None
    """A .dev file: 'variable: value' lines."""


def replay(driver_name: str, recorded: Recorded, observed_at: datetime, index: DriverIndex | None = None) -> Snapshot:
    """Return the snapshot that a driver reads from recorded replies; raises ReplayError for input that does not fit."""
    index = index_of() if index is None else index
    if driver_name not in index:
        raise ReplayError(f"No driver is called {driver_name!r}. There are: {', '.join(index)}.")
    known = Known(driver_name, index[driver_name])
    replies = replies_of(known, recorded, observed_at)
    snapshot = snapshot_from(
        Device(name=driver_name, driver=driver_name, transport=known.driver.TRANSPORT),
        known.driver.TRANSPORT,
        known,
        replies,
    )
    told = next((reading.value for reading in snapshot.readings if reading.section == "identity"), None)
    name = getattr(told, "name", None) or driver_name
    return snapshot.model_copy(update={"device": snapshot.device.model_copy(update={"name": name})})


def replies_of(known: Known, recorded: Recorded, observed_at: datetime) -> Replies:
    """Return recorded files as the replies that a transport would have given; raises ReplayError."""
    transport = known.driver.TRANSPORT
    if transport == "snmp":
        _only(known, recorded, "snmp", "one SNMP recording (--snmp)")
        return snmprec.replies_from(_agent(recorded.snmp or b""), known.driver.ASKS, observed_at)
    if transport == "nut":
        _only(known, recorded, "nut", "one NUT dump (--nut)")
        return JsonReplies(observed_at, _nut_replies(recorded.nut or b""))
    if recorded.snmp is not None or recorded.nut is not None:
        raise ReplayError(f"The driver {known.name} reads {transport} replies: give them with --reply.")
    files = _with_config(known, recorded)
    _refuse_unread(known, files)
    if transport == "ssh":
        return TextReplies(observed_at, {command: _shown(command, file) for command, file in files.items()})
    return JsonReplies(observed_at, {block: _json(known.driver, block, file) for block, file in files.items()})


def unread(driver_name: str, recorded: Recorded, index: DriverIndex | None = None) -> tuple[str, ...]:
    """Return the given questions that the driver does not ask: a command written otherwise than it sends it."""
    index = index_of() if index is None else index
    known = questions_of(index[driver_name]) if driver_name in index else ()
    return tuple(question for question in recorded.replies if question not in known)


def questions_of(driver: AnyDriver) -> tuple[str, ...]:
    """Return what can be replayed: all that is asked, and what a driver reads from files only (REPLAYS)."""
    return (*driver.ASKS, *getattr(driver, "REPLAYS", ()))


def _only(known: Known, recorded: Recorded, kind: str, wanted: str) -> None:
    given = {name for name in ("config", "snmp", "nut") if getattr(recorded, name) is not None}
    given |= {"replies"} if recorded.replies else set()
    if given != {kind}:
        raise ReplayError(f"The driver {known.name} reads {known.driver.TRANSPORT} replies: give {wanted} and no more.")


def _with_config(known: Known, recorded: Recorded) -> Mapping[str, bytes]:
    if recorded.config is None:
        return recorded.replies
    command = getattr(known.driver, "CONFIG_COMMAND", None)
    if command is None:
        raise ReplayError(f"The driver {known.name} reads no configuration: give replies with --reply.")
    return {command: recorded.config, **recorded.replies}


def _refuse_unread(known: Known, given: Iterable[str]) -> None:
    questions = questions_of(known.driver)
    if not any(question in questions for question in given):
        listed = "; ".join(questions)
        raise ReplayError(f"The driver {known.name} reads none of the given replies. It reads: {listed}.")


def _shown(command: str, file: bytes) -> str:
    """Return a command's output as a terminal would show it."""
    text = _text(command, file).replace("\r\n", "\n")
    if not _CONTROLS.search(text):
        return text
    from collectors.transports.ssh.terminal_text import plain

    return plain(text)


def _json(driver: AnyDriver, block: str, file: bytes) -> JsonValue | Gap:
    if block not in driver.ASKS:
        return _text(block, file).replace("\r\n", "\n")
    try:
        return read_json(file)
    except JsonError as error:
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"could not be read: {error}")


def _agent(file: bytes) -> dict[str, SnmpValue]:
    text = _text("snmp", file)
    try:
        values = snmprec.parse(text, skip_malformed=True)
    except snmprec.MalformedRecording as error:
        raise BrokenRecording("snmp", f"{error}: make it shorter.") from error
    if not values:
        raise BrokenRecording("snmp", "holds no line that could be read as OID|type|value; give an SNMP recording.")
    return values


def malformed_lines(file: bytes) -> tuple[int, str]:
    """Return how many lines of an SNMP recording are left aside, and what is wrong with the first."""
    wrong = snmprec.malformed(_text("snmp", file))
    return len(wrong), wrong[0] if wrong else ""


def _nut_replies(file: bytes) -> dict[str, JsonValue | Gap]:
    found = (_NUT_LINE.match(line) for line in _text("nut", file).splitlines() if not line.startswith("#"))
    variables: dict[str, JsonValue] = {match[1]: match[2] for match in found if match}
    if not variables:
        raise BrokenRecording("nut", "holds no line of the form 'variable: value'; give a NUT dump.")
    return {LIST_UPS: {"recorded": ""}, LIST_VARIABLES: variables}


def _text(given: str, file: bytes) -> str:
    """Return a file's text: UTF-8, UTF-16 with its mark (Windows shells write it), else Latin-1."""
    if len(file) > SIZE_LIMIT_BYTES:
        raise BrokenRecording(given, f"is larger than {SIZE_LIMIT_BYTES // 1024 // 1024} MB; give less of it.")
    if file.startswith((b"\xff\xfe", b"\xfe\xff")):
        return file.decode("utf-16", "replace")
    try:
        return file.decode("utf-8-sig")
    except UnicodeDecodeError:
        return file.decode("latin-1")
