"""What FortiOS's status commands say: identity, signature dates, the cluster, load and last start, the clock."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from collectors.driver import Part
from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.firewall import Ha, Licence
from collectors.facts.sections.system import Identity, Load, Os
from collectors.readers.fortios import fortios_signatures, fortios_version
from collectors.readers.fortios.fortios_config import Shown
from collectors.told import Teller, told

STATUS = "get system status"
HA_STATUS = "get system ha status"
PERFORMANCE = "get system performance status"
NTP_STATUS = "diagnose sys ntp status"

_FIELD = re.compile(r"^(?P<name>[A-Za-z][\w /-]*?):(?P<value>.*)$", re.MULTILINE)
_CONFIG_HEAD = re.compile(
    r"#config-version=(?P<model>[\w-]+?)-(?P<version>\d{1,3}\.\d{1,3}\.\d{1,3})-FW-build(?P<build>\d+)-(?P<built>\d{6})\b",
    re.ASCII,
)
_MODES = {"standalone": "none", "a-p": "active-passive", "a-a": "active-active"}  # set mode of 'config system ha'
# Old releases say master and slave, newer ones primary and secondary; 'backup' stands in 'get system status' of some.
_STATES = {"master": "active", "primary": "active", "slave": "passive", "secondary": "passive", "backup": "passive"}
_HA_MODE = re.compile(r"^Mode: (?:HA )?(?P<mode>\S+) *$", re.MULTILINE)
_MEMBER = re.compile(r"^(?:Master|Slave|Primary|Secondary) *: *[^,\n]+, *(?P<serial>\w+) *,", re.MULTILINE)
_SYNC = re.compile(r"^ +(?P<serial>\w+)\(updated \d+ seconds ago\): *(?P<state>in-sync|out-of-sync) *$", re.MULTILINE)
_UPTIME = re.compile(r"^Uptime: +(\d{1,5}) days?, +(\d{1,2}) hours?, +(\d{1,2}) minutes?", re.MULTILINE)
_CPU_IDLE = re.compile(r"^CPU states: .*?(\d{1,3})% idle", re.MULTILINE)
_MEMORY_USED = re.compile(r"^Memory(?: states)?: .*?\(?(\d{1,3}(?:\.\d{1,3})?)%\)?(?: used|,| *$)", re.MULTILINE)
_EXPIRES = re.compile(r"^(?P<name>[A-Za-z ]*Licen[sc]e) Expires:(?P<until>.+)$", re.MULTILINE)
_DATABASES = {
    "antivirus": "Virus-DB",
    "antivirus extended": "Extended DB",
    "intrusion prevention": "IPS-DB",
    "intrusion prevention extended": "IPS-ETDB",
}
"""The four that SNMP tells too, so that both lists are of one length."""


def status_of(shown: Shown) -> Mapping[str, str]:
    """Return the lines 'name: value' of the status; raises UnexpectedReply when it is none."""
    fields = {found["name"]: found["value"].strip() for found in _FIELD.finditer(shown.replies[STATUS])}
    if "Version" not in fields:
        raise UnexpectedReply(f"is not told by {STATUS!r}")
    return fields


def of_one_domain(shown: Shown) -> bool:
    """Return whether sections that each virtual domain has are shown of one alone, by an account of its own."""
    if STATUS not in shown.replies.replies:
        return False  # a configuration file holds all of them
    try:
        return status_of(shown).get("Virtual domain configuration", "disable") != "disable"
    except CollectError:
        return True


def _head_of(shown: Shown) -> re.Match[str] | None:
    """Return the head of a configuration file, when no status was read."""
    head = shown.head()
    return _CONFIG_HEAD.search(head) if head and STATUS not in shown.replies.replies else None


def read_firmware(shown: Shown) -> Part:
    """Return version and build date, as SNMP tells them; else from the head of a configuration file."""
    head = _head_of(shown)
    if head:
        return fortios_version.read_firmware(f"v{head['version']},build{head['build']},{head['built']}")
    return fortios_version.read_firmware(status_of(shown)["Version"])


def release_of(shown: Shown) -> tuple[int, int] | None:
    """Return major and minor number of the release, for defaults that changed; None when it was not told."""
    try:
        firmware = read_firmware(shown).value
    except CollectError:
        return None
    version = getattr(firmware, "version", None)
    major, minor = (str(version).split(".")[:2]) if version else ("", "")
    return (int(major), int(minor)) if major.isdecimal() and minor.isdecimal() else None


def read_identity(shown: Shown) -> Part:
    """Return name, model and serial number."""
    head = _head_of(shown)
    if head:
        return told(
            Identity,
            {
                "vendor": lambda: "Fortinet",
                "model": lambda: head["model"],
                "name": lambda: shown.section("system global").text("hostname"),
                "serial": lambda: Gap(reason=GapReason.NOT_TOLD, text="is not told by a configuration"),
            },
        )
    status = status_of(shown)
    return told(
        Identity,
        {
            "vendor": lambda: "Fortinet",
            "model": lambda: status["Version"].partition(" ")[0] or None,
            "name": lambda: status.get("Hostname") or None,
            "serial": lambda: serial_of(shown),
        },
    )


def serial_of(shown: Shown) -> str | None:
    """Return the serial number; None when the status does not tell it."""
    return status_of(shown).get("Serial-Number") or None


def read_os(shown: Shown) -> Part:
    """Return the build, and the last start by the unit's own uptime in whole minutes; a cluster's uptime is none."""

    def build() -> str | None:
        head = _head_of(shown)
        return head["build"] if head else fortios_version.build_of(status_of(shown)["Version"])

    def booted_at() -> datetime | Gap:
        found = _UPTIME.search(shown.replies[PERFORMANCE])
        if not found:
            return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is not told by {PERFORMANCE!r}")
        days, hours, minutes = (int(number) for number in found.groups())
        try:
            up = timedelta(days=days, hours=hours, minutes=minutes)
            return (shown.replies.observed_at - up).replace(second=0, microsecond=0)
        except OverflowError as error:
            raise UnexpectedReply(f"is told as {days} days ago, which cannot be") from error

    return told(Os, {"build": build, "booted_at": booted_at})


def read_load(shown: Shown) -> Part | None:
    """Return processor and memory use in percent."""
    if PERFORMANCE not in shown.replies.replies:
        return None
    text = shown.replies[PERFORMANCE]
    idle, used = _CPU_IDLE.search(text), _MEMORY_USED.search(text)
    return told(
        Load,
        {
            "cpu_percent": lambda: 100.0 - int(idle[1]) if idle and int(idle[1]) <= 100 else None,
            "memory_used_percent": lambda: float(used[1]) if used and float(used[1]) <= 100 else None,
        },
    )


def read_signatures(shown: Shown) -> Part | None:
    """Return the signature databases with their dates; one dated 2001 was never loaded."""
    if STATUS not in shown.replies.replies:
        return None
    status = status_of(shown)
    return fortios_signatures.read({name: status.get(line) for name, line in _DATABASES.items()})


def read_licences(shown: Shown) -> Part | None:
    """Return the licences of which the status tells an end; contracts stand elsewhere, so the list is not whole."""
    if STATUS not in shown.replies.replies:
        return None
    found = []
    for match in _EXPIRES.finditer(shown.replies[STATUS]):
        try:
            until = datetime.strptime(match["until"].strip(), "%a %b %d %H:%M:%S %Y").date()  # noqa: DTZ007
        except ValueError:
            continue
        found.append(Licence(name=match["name"].casefold(), valid_until_on=until))
    return Part(tuple(found), complete=False) if found else None


def read_ha(shown: Shown) -> Part:
    """Return the cluster's mode, this unit's place in it, and whether all members are in step."""
    words = _mode_words(shown)
    mode: str | Gap = _MODES.get(words[0], NOT_TOLD)
    state = _STATES.get(words[1]) if len(words) > 1 else None
    tellers: dict[str, Teller] = {"mode": lambda: mode}
    if isinstance(mode, str) and mode != "none":
        tellers |= {
            "state": lambda: state,
            "peer_online": lambda: len(_members(shown)) > 1,
            "in_sync": lambda: _in_sync(shown),
        }
    return told(Ha, tellers)


def _mode_words(shown: Shown) -> list[str]:
    """Return the mode, and behind it this unit's place where it is told, from whichever reply tells it."""
    replies = shown.replies.replies
    if isinstance(replies.get(STATUS), str) or (STATUS in replies and HA_STATUS not in replies):
        return [word.strip() for word in status_of(shown).get("Current HA mode", "").casefold().split(",")]
    if HA_STATUS in replies:
        found = _HA_MODE.search(shown.replies[HA_STATUS])
        return [found["mode"].casefold()] if found else [""]
    return [shown.section("system ha").text("mode") or "standalone"]  # CLI reference: default standalone


def _members(shown: Shown) -> set[str]:
    members = {found["serial"] for found in _MEMBER.finditer(shown.replies[HA_STATUS])}
    if not members:
        raise UnexpectedReply(f"is not told by {HA_STATUS!r}")
    return members


def _in_sync(shown: Shown) -> bool | Gap:
    """Return whether all members are in step; certain only when each member's state is told."""
    states = {found["serial"]: found["state"] for found in _SYNC.finditer(shown.replies[HA_STATUS])}
    if "out-of-sync" in states.values():
        return False
    if not states or not _members(shown) <= set(states):
        return Gap(reason=GapReason.NOT_TOLD, text="is not told for every member")
    return True
