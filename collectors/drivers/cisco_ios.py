"""Cisco IOS and IOS-XE switches and routers, over SSH, with an audit of the running configuration."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, gather
from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.marks import Marks
from collectors.facts.reading import Value
from collectors.facts.sections.management import Config
from collectors.facts.sections.system import Identity, Os
from collectors.readers import cisco_audit, cisco_config, cisco_version
from collectors.readers.cisco_config import Configuration
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Cisco IOS and IOS-XE, over SSH"
DEVICE_CLASS = None
NETMIKO = "cisco_ios"

SHOW_VERSION = "show version"
SHOW_CONFIG = "show running-config"
SHOW_NTP = "show ntp status"
CONFIG_COMMAND = SHOW_CONFIG
ASKS = (SHOW_VERSION, SHOW_CONFIG, SHOW_NTP)
PREPARES: tuple[str, ...] = ("terminal length 0", "terminal width 511", "enable")
NEEDS = {
    "firmware": "privilege 1: show version",
    "time": "privilege 1: show ntp status; servers need the configuration",
    "management": "privilege 15, or a TACACS+ command set that permits 'show running-config'",
    "snmp": "privilege 15, or a TACACS+ command set that permits 'show running-config'",
    "config": "privilege 15, or a TACACS+ command set that permits 'show running-config'",
}
GENTLE = Gentle(questions_per_s=5)
MATCHES = Matches(
    ident=(r"^SSH-\d\.\d+-Cisco-",),
    replies={SHOW_VERSION: r"Cisco (IOS|Internetwork Operating System)"},
)

_MODEL = re.compile(r"^[Cc]isco (?P<model>[\w/-]+) \(.*\) (?:processor|with) ", re.MULTILINE)
_MODEL_NUMBER = re.compile(r"^Model [Nn]umber\s*: *(?P<model>\S+)", re.MULTILINE)
_SERIAL = re.compile(r"^(?:Processor board ID|System [Ss]erial [Nn]umber\s*:) *(?P<serial>\w+)", re.MULTILINE)
_NAME = re.compile(r"^(?P<name>[\w.-]+) uptime is (?P<uptime>.+)$", re.MULTILINE)
_UPTIME = re.compile(r"\b(\d{1,6}) (year|week|day|hour|minute)s?")
_UNIT_S = {"year": 365 * 86_400, "week": 7 * 86_400, "day": 86_400, "hour": 3_600, "minute": 60}
_SWITCH_WORDS = re.compile(r"Catalyst|Switch|\bC(?:29[4-7]|3[1-9]|45|65)\d\d?\w* Software|CAT9K")
_ROUTER_WORDS = re.compile(
    r"\b(?:ISR|ASR|CSR|C8\d{3}|CISCO(?:8|18|19|28|29|38|39)\d\d|C(?:18|19|28|29|38|39)00 Software)", re.IGNORECASE
)
_CHANGED = re.compile(r"^Last configuration change at (?P<at>.+?)(?: by \S+)?$")
_WRITTEN = re.compile(r"^NVRAM config last updated at (?P<at>.+?)(?: by \S+)?$")
_UNCHANGED = "No configuration change since last restart"
CLOCK_SET_YEAR = 2007  # a clock that nobody has set begins in 1993, 2002 or 2006
ZONES_DIFFER = timedelta(days=1)
_MOMENT = re.compile(r"(\d\d:\d\d:\d\d) (\S+) \w{3} (\w{3}) +(\d{1,2}) (\d{4})")


def read_firmware(replies: TextReplies) -> Part:
    """Return product, version and build date."""
    return cisco_version.read_firmware(replies[SHOW_VERSION])


def read_identity(replies: TextReplies) -> Part:
    """Return name, model and serial number of the box that answers (the master of a stack).

    A configuration by itself tells the name alone.
    """
    if SHOW_VERSION not in replies.replies:
        names = _configuration(replies).all("hostname ")
        return told(Identity, {"vendor": lambda: "Cisco", "name": lambda: names[-1].strip('"') if names else None})
    text = replies[SHOW_VERSION]

    def first(*patterns: re.Pattern[str]) -> str | None:
        return next((match[1] for pattern in patterns if (match := pattern.search(text))), None)

    return told(
        Identity,
        {
            "vendor": lambda: "Cisco",
            "name": lambda: first(_NAME),
            "model": lambda: first(_MODEL_NUMBER, _MODEL),
            "serial": lambda: first(_SERIAL),
        },
    )


def read_os(replies: TextReplies) -> Part:
    """Return the last start; the device tells its uptime to the minute, with years of 365 days."""
    found = _NAME.search(replies[SHOW_VERSION])
    parts = _UPTIME.findall(found["uptime"]) if found else []

    def booted_at() -> datetime | None:
        if not parts:
            return None
        up_s = sum(int(count) * _UNIT_S[unit] for count, unit in parts)
        try:
            return (replies.observed_at - timedelta(seconds=up_s)).replace(second=0, microsecond=0)
        except OverflowError as error:
            raise UnexpectedReply(f"is told as {up_s} s ago, which cannot be") from error

    return told(Os, {"booted_at": booted_at})


def _configuration(replies: TextReplies) -> Configuration:
    return cisco_config.parse(replies[SHOW_CONFIG])


def _audit(read_part: Callable[[Configuration], Part | None]) -> Callable[[TextReplies], Value | Part | None]:
    return lambda replies: read_part(_configuration(replies))


def read_time(replies: TextReplies) -> Part:
    """Return the time servers and whether the clock follows one of them."""
    return cisco_audit.read_time(_configuration(replies), *_ntp_status(replies))


def _ntp_status(replies: TextReplies) -> tuple[bool | Gap | None, int | Gap | None]:
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


def read_config(replies: TextReplies) -> Part:
    """Return whether the running configuration is saved, by the two moments that it carries itself."""
    return told(Config, {"saved": lambda: _saved(_configuration(replies))})


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


def _device_class(replies: TextReplies) -> str | None:
    head = replies[SHOW_VERSION][:1_500]
    if _SWITCH_WORDS.search(head):
        return "switch"
    return "router" if _ROUTER_WORDS.search(replies[SHOW_VERSION]) else None


def _marks(replies: TextReplies) -> Marks:
    found = _SERIAL.search(replies[SHOW_VERSION])
    return Marks(serial=found["serial"] if found else None)


def read(replies: TextReplies) -> Facts:
    """Return the facts of a Cisco switch or router with an audit of its configuration."""
    return gather(
        replies,
        {
            "identity": read_identity,
            "os": read_os,
            "firmware": read_firmware,
            "management": _audit(cisco_audit.read_management),
            "snmp": _audit(cisco_audit.read_snmp),
            "logging": _audit(cisco_audit.read_logging),
            "admins": _audit(cisco_audit.read_admins),
            "lockout": _audit(cisco_audit.read_lockout),
            "time": read_time,
            "config": read_config,
        },
        marks=_marks,
        device_class=_device_class,
    )
