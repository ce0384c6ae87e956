"""pfSense and OPNsense firewalls, over SNMP: FreeBSD's bsnmpd, or net-snmp installed as a package.

net-snmp tells a FreeBSD host and no more. The kernel's branch ('stable/24.7') is OPNsense's own: FreeBSD's branches
have one number ('stable/14'). Without such a mark the device is not called a firewall.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.system import Firmware, Os
from collectors.readers.mibs import appliance_identity, appliance_mibs, if_mib, system_group
from collectors.replies import SnmpReplies
from collectors.told import told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "pfSense and OPNsense, over SNMP"
DEVICE_CLASS = None

ASKS = (*system_group.ASKS, *if_mib.ASKS)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "identity": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "interfaces": "an SNMP view with 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 (read only)",
}
GENTLE = Gentle(questions_per_s=20, repetitions_count=15)
MATCHES = Matches(
    sys_object_ids=("1.3.6.1.4.1.12325.1.1.2.1.1", "1.3.6.1.4.1.8072.3.2.8"),
    sys_descr=(r"^pfSense\b", r"^OPNsense\b", r"FreeBSD.*\bstable/\d\d\.\d{1,2}\b"),
    rank=600,  # both object ids are of any FreeBSD host: without the description a host's driver goes first
)

_PFSENSE = re.compile(r"^pfSense \S+ (?P<version>\d+\.\d+(?:\.\d+)?(?:-\w+)?(?:-p\d+)?) FreeBSD (?P<kernel>\S+)")
_OPNSENSE = re.compile(r"^OPNsense\b|\bstable/\d\d\.\d{1,2}\b")
_KERNEL = re.compile(r"\bFreeBSD \S+ (?P<kernel>\d\S*)|\bFreeBSD (?P<bare>\d\S*)")
_BASE_ONLY = Gap(reason=GapReason.NOT_TOLD, text="is not told: the agent names the base system (FreeBSD) only")


@dataclass(frozen=True)
class Said:
    """What sysDescr says: whose firewall it is, its version where told, and the kernel of the base system."""

    vendor: str | None
    product: str | None
    version: str | None
    kernel: str | None


def said(replies: SnmpReplies) -> Said:
    """Return what the description says of the firewall and of its base system."""
    text = replies.text(system_group.SYS_DESCR) or ""
    pfsense = _PFSENSE.search(text)
    if pfsense:
        return Said("Netgate", "pfsense", pfsense["version"], pfsense["kernel"])
    found = _KERNEL.search(text)
    kernel = (found["kernel"] or found["bare"]) if found else None
    if text.startswith("pfSense"):
        return Said("Netgate", "pfsense", None, kernel)
    if _OPNSENSE.search(text):
        return Said("OPNsense", "opnsense", None, kernel)
    return Said(None, None, None, kernel)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group; the machine is of any make, and tells neither model nor serial number."""
    return appliance_identity.read_identity(replies, vendor=said(replies).vendor)


def read_os(replies: SnmpReplies) -> Part:
    """Return the last start and the base system's kernel."""
    return told(
        Os,
        {
            "family": lambda: "other" if said(replies).kernel else None,
            "booted_at": lambda: system_group.booted_at(replies),
            "kernel": lambda: said(replies).kernel,
        },
    )


def read_firmware(replies: SnmpReplies) -> Part:
    """Return product and version of the firewall, where the description has it."""
    what = said(replies)
    return told(Firmware, {"product": lambda: what.product, "version": lambda: what.version or _BASE_ONLY})


SECTIONS: Sections[SnmpReplies] = {
    "os": read_os,
    "firmware": read_firmware,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a pfSense or OPNsense firewall."""
    return appliance_mibs.facts(
        replies, read_identity, SECTIONS, device_class=lambda told_by: "firewall" if said(told_by).product else None
    )
