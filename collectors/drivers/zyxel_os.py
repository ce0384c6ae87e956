"""Zyxel customer routers (VMG, EX, DX) with their command line, over SSH."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, gather
from collectors.errors import UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.sections.system import Firmware, Identity
from collectors.facts.sections.wireless import Ssid
from collectors.readers.outputs import key_blocks
from collectors.readers.outputs.cli_words import serial_of
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Zyxel VMG, EX and DX routers, over SSH"
DEVICE_CLASS = "router"
NETMIKO = "zyxel_os"

SHOW_SYSTEM = "sys atsh"
SHOW_WIRELESS = "cfg wlan get"
ASKS = (SHOW_SYSTEM, SHOW_WIRELESS)
PREPARES: tuple[str, ...] = ()
NEEDS = dict.fromkeys(("firmware", "identity", "ssids"), "the account admin: others may not use the command line")
GENTLE = Gentle(questions_per_s=2, pause_after_s=1)
MATCHES = Matches(replies={SHOW_SYSTEM: r"^Vendor Name +: Zyxel"})

_NETWORK = re.compile(
    r"^\d+ +(?P<band>[\d.]+GHz) +(?P<ssid>\S.*?) +(?P<on>[01]) +\S+ +\S+ +\d+ +(?P<security>\S+)", re.MULTILINE
)  # the key in the last column is left alone
SECURITIES = {
    "none": "open", "open": "open", "wep": "wep", "wpa-personal": "wpa", "wpa2-personal": "wpa2-personal",
    "wpa/wpa2-personal": "wpa2-personal", "wpa2-enterprise": "wpa2-enterprise", "wpa3-personal": "wpa3-personal",
    "wpa3-enterprise": "wpa3-enterprise",
}  # fmt: skip
_WEAKEST_FIRST = ("open", "wep", "wpa", "wpa2-personal", "wpa2-enterprise", "wpa3-personal", "wpa3-enterprise")


def _fields(replies: TextReplies) -> dict[str, str]:
    return key_blocks.fields(replies[SHOW_SYSTEM])


def read_identity(replies: TextReplies) -> Part:
    """Return model and serial number."""
    fields = _fields(replies)
    return told(
        Identity,
        {
            "vendor": lambda: "Zyxel",
            "model": lambda: fields.get("product model") or None,
            "serial": lambda: serial_of(fields.get("serial number") or None),
        },
    )


def read_firmware(replies: TextReplies) -> Part:
    """Return the version; the day that is told is the boot code's."""
    fields = _fields(replies)
    return told(
        Firmware,
        {
            "product": lambda: "zyxel-cpe",
            "version": lambda: fields.get("firmware version") or None,
            "released": lambda: None,
        },
    )


def read_ssids(replies: TextReplies) -> Part:
    """Return the wireless networks that are on, one for all bands: of several kinds of security the weakest counts."""
    text = replies[SHOW_WIRELESS]
    if not re.search(r"^Index +Band +SSID +Enable", text, re.MULTILINE):
        raise UnexpectedReply("is told without the table of wireless networks")
    kinds: dict[str, list[str | None]] = {}
    rows = 0
    for row in _NETWORK.finditer(text):
        rows += 1
        if row["on"] == "1":
            kinds.setdefault(row["ssid"], []).append(SECURITIES.get(row["security"].casefold()))
    found = []
    for name, told_kinds in kinds.items():
        known = [kind for kind in told_kinds if kind is not None]
        weakest = min(known, key=_WEAKEST_FIRST.index) if len(known) == len(told_kinds) else None
        found.append(Ssid.model_validate({"name": name, "security": weakest}))
    return Part(tuple(found), complete=rows == len(re.findall(r"^\d+ ", text, re.MULTILINE)))


def read(replies: TextReplies) -> Facts:
    """Return the facts of a Zyxel customer router."""
    return gather(
        replies,
        {"identity": read_identity, "firmware": read_firmware, "ssids": read_ssids},
        marks=lambda told_by: Marks(serial=serial_of(_fields(told_by).get("serial number") or None)),
        device_class=lambda _: DEVICE_CLASS,
    )
