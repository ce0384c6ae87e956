"""What a Cisco ASA says of itself: 'show version', 'show failover', 'show license all'."""

import re
from datetime import UTC, date, datetime, timedelta

from collectors.driver import Part
from collectors.errors import CollectError, NoReply, UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.scalars import Span
from collectors.facts.sections.firewall import Ha, Licence
from collectors.facts.sections.system import Firmware, Identity, Os
from collectors.readers.asa import asa_config
from collectors.readers.outputs.cli_words import hindered, said
from collectors.replies import TextReplies
from collectors.told import Teller, told

SHOW_VERSION = "show version"
SHOW_FAILOVER = "show failover"
SHOW_LICENSE = "show license all"
SHOW_CONFIG = "show running-config"

_ASA = re.compile(r"^Cisco Adaptive Security Appliance Software Version (?P<version>\d[\w.()]*)", re.MULTILINE)
_FTD = re.compile(r"Threat Defense .*?Version (?P<version>\d[\d.]*)")
_HEAD = re.compile(r"^ASA Version (?P<version>\d[\w.()]*)", re.MULTILINE)
_COMPILED = re.compile(r"^Compiled on \w{3} (\d{1,2}-[A-Z][a-z]{2}-\d\d)\b", re.MULTILINE)
_NAME = re.compile(r"^(?P<name>[\w.-]+) up (?P<uptime>\d+ (?:year|day|hour|min|sec).*)$", re.MULTILINE)
_UPTIME = re.compile(r"\b(\d{1,6}) (year|day|hour|min)")
_UNIT_S = {"year": 365 * 86_400, "day": 86_400, "hour": 3_600, "min": 60}
_HARDWARE = re.compile(r"^Hardware: +(?P<model>[^,\s]+)", re.MULTILINE)
_MODEL_ID = re.compile(r"^Model Id: +(?P<model>\S+)", re.MULTILINE)
_SERIAL = re.compile(r"^Serial Number: *(?P<serial>\w+)", re.MULTILINE)
_TIMED = re.compile(r"^(?P<name>[A-Z][\w /-]*?) *: \S+(?: \S+)? +(?P<days>\d{1,4}) days?\s*$", re.MULTILINE)
_HOSTS = re.compile(
    r"^\s*(?P<which>This|Other) host: (?:Primary|Secondary)(?: - (?P<state>[A-Z][\w ]*?))?\s*$", re.MULTILINE
)
_GROUP = re.compile(r"^\s*Group \d+ State: +(?P<state>[A-Z][\w ]*?)\s*$", re.MULTILINE)
_LAST = re.compile(r"^\s*Last Failover at: (\d\d:\d\d:\d\d) (UTC|GMT) (\w{3} +\d{1,2} \d{4})", re.MULTILINE)
_SMART = {
    "smart licensing registration": re.compile(r"^\s*Registration Expires: (?P<until>.+)$", re.MULTILINE),
    "smart licensing authorization": re.compile(r"^\s*Communication Deadline: (?P<until>.+)$", re.MULTILINE),
}
_STATES = {"Active": "active", "Standby Ready": "passive"}
_ABLE = frozenset({"Active", "Standby Ready"})


def read_firmware(replies: TextReplies) -> Part:
    """Return product, version and build date; a configuration alone tells the version."""
    text = _either(replies)
    found = _FTD.search(text) or _ASA.search(text) or _HEAD.search(text)
    compiled = _COMPILED.search(text)
    return told(
        Firmware,
        {
            "product": lambda: None if not found else "ftd" if found.re is _FTD else "asa",
            "version": lambda: found["version"].rstrip(".") if found else None,
            "released": lambda: _built(compiled[1]) if compiled else None,
        },
    )


def _built(text: str) -> Span:
    try:
        return Span.built_on(datetime.strptime(text, "%d-%b-%y").date())  # noqa: DTZ007
    except ValueError as error:
        raise UnexpectedReply(f"is told as {text!r}, which is no day") from error


def _either(replies: TextReplies) -> str:
    """Return 'show version', else the configuration, whose head tells the version."""
    return replies[SHOW_VERSION] if SHOW_VERSION in replies.replies else replies[SHOW_CONFIG]


def read_identity(replies: TextReplies) -> Part:
    """Return name, model and serial number; a configuration alone tells the name."""
    text = _either(replies)
    named = _NAME.search(text) or re.search(r"^hostname (?P<name>\S+)", text, re.MULTILINE)
    hardware, serial = _MODEL_ID.search(text) or _HARDWARE.search(text), _SERIAL.search(text)
    return told(
        Identity,
        {
            "vendor": lambda: "Cisco",
            "name": lambda: named["name"] if named else None,
            "model": lambda: hardware["model"] if hardware else None,
            "serial": lambda: serial["serial"] if serial else None,
        },
    )


def serial_of(replies: TextReplies) -> str | None:
    """Return the serial number of the unit that answers; raises NoReply without 'show version'."""
    found = _SERIAL.search(replies[SHOW_VERSION])
    return found["serial"] if found else None


