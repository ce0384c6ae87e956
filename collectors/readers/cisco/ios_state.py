"""What a Cisco IOS device says of itself: name, model, serial number, last start, clock, and whether it is saved."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from collectors.driver import Part
from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.marks import Marks
from collectors.facts.sections.management import Config
from collectors.facts.sections.system import Firmware, Identity, Os
from collectors.readers.cisco import cisco_audit, cisco_inventory, cisco_version
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.outputs.cli_words import booted_at, known, said, serial_of
from collectors.replies import TextReplies
from collectors.told import told

SHOW_VERSION = "show version"
SHOW_NTP = "show ntp status"
SHOW_INVENTORY = "show inventory"

_MODEL = re.compile(r"^[Cc]isco (?P<model>[\w/+-]+) \(.*\) (?:processor|with) ", re.MULTILINE)
_MODEL_NUMBER = re.compile(r"^Model [Nn]umber\s*: *(?P<model>\S+)", re.MULTILINE)
_SERIAL = re.compile(r"^System [Ss]erial [Nn]umber *: *(?P<serial>\w+)", re.MULTILINE)
_BOARD_SERIAL = re.compile(r"^Processor board ID *(?P<serial>\w+)", re.MULTILINE)
_MEMBER = re.compile(r"^\*? +\d{1,2} +\d{1,3} +\S+ +\d\S+ +\S+", re.MULTILINE)
_EACH_MEMBER = Gap(reason=GapReason.NOT_TOLD, text="is told for each member of the stack, not for the stack")
_NAME = re.compile(r"^(?P<name>[\w.-]+) uptime is (?P<uptime>.+)$", re.MULTILINE)
_SWITCH_WORDS = re.compile(r"Catalyst|Switch|\bC(?:1000|29[4-7]\d?|3[1-9]\d\d?|45\d\d?|65\d\d?)\w* Software|CAT9K")
_SWITCH_TABLE = re.compile(r"^Switch +Ports +Model\b|^[Cc]isco WS-C\d", re.MULTILINE)
_GIVEN_WORDS = re.compile(r"^\S+ uptime is|^System image file is .*$", re.MULTILINE)  # a person chose these
_ROUTER_WORDS = re.compile(
    r"\b(?:ISR|ASR|CSR|C8\d{3}|CISCO(?:8|18|19|28|29|38|39)\d\d|C(?:18|19|28|29|38|39)00 Software)", re.IGNORECASE
)
_CHANGED = re.compile(r"^Last configuration change at (?P<at>.+?)(?: by \S+)?$")
_WRITTEN = re.compile(r"^NVRAM config last updated at (?P<at>.+?)(?: by \S+)?$")
_UNCHANGED = "No configuration change since last restart"
CLOCK_SET_YEAR = 2007  # a clock that nobody has set begins in 1993, 2002 or 2006
ZONES_DIFFER = timedelta(days=1)
_MOMENT = re.compile(r"(\d\d:\d\d:\d\d) (\S+) \w{3} (\w{3}) +(\d{1,2}) (\d{4})(?!\S)", re.ASCII)


def read_identity(replies: TextReplies, configuration: Callable[[], Configuration]) -> Part:
    """Return name, place, model and serial number; a stack of several switches has no serial number of its own.

    Where 'show version' does not tell the name, the configuration does.
    """
    text = said(replies, SHOW_VERSION)
    config = known(lambda _: configuration(), replies)
    hosted = next(iter(config.all("hostname ")), None) if config else None
    place = cisco_audit.place_and_person(configuration)
    if text is None:
        if config is None:
            replies[SHOW_VERSION]  # raises what hindered it
        return told(Identity, {"vendor": lambda: "Cisco", "name": lambda: hosted, **place})

    def first(*patterns: re.Pattern[str]) -> str | None:
        return next((match[1] for pattern in patterns if (match := pattern.search(text))), None)

    return told(
        Identity,
        {
            "vendor": lambda: "Cisco",
            "name": lambda: first(_NAME) or hosted,
            "model": lambda: first(_MODEL_NUMBER, _MODEL),
            "serial": lambda: _EACH_MEMBER if _is_stack(text) else _serial(replies),
            **place,
        },
    )


def _is_stack(text: str) -> bool:
    return len(_MEMBER.findall(text)) > 1 or len(_SERIAL.findall(text)) > 1


def _serial(replies: TextReplies) -> str | None:
    """Return the chassis's number; the processor board's one is the same on boxes that tell no other."""
    text = replies[SHOW_VERSION]
    system, board = _SERIAL.search(text), _BOARD_SERIAL.search(text)
    if system:
        return serial_of(system["serial"])
    try:
        box = cisco_inventory.only_chassis(replies[SHOW_INVENTORY])
    except CollectError:
        box = None
    if box:
        return box.serial
    return serial_of(board["serial"]) if board else None


def read_firmware(replies: TextReplies, config: Configuration | None) -> Part:
    """Return product, version and build date; of a configuration alone the train that it is of."""
    stated = [words for words in (config.all("version ") if config else []) if re.fullmatch(r"\d{2}\.\d{1,2}", words)]
    if SHOW_VERSION not in replies.replies and stated:
        return told(Firmware, {"version": lambda: stated[-1]})
    return cisco_version.read_firmware(replies[SHOW_VERSION])


def read_os(replies: TextReplies) -> Part:
    """Return the last start; the device tells its uptime to the minute, with years of 365 days."""
    found = _NAME.search(replies[SHOW_VERSION])
    return told(Os, {"booted_at": lambda: booted_at(found["uptime"] if found else None, replies.observed_at)})


def ntp_status(replies: TextReplies) -> tuple[bool | Gap | None, int | Gap | None]:
    """Return what 'show ntp status' says; '%NTP is not enabled' says that nothing is followed."""
    try:
        text = replies[SHOW_NTP]
    except CollectError as error:
        return error.gap, error.gap
    if re.search(r"NTP is not enabled", text):
        return False, NOT_TOLD
    state = re.search(r"Clock is (synchronized|unsynchronized)(?:, stratum (\d{1,3})\b)?", text)
    if not state:
        gap = Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is not told by {SHOW_NTP!r}")
        return gap, gap
    own = re.search(r"reference is 127\.127\.", text)  # the device's own clock, by 'ntp master'
    return state[1] == "synchronized" and not own, int(state[2]) if state[2] and int(state[2]) < 16 else NOT_TOLD


def read_config(configuration: Callable[[], Configuration]) -> Part:
    """Return whether the running configuration is saved, by the two moments that it carries itself."""
    return told(Config, {"saved": lambda: _saved(configuration())})


def _saved(config: Configuration) -> bool | Gap:
    changed, written = (_moment(config, pattern) for pattern in (_CHANGED, _WRITTEN))
    if changed is None:
        return True if any(comment.startswith(_UNCHANGED) for comment in config.comments) else NOT_TOLD
    if written is None:
        return NOT_TOLD
    if min(changed.at.year, written.at.year) < CLOCK_SET_YEAR:
        return Gap(reason=GapReason.NOT_TOLD, text="is not certain: the device's clock was not set at the last change")
    if changed.zone != written.zone and abs(changed.at - written.at) < ZONES_DIFFER:
        return Gap(reason=GapReason.NOT_TOLD, text="is not certain: the device tells both moments in different zones")
    return written.at >= changed.at


@dataclass(frozen=True)
class _Moment:
    """A moment on the device's own clock, good for comparing only, and the zone it is told in."""

    at: datetime
    zone: str


def _moment(config: Configuration, pattern: re.Pattern[str]) -> _Moment | None:
    """Return a moment of the configuration's head; None when it is not there, raises UnexpectedReply for no moment."""
    for comment in config.comments:
        found = pattern.match(comment)
        parts = _MOMENT.match(found["at"]) if found else None
        if parts:
            text = f"{parts[4]} {parts[3]} {parts[5]} {parts[1]}"
            try:
                return _Moment(datetime.strptime(text, "%d %b %Y %H:%M:%S").replace(tzinfo=UTC), parts[2])
            except ValueError as error:
                raise UnexpectedReply(f"is told as {text!r}, which is no moment") from error
    return None


def device_class(replies: TextReplies) -> str | None:
    """Return 'switch' or 'router' by the platform's own words, None for others."""
    text = _GIVEN_WORDS.sub("", replies[SHOW_VERSION])
    if _SWITCH_WORDS.search(text[:1_500]) or _SWITCH_TABLE.search(text):
        return "switch"
    return "router" if _ROUTER_WORDS.search(text) else None


def marks(replies: TextReplies) -> Marks:
    """Return the serial number of a box that stands alone."""
    return Marks(serial=None if _is_stack(replies[SHOW_VERSION]) else _serial(replies))
