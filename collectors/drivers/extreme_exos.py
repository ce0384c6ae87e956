"""Extreme switches with EXOS, over SSH, with an audit of the configuration."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.marks import Marks
from collectors.facts.sections.accounts import Account
from collectors.facts.sections.management import Management, Snmp
from collectors.facts.sections.network import Interface, Vlan
from collectors.facts.sections.system import Firmware, Identity
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.cisco.cisco_audit import DEFAULT_COMMUNITIES, PLATFORM_DEFAULT
from collectors.readers.outputs import cli_table, key_blocks, running_time
from collectors.readers.outputs.cli_words import VLAN_MAX, built, either, first, kind_of, said, serial_of, stated
from collectors.readers.small_switches.small_switch_accounts import words_of
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Extreme EXOS, over SSH"
DEVICE_CLASS = "switch"
NETMIKO = "extreme_exos"

SHOW_VERSION = "show version"
SHOW_SWITCH = "show switch"
SHOW_CONFIG = "show configuration"
SHOW_PORTS = "show ports description"
SHOW_VLANS = "show vlan description"
CONFIG_COMMAND = SHOW_CONFIG
ASKS = (SHOW_VERSION, SHOW_SWITCH, SHOW_CONFIG, SHOW_PORTS, SHOW_VLANS)
PREPARES: tuple[str, ...] = ("disable clipaging",)
_USER, _CONFIG = "a user account", "an administrator: users are not shown the configuration"
NEEDS = {
    **dict.fromkeys(("firmware", "interfaces", "vlans"), _USER),
    **dict.fromkeys(("management", "snmp", "logging", "admins", "time"), _CONFIG),
}
GENTLE = Gentle(questions_per_s=3)
MATCHES = Matches(
    replies={SHOW_VERSION: r"ExtremeXOS version|\bEXOS version|^Image +: (?:ExtremeXOS|Extreme Networks Switch Engine)"}
)

_AAA_SERVER = re.compile(
    r"configure (?:radius|tacacs) (?:mgmt-access )?(?:primary|secondary|tertiary|\d{1,2}) server (?:host )?(\S+)"
)  # a RADIUS server of 'netlogin' lets users on, not administrators
IDLE_MAX_MINUTES = 240  # ExtremeXOS command reference
DESCRIPTION_WIDTH = 50  # of the table's column; a description may have 255 letters
CUT = Gap(reason=GapReason.NOT_TOLD, text="is told in a table that cuts it")
NOT_SENT = Gap(reason=GapReason.NOT_TOLD, text="are listed, but the configuration does not say that the log is sent")
_STAMP = r"on [A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) [\d:]+ \w+ (?P<year>\d{4})"
_VLAN = re.compile(r"^(?P<name>\S+) +(?P<number>\d{1,4})(?: +.*)?$", re.MULTILINE)


def _lines(replies: TextReplies) -> tuple[str, ...]:
    """Return the configuration's lines; raises UnexpectedReply when the reply is none."""
    text = replies[SHOW_CONFIG]
    if not re.search(r"^# *(?:Module|Configuration)\b", text, re.MULTILINE):
        raise UnexpectedReply("is no configuration of EXOS")
    return tuple(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _after(lines: tuple[str, ...], prefix: str) -> list[str]:
    return [line[len(prefix) :].strip() for line in lines if line.startswith(prefix)]


def _switched(lines: tuple[str, ...], feature: str) -> bool | Gap:
    found: bool | None = None
    for line in lines:
        if line in {f"enable {feature}", f"disable {feature}"}:
            found = line.startswith("enable")
    return PLATFORM_DEFAULT if found is None else found


def _fields(replies: TextReplies) -> dict[str, str]:
    return key_blocks.fields(said(replies, SHOW_SWITCH) or "")


def _serial(replies: TextReplies) -> str | None:
    """Return the serial number of the only switch; None for a stack, whose slots each tell one."""
    rows = re.findall(r"^(?:Switch|Slot-\d+) *: \S+ (\S+) Rev", said(replies, SHOW_VERSION) or "", re.MULTILINE)
    return serial_of(rows[0]) if len(rows) == 1 else None


def read_identity(replies: TextReplies) -> Part:
    """Return name, place, model and serial number."""
    either(replies, SHOW_SWITCH, SHOW_VERSION)
    fields = _fields(replies)
    return told(
        Identity,
        {
            "vendor": lambda: "Extreme",
            "name": lambda: fields.get("sysname") or None,
            "location": lambda: fields.get("syslocation") or None,
            "contact": lambda: fields.get("syscontact") or None,
            "model": lambda: (fields.get("system type") or "").removesuffix(" (Stack)").strip() or None,
            "serial": lambda: _serial(replies),
        },
    )


def read_os(replies: TextReplies) -> Part:
    """Return the last start."""
    return running_time.read_os(first(replies[SHOW_SWITCH], r"^System UpTime: *(\S.*)$"), replies.observed_at)


def read_firmware(replies: TextReplies) -> Part:
    """Return the running image's version and build day."""
    text = replies[SHOW_VERSION]
    return told(
        Firmware,
        {
            "product": lambda: "exos",
            "version": lambda: first(text, r"^Image +: .*?version (\d+\.\d+\.\d+\S*)", r"\bIMG: *(\d+\.\d+\.\d+\S*)"),
            "released": lambda: built(text, _STAMP),
        },
    )


def read_management(replies: TextReplies) -> Part:
    """Return which services manage the switch, as far as the configuration states them."""
    lines = _lines(replies)
    named = [match[1] for line in lines if (match := _AAA_SERVER.match(line))]
    return told(
        Management,
        {
            "telnet": lambda: _switched(lines, "telnet"),
            "http": lambda: _switched(lines, "web http"),
            "https": lambda: _switched(lines, "web https"),
            "ssh": lambda: _switched(lines, "ssh2"),
            "idle_timeout_s": lambda: _idle_s(lines),
            "banner_set": lambda: any(line.startswith("configure banner") for line in lines),
            "aaa_servers": lambda: tuple(dict.fromkeys(named)),
        },
    )


def _idle_s(lines: tuple[str, ...]) -> int | str | Gap:
    """Return the idle time-out, stated in minutes."""
    if "disable idletimeout" in lines:
        return "unlimited"
    stated_minutes = _after(lines, "configure idletimeout ")
    return stated(stated_minutes[-1], IDLE_MAX_MINUTES) * 60 if stated_minutes else PLATFORM_DEFAULT


def read_snmp(replies: TextReplies) -> Part:
    """Return whether a factory community or write access is stated; no community is kept."""
    lines = _lines(replies)
    added = [words.split() for words in _after(lines, "configure snmp add community ")]
    names = [words[-1].strip('"') for words in added if "encrypted" not in words]
    return told(
        Snmp,
        {
            "default_community": lambda: (
                True if any(name.casefold() in DEFAULT_COMMUNITIES for name in names) else PLATFORM_DEFAULT
            ),
            "write_enabled": lambda: True if any(words[0] == "readwrite" for words in added) else PLATFORM_DEFAULT,
        },
    )


def read_time(replies: TextReplies) -> Part:
    """Return the time servers."""
    lines = _lines(replies)
    kinds = ("configure sntp-client primary ", "configure sntp-client secondary ", "configure ntp server add ")
    servers = tuple(dict.fromkeys(words.split()[0] for kind in kinds for words in _after(lines, kind)))
    return told(Time, {"kind": lambda: "ntp" if servers else "none", "servers": lambda: servers})


def read_logging(replies: TextReplies) -> Part:
    """Return the hosts that take the log: those listed of which it is stated that the log is sent there."""
    lines = _lines(replies)
    listed = tuple(dict.fromkeys(_host(words) for words in _after(lines, "configure syslog add ")))
    taking = {_host(words) for words in _after(lines, "enable log target syslog ")}
    sent = tuple(host for host in listed if host in taking) if "enable syslog" in lines else ()
    return told(Logging, {"remote_hosts": lambda: NOT_SENT if listed and not sent else sent})


def _host(words: str) -> str:
    """Return the address of '10.0.0.20:514 vr VR-Mgmt local0' or '[2001:db8::1]:514 ...'."""
    word = words.removeprefix("ipaddress ").split()[0]
    return (
        word[1:].partition("]")[0] if word.startswith("[") else word.partition(":")[0] if word.count(":") == 1 else word
    )


def read_admins(replies: TextReplies) -> Part:
    """Return the accounts that the configuration creates; the factory ones are there without a line."""
    found = []
    for words in _after(_lines(replies), "create account "):
        parts = words_of(words)
        if len(parts) < 2:
            continue
        kind = "encrypted" if "encrypted" in parts[2:] else None
        found.append(Account(name=parts[1], admin=parts[0] == "admin", password_kind=kind))
    return Part(tuple(found), complete=False)


def read_interfaces(replies: TextReplies) -> Part:
    """Return the ports with their descriptions."""
    found = cli_table.table(replies[SHOW_PORTS], "Port", "Display String", "Description String")
    ports, gaps = [], {}
    for row in found.rows:
        words = found.cell(row, "Description String") or found.cell(row, "Display String")
        if len(words) >= DESCRIPTION_WIDTH:
            gaps[f"[{row[0]}].description"] = CUT
        if row[0]:
            words = "" if len(words) >= DESCRIPTION_WIDTH else words
            ports.append(Interface(name=row[0], kind=kind_of(row[0]), description=words or None))
    return Part(tuple(ports), gaps, complete=len(ports) == len(found.rows))


def read_vlans(replies: TextReplies) -> Part:
    """Return the VLANs; the internal one of the management port is none of 802.1Q."""
    text = replies[SHOW_VLANS]
    head = re.search(r"^Name +VID +Description *$", text, re.MULTILINE)
    if not head:
        raise UnexpectedReply("is told without the table of VLANs")
    lines = [line for line in text[head.end() :].splitlines() if line.strip(" -=")]
    rows = [(int(row["number"]), row["name"]) for line in lines if (row := _VLAN.match(line))]
    vlans = tuple(Vlan(number=number, name=name) for number, name in rows if number <= VLAN_MAX)
    return Part(vlans, complete=len(rows) == len(lines))


def _marks(replies: TextReplies) -> Marks:
    try:
        return Marks(serial=_serial(replies))
    except CollectError:
        return Marks()


SECTIONS: Sections[TextReplies] = {
    "identity": read_identity,
    "os": read_os,
    "firmware": read_firmware,
    "management": read_management,
    "snmp": read_snmp,
    "logging": read_logging,
    "admins": read_admins,
    "time": read_time,
    "interfaces": read_interfaces,
    "vlans": read_vlans,
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of an EXOS switch with an audit of its configuration."""
    return gather(replies, SECTIONS, marks=_marks, device_class=DEVICE_CLASS)
