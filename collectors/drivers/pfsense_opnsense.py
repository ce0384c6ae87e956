"""pfSense and OPNsense firewalls, over SSH, with an audit of their configuration; a saved config.xml will do too."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.errors import CollectError
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap
from collectors.facts.marks import Marks, is_junk
from collectors.facts.reading import Value
from collectors.facts.sections.system import Firmware, Identity, Os
from collectors.readers import config_xml
from collectors.readers.bsd_firewall import bsd_firewall_audit, bsd_firewall_rules, bsd_firewall_wan
from collectors.readers.config_xml import Node
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "pfSense and OPNsense, over SSH"
DEVICE_CLASS = "firewall"
SHELL = "sh"

CONFIG_COMMAND = "cat /conf/config.xml"
VERSION = "opnsense-version 2>/dev/null || cat /etc/version"
PATCH = "cat /etc/version.patch 2>/dev/null"  # pfSense: the number behind '-p', 0 for none
BOOT_TIME = "sysctl -n kern.boottime"
KERNEL = "uname -r"
MAKER, PRODUCT, SERIAL = (f"kenv -q smbios.system.{word}" for word in ("maker", "product", "serial"))
PEERS = "ntpq -pn"
ASKS = (VERSION, PATCH, BOOT_TIME, KERNEL, MAKER, PRODUCT, SERIAL, PEERS, CONFIG_COMMAND)
PREPARES: tuple[str, ...] = ()
NEEDS = {
    "firmware": "any account with a shell",
    "management": "an account with a shell that may read /conf/config.xml, which holds secrets; or give a backup file",
    "rules": "an account with a shell that may read /conf/config.xml, which holds secrets; or give a backup file",
}
GENTLE = Gentle()
MATCHES = Matches(replies={VERSION: r"^(?:OPNsense \d|\d+\.\d+(?:\.\d+)?-(?:RELEASE|RC|BETA|DEVELOPMENT)\b)"})

ROOTS = frozenset({"pfsense", "opnsense"})
_OPNSENSE = re.compile(r"^OPNsense (\d[\w.]*)", re.MULTILINE)
_PFSENSE = re.compile(r"^(\d+\.\d+(?:\.\d+)?-\w+)", re.MULTILINE)
_BOOT = re.compile(r"\bsec = (\d{9,11})\b")
_VENDORS = {"opnsense": "OPNsense", "pfsense": "Netgate"}


def _config(replies: TextReplies) -> Node:
    return config_xml.parse(replies[CONFIG_COMMAND], ROOTS)


def _audit(read_part: Callable[[Node], Part | None]) -> Callable[[TextReplies], Value | Part | None]:
    return lambda replies: read_part(_config(replies))


def read_firmware(replies: TextReplies) -> Part:
    """Return product and version; the number in the configuration is that of its own format."""
    if VERSION not in replies.replies:
        return told(Firmware, {"product": lambda: _config(replies).name, "version": lambda: None})
    text = replies[VERSION]
    opnsense, pfsense = _OPNSENSE.search(text), _PFSENSE.search(text)

    def version() -> str | None:
        if opnsense or not pfsense:
            return opnsense[1] if opnsense else None
        number = replies[PATCH].strip()
        return f"{pfsense[1]}-p{number}" if number.isdecimal() and number != "0" else pfsense[1]

    product = "opnsense" if opnsense else "pfsense" if pfsense else None
    return told(Firmware, {"product": lambda: product, "version": version})


def read_identity(replies: TextReplies) -> Part:
    """Return the name, and what the machine says of its make; fillers of the board's maker are left out."""

    def meant(question: str) -> str | None:
        text = replies[question].strip()
        return None if is_junk(text) else text

    def vendor() -> str | None:
        if MAKER in replies.replies:
            return meant(MAKER)
        return _VENDORS[_config(replies).name]

    return told(
        Identity,
        {
            "vendor": vendor,
            "model": lambda: meant(PRODUCT),
            "serial": lambda: meant(SERIAL),
            "name": lambda: _config(replies).text("system/hostname"),
        },
    )


def read_os(replies: TextReplies) -> Part | None:
    """Return the kernel of the base system, and the last start by the system's own clock."""
    if BOOT_TIME not in replies.replies:
        return None
    found = _BOOT.search(replies[BOOT_TIME])
    return told(
        Os,
        {
            "family": lambda: "other",
            "kernel": lambda: replies[KERNEL].strip() or None,
            "booted_at": lambda: (
                datetime.fromtimestamp(int(found[1]), UTC).replace(second=0, microsecond=0) if found else None
            ),
        },
    )


def read_time(replies: TextReplies) -> Part:
    """Return zone and time servers, and whether the clock follows one: ntpq marks it with a star."""
    synchronised: bool | Gap | None = None
    try:
        text = replies[PEERS]
        synchronised = bool(re.search(r"^\*", text, re.MULTILINE)) if "remote" in text else None
    except CollectError as error:
        synchronised = error.gap
    return bsd_firewall_audit.read_time(_config(replies), synchronised)


def _marks(replies: TextReplies) -> Marks:
    serial = replies[SERIAL].strip()
    return Marks(serial=None if is_junk(serial) else serial)


SECTIONS: Sections[TextReplies] = {
    "identity": read_identity,
    "os": read_os,
    "firmware": read_firmware,
    "ha": _audit(bsd_firewall_audit.read_ha),
    "management": _audit(bsd_firewall_audit.read_management),
    "sshd": _audit(bsd_firewall_audit.read_sshd),
    "wan_services": _audit(bsd_firewall_wan.read_wan_services),
    "snmp": _audit(bsd_firewall_audit.read_snmp),
    "admins": _audit(bsd_firewall_audit.read_admins),
    "password_policy": _audit(bsd_firewall_audit.read_password_policy),
    "time": read_time,
    "logging": _audit(bsd_firewall_audit.read_logging),
    "config": _audit(bsd_firewall_audit.read_config),
    "zones": _audit(bsd_firewall_audit.read_zones),
    "rules": _audit(bsd_firewall_rules.read_rules),
    "nat": _audit(bsd_firewall_rules.read_nat),
    "tunnels": _audit(bsd_firewall_rules.read_tunnels),
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of a pfSense or OPNsense firewall with an audit of its configuration."""
    return gather(replies, SECTIONS, marks=_marks, device_class=DEVICE_CLASS)