def read_os(replies: TextReplies) -> Part | None:
    """Return the last start of this unit; older releases tell days and hours, or hours and minutes."""
    if SHOW_VERSION not in replies.replies:
        return None
    found = _NAME.search(replies[SHOW_VERSION])
    parts = _UPTIME.findall(found["uptime"]) if found else []
    least = min((_UNIT_S[unit] for _, unit in parts), default=0)

    def booted_at() -> datetime | Gap | None:
        if not parts:
            return None
        up_s = sum(int(count) * _UNIT_S[unit] for count, unit in parts)
        try:
            moment = replies.observed_at - timedelta(seconds=up_s)
        except OverflowError as error:
            raise UnexpectedReply(f"is told as {up_s} s ago, which cannot be") from error
        return moment.replace(minute=0 if least >= 3_600 else moment.minute, second=0, microsecond=0)

    return told(Os, {"booted_at": booted_at})


def read_licences(replies: TextReplies) -> Part | None:
    """Return the licences that end: timed features, and what smart licensing says; perpetual ones have no end."""
    found: list[Licence] = []
    if SHOW_VERSION in replies.replies:
        today = replies.observed_at.date()
        for match in _TIMED.finditer(replies[SHOW_VERSION]):
            if not any(licence.name == match["name"] for licence in found):
                found.append(Licence(name=match["name"], valid_until_on=today + timedelta(days=int(match["days"]))))
    reply, lost = said(replies, SHOW_LICENSE), hindered(replies, SHOW_LICENSE)
    for name, pattern in _SMART.items() if reply else ():
        until = pattern.search(reply or "")
        if until:
            found.append(Licence(name=name, valid_until_on=_smart_day(until["until"])))
    if lost and not found:
        raise NoReply(lost)
    return Part(tuple(found), complete=lost is None) if found else None


def _smart_day(text: str) -> date | None:
    for form in ("%b %d %H:%M:%S %Y", "%b %d %Y %H:%M:%S"):
        try:
            return datetime.strptime(" ".join(text.split()[:4]), form).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def read_ha(replies: TextReplies) -> Part:
    """Return the failover pair's mode and states, by the unit that answers; else whether it is configured."""
    if SHOW_FAILOVER not in replies.replies:
        stated = asa_config.parse(replies[SHOW_CONFIG]).switched("failover")
        return Part(None, {"mode": NOT_TOLD}) if stated else Part(Ha(mode="none"))  # off unless stated
    text = replies[SHOW_FAILOVER]
    if re.search(r"^\s*Failover Off", text, re.MULTILINE):
        return Part(Ha(mode="none"))
    if not re.search(r"^\s*Failover On", text, re.MULTILINE):
        raise UnexpectedReply(f"is not told by {SHOW_FAILOVER!r}")
    own, other = _units(text)
    grouped = bool(_GROUP.search(text))
    tellers: dict[str, Teller] = {
        "mode": lambda: "active-active" if grouped else "active-passive",
        "state": lambda: None if not own else "active" if grouped and "Active" in own else _STATES.get(own[0], "other"),
        "since_at": lambda: None if grouped else _since(text),
        "peer_online": lambda: set(other) <= _ABLE if other else None,
        "in_sync": lambda: None,
    }
    return told(Ha, tellers)


def _units(text: str) -> tuple[list[str], list[str]]:
    """Return the states of this and of the other unit: one each, or one for each failover group."""
    states: dict[str, list[str]] = {"This": [], "Other": []}
    hosts = list(_HOSTS.finditer(text))
    for number, host in enumerate(hosts):
        ends_at = hosts[number + 1].start() if number + 1 < len(hosts) else len(text)
        groups = [found["state"] for found in _GROUP.finditer(text, host.end(), ends_at)]
        states[host["which"]] += groups or ([host["state"]] if host["state"] else [])
    return states["This"], states["Other"]


def _since(text: str) -> datetime | Gap | None:
    found = _LAST.search(text)
    if not found:
        return Gap(reason=GapReason.NOT_TOLD, text="is not told in a time zone that is certain")
    day = " ".join(found[3].split())
    try:
        return datetime.strptime(f"{day} {found[1]}", "%b %d %Y %H:%M:%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise UnexpectedReply(f"is told as {found[0]!r:.60}, which is no moment") from error


def ntp_status(replies: TextReplies) -> tuple[bool | Gap, int | Gap]:
    """Return whether the clock follows a server, and its stratum, by 'show ntp status'."""
    try:
        text = replies["show ntp status"]
    except CollectError as error:
        return error.gap, error.gap
    found = re.search(r"Clock is (synchronized|unsynchronized)(?:, stratum (\d{1,2}))?", text)
    if not found:
        gap = Gap(reason=GapReason.UNEXPECTED_REPLY, text="is not told by 'show ntp status'")
        return gap, gap
    stratum = int(found[2]) if found[2] and int(found[2]) < 16 else NOT_TOLD
    return found[1] == "synchronized", stratum
