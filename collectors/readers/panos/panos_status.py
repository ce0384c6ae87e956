"""What PAN-OS says of itself at its command line: system information, high availability, licences, time."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from collectors.driver import Part
from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, SENTINEL, Gap, GapReason
from collectors.facts.marks import is_junk
from collectors.facts.sections.firewall import Ha, Licence, Signature
from collectors.facts.sections.system import Firmware, Identity, Os
from collectors.readers.panos.panos_words import HA_MODES, ha_state, peer_stands_by
from collectors.replies import TextReplies
from collectors.told import told

SYSTEM = "show system info"
HA = "show high-availability all"
LICENCES = "request license info"
NTP = "show ntp"
CONTENT = {  # our name: version and release date in 'show system info'
    "applications": ("app-version", "app-release-date"),
    "threats": ("threat-version", "threat-release-date"),
    "antivirus": ("av-version", "av-release-date"),
    "wildfire": ("wildfire-version", "wildfire-release-date"),
}
NOT_LOADED = frozenset({"", "0", "0.0.0", "unknown", "none"})
# Zones as PAN-OS writes them behind a release date; another word leaves the hour open, and the time is read as UTC.
ZONE_HOURS = {
    "PST": -8,
    "PDT": -7,
    "MST": -7,
    "MDT": -6,
    "CST": -6,
    "CDT": -5,
    "EST": -5,
    "EDT": -4,
    "CET": 1,
    "CEST": 2,
}
_LINE = re.compile(r"^(?P<name>[a-z][\w-]*): *(?P<value>.*?) *$", re.MULTILINE)
_UPTIME = re.compile(r"(?:(\d{1,5}) days?, )?(\d{1,2}):(\d\d):(\d\d)")
_MOMENT = re.compile(r"(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)(?: (\w+))?")
_STATE = re.compile(r"^ +State: (?P<state>[\w-]+)(?: \(last (?P<last>[^)]+)\))?", re.MULTILINE)
_MODE = re.compile(r"^ +Mode: (?P<mode>[\w-]+)", re.MULTILINE)
_SYNC = re.compile(r"^ +Running Configuration: (?P<state>[\w ]+?)\s*$", re.MULTILINE)
_LICENCE = re.compile(
    r"^\s*Feature: (?P<name>.+?)\s*$(?P<rest>(?:\n(?!\s*(?:Feature:|License entry:)).*)*)", re.MULTILINE
)
_EXPIRES = re.compile(r"^\s*Expires: (?P<until>.+?)\s*$", re.MULTILINE)


def system_of(replies: TextReplies) -> Mapping[str, str]:
    """Return the lines of 'show system info' by name; raises UnexpectedReply when it holds none."""
    lines = {found["name"]: found["value"] for found in _LINE.finditer(replies[SYSTEM])}
    if "sw-version" not in lines:
        raise UnexpectedReply(f"is not told by {SYSTEM!r}")
    return lines


def serial_of(replies: TextReplies) -> str | None:
    """Return the serial number; a virtual firewall without a licence says 'unknown'."""
    serial = system_of(replies).get("serial", "")
    return None if is_junk(serial) else serial


def read_identity(replies: TextReplies) -> Part:
    """Return name, model and serial number."""
    lines = system_of(replies)
    return told(
        Identity,
        {
            "vendor": lambda: "Palo Alto Networks",
            "name": lambda: lines.get("hostname") or None,
            "model": lambda: lines.get("model") or None,
            "serial": lambda: serial_of(replies) or SENTINEL,
            "form": lambda: (
                "virtual" if lines.get("family") == "vm" else None if not lines.get("family") else "appliance"
            ),
        },
    )


def read_firmware(replies: TextReplies) -> Part:
    """Return the version; the catalogue knows its release day."""
    version = system_of(replies)["sw-version"]
    return told(Firmware, {"product": lambda: "pan-os", "version": lambda: version or None})


def read_os(replies: TextReplies) -> Part:
    """Return the last start of the management plane, to the minute."""
    found = _UPTIME.search(system_of(replies).get("uptime", ""))

    def booted_at() -> datetime | None:
        if not found:
            return None
        days, hours, minutes, seconds = (int(number or 0) for number in found.groups())
        up = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return (replies.observed_at - up).replace(second=0, microsecond=0)

    return told(Os, {"booted_at": booted_at})


def read_signatures(replies: TextReplies) -> Part:
    """Return the content packages with their release times; one that was never loaded leaves gaps."""
    lines = system_of(replies)
    signatures, gaps = [], {}
    for name, (version_line, date_line) in CONTENT.items():
        version = lines.get(version_line)
        if version is None:
            continue
        loaded = version not in NOT_LOADED
        released = _moment(lines.get(date_line)) if loaded else SENTINEL
        if not loaded:
            gaps[f"[{name}].version"] = SENTINEL
        if isinstance(released, Gap):
            gaps[f"[{name}].updated_at"] = released
        signatures.append(
            Signature(
                name=name,
                version=version if loaded else None,
                updated_at=None if isinstance(released, Gap) else released,
            )
        )
    return Part(tuple(signatures) or None, gaps)


def _moment(text: str | None) -> datetime | Gap:
    if text is None:
        return NOT_TOLD
    if text in NOT_LOADED:
        return SENTINEL
    found = _MOMENT.fullmatch(text)
    if not found:
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {text!r:.40}, which is no moment that we know")
    try:
        moment = datetime.strptime(found[1], "%Y/%m/%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {text!r:.40}, which is no moment")
    return moment - timedelta(hours=ZONE_HOURS.get(found[2] or "", 0))


def read_ha(replies: TextReplies) -> Part:
    """Return mode, both members' states, and whether their configurations agree."""
    text = replies[HA]
    if re.search(r"HA not enabled|HA is not enabled", text):
        return Part(Ha(mode="none"))
    own, _, peer = text.partition("Peer Information:")
    mode, state, other, sync = _MODE.search(own), _STATE.search(own), _STATE.search(peer), _SYNC.search(text)
    if not mode or mode["mode"].casefold() not in HA_MODES:
        raise UnexpectedReply(f"is not told by {HA!r}")
    heard = re.search(r"^ +Connection status: (\w+)", peer, re.MULTILINE)

    def peer_online() -> bool | None:
        if heard and heard[1] != "up":
            return False
        return peer_stands_by(other["state"]) if other else None

    return told(
        Ha,
        {
            "mode": lambda: HA_MODES[mode["mode"].casefold()],
            "state": lambda: ha_state(state["state"]) if state else None,
            "peer_online": peer_online,
            "in_sync": lambda: None if not sync else sync["state"] == "synchronized",
        },
    )


