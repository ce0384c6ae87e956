"""Aruba mobility controllers and access points with ArubaOS, over SSH."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.errors import UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.scalars import Span
from collectors.facts.sections.network import Interface
from collectors.facts.sections.system import Firmware, Identity
from collectors.facts.sections.wireless import AccessPoint
from collectors.readers.dates import year_or_month_first
from collectors.readers.outputs import running_time
from collectors.readers.outputs.cli_words import either, first, kind_of, said, serial_of
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Aruba controllers and access points (ArubaOS), over SSH"
DEVICE_CLASS = None
NETMIKO = "aruba_os"

SHOW_VERSION = "show version"
SHOW_HOSTNAME = "show hostname"
SHOW_INVENTORY = "show inventory"
SHOW_POINTS = "show ap database"
SHOW_INTERFACES = "show ip interface brief"
ASKS = (SHOW_VERSION, SHOW_HOSTNAME, SHOW_INVENTORY, SHOW_POINTS, SHOW_INTERFACES)
PREPARES: tuple[str, ...] = ("enable", "no paging")
NEEDS = dict.fromkeys(
    ("firmware", "identity", "access_points", "interfaces"), "a management user of the role read-only"
)
GENTLE = Gentle(questions_per_s=5)
MATCHES = Matches(replies={SHOW_VERSION: r"^ArubaOS \(MODEL: |^Aruba Operating System Software"})

_POINT = re.compile(
    r"^(?P<name>\S+) +(?P<group>\S+) +(?P<model>\S+) +(?P<address>\d[\d.]+|N/A) +(?P<state>Up|Down)\b", re.MULTILINE
)
_INTERFACE = re.compile(
    r"^(?P<name>(?:vlan|mgmt|loopback|gre|tunnel)(?: \S+)?) +\S+ / \S+ +(?P<admin>up|down) +(?P<link>up|down)(?: .*)?$",
    re.MULTILINE,
)


def read_identity(replies: TextReplies) -> Part:
    """Return name, model and serial number."""
    text = either(replies, SHOW_VERSION, SHOW_HOSTNAME, SHOW_INVENTORY)
    return told(
        Identity,
        {
            "vendor": lambda: "HPE Aruba",
            "name": lambda: first(said(replies, SHOW_HOSTNAME) or "", r"Hostname is (\S+)"),
            "model": lambda: first(text, r"\(MODEL: ([^)]+)\)"),
            "serial": lambda: _serial(replies),
        },
    )


def _serial(replies: TextReplies) -> str | None:
    return serial_of(first(said(replies, SHOW_INVENTORY) or "", r"^System Serial# *: *(\S+)"))


def read_os(replies: TextReplies) -> Part:
    """Return the last start; an access point says 'AP uptime', a controller 'Switch uptime'."""
    return running_time.read_os(
        first(replies[SHOW_VERSION], r"(?:AP|Switch|Controller) uptime is (.+)$"), replies.observed_at
    )


def read_firmware(replies: TextReplies) -> Part:
    """Return version and build day."""
    text = replies[SHOW_VERSION]
    day = first(text, r"^Compiled on (\d{4}-\d\d-\d\d)\b")

    def released() -> Span | None:
        built_on = year_or_month_first(day)
        return Span.built_on(built_on) if built_on else None

    return told(
        Firmware,
        {
            "product": lambda: "arubaos",
            "version": lambda: first(text, r"^ArubaOS \([^)]*\), Version (\d\S*)"),
            "released": released,
        },
    )


def read_access_points(replies: TextReplies) -> Part:
    """Return the access points that the controller knows."""
    lines = _below(replies[SHOW_POINTS], r"^Name +Group +.*\n-+ [- ]*$", "the table of access points")
    rows = [row for line in lines if (row := _POINT.match(line))]
    found = tuple(AccessPoint(name=row["name"], model=row["model"], online=row["state"] == "Up") for row in rows)
    return Part(found, complete=len(rows) == len(lines))


def _below(text: str, head: str, what: str) -> list[str]:
    """Return the lines of a table up to the next empty one; raises UnexpectedReply without its head."""
    begin = re.search(head, text, re.MULTILINE)
    if not begin:
        raise UnexpectedReply(f"is told without {what}")
    table = re.split(r"\n[ \t]*(?=\n|Flags:|Total APs:)", text[begin.end() :] + "\n\n", maxsplit=1)[0]
    return [line for line in table.splitlines() if line.strip()]


def read_interfaces(replies: TextReplies) -> Part:
    """Return the interfaces that can have an address."""
    lines = _below(replies[SHOW_INTERFACES], r"^Interface +IP Address / IP Netmask.*$", "the table of interfaces")
    rows = [row for line in lines if (row := _INTERFACE.match(line))]
    found = tuple(
        Interface(name=row["name"], kind=kind_of(row["name"]), enabled=row["admin"] == "up", up=row["link"] == "up")
        for row in rows
    )
    return Part(found, complete=len(rows) == len(lines))


def _device_class(replies: TextReplies) -> str | None:
    text = replies[SHOW_VERSION]
    return "access point" if "AP uptime" in text else "wireless controller" if "witch uptime" in text else None


SECTIONS: Sections[TextReplies] = {
    "identity": read_identity,
    "os": read_os,
    "firmware": read_firmware,
    "access_points": read_access_points,
    "interfaces": read_interfaces,
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of an Aruba controller or access point."""
    return gather(replies, SECTIONS, marks=lambda told_by: Marks(serial=_serial(told_by)), device_class=_device_class)