def read_licences(replies: TextReplies) -> Part:
    """Return the licences with their last day; 'Never' has none."""
    licences: dict[str, Licence] = {}
    gaps: dict[str, Gap] = {}
    for found in _LICENCE.finditer(replies[LICENCES]):
        expires = _EXPIRES.search(found["rest"])
        until = _day(expires["until"] if expires else None)
        if isinstance(until, Gap):
            gaps[f"[{found['name']}].valid_until_on"] = until
        licences[found["name"]] = Licence(name=found["name"], valid_until_on=until if isinstance(until, date) else None)
    return Part(tuple(licences.values()) or None, gaps)


def _day(text: str | None) -> date | Gap:
    if text is None:
        return NOT_TOLD
    if text.casefold() == "never":
        return Gap(reason=GapReason.NOT_TOLD, text="is never: the licence has no end")
    try:
        return datetime.strptime(" ".join(text.split()), "%B %d, %Y").date()  # noqa: DTZ007
    except ValueError:
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {text!r:.40}, which is no day that we know")


def synchronised(replies: TextReplies) -> bool | Gap | None:
    """Return whether the clock follows a server: 'NTP state: NTP synched to ...', or 'to LOCAL', its own clock."""
    try:
        text = replies[NTP]
    except CollectError as error:
        return error.gap
    found = re.search(r"NTP (?:not synched|synched to (?P<to>\S+))", text)
    if not found:
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is not told by {NTP!r}")
    return found["to"] is not None and found["to"].upper() != "LOCAL"
