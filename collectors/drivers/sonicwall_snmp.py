"""SonicWall firewalls, over SNMP (SNWL-COMMON-MIB, SONICWALL-FIREWALL-IP-STATISTICS-MIB).

The table of security associations is not read: it holds only tunnels that stand, so that one that is down would vanish.
"""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.system import Component, Firmware
from collectors.readers.mibs import appliance_identity, appliance_mibs, if_mib, system_group
from collectors.replies import SnmpReplies
from collectors.told import told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "SonicWall SonicOS, over SNMP"
DEVICE_CLASS = "firewall"

SONICWALL = "1.3.6.1.4.1.8741"
MODEL = f"{SONICWALL}.2.1.1.1.0"  # snwlSysModel
SERIAL = f"{SONICWALL}.2.1.1.2.0"
VERSION = f"{SONICWALL}.2.1.1.3.0"  # 'SonicOS 7.0.1-5145', 'SonicOS Enhanced 6.5.4.4-44n'
ROM = f"{SONICWALL}.2.1.1.4.0"
CPU = f"{SONICWALL}.1.3.1.3.0"  # sonicCurrentCPUUtil: percent
MEMORY = f"{SONICWALL}.1.3.1.4.0"  # sonicCurrentRAMUtil: percent

ASKS = (*system_group.ASKS, *if_mib.ASKS, MODEL, SERIAL, VERSION, ROM, CPU, MEMORY)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "identity": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.4.1.8741.2 (read only)",
    "firmware": "an SNMP view with 1.3.6.1.4.1.8741.2 (read only)",
    "load": "an SNMP view with 1.3.6.1.4.1.8741.1.3 (read only)",
    "interfaces": "an SNMP view with 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 (read only)",
}
GENTLE = Gentle(questions_per_s=20, repetitions_count=10)
MATCHES = Matches(
    sys_object_ids=(f"{SONICWALL}.1", f"{SONICWALL}.2"), sys_descr=(r"(?i)\bsonicwall\b.*\bSonicOS",), probes=(MODEL,)
)

_VERSION = re.compile(r"\bSonicOSX? (?:Enhanced |Standard )?(?P<version>\d[\w.-]*)", re.ASCII)
_DESCRIBED = re.compile(r"(?i)^sonicwall (?P<model>.+?) \(SonicOS")


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number."""
    described = _DESCRIBED.search(replies.text(system_group.SYS_DESCR) or "")
    model = replies.text(MODEL) or (described["model"] if described else None)
    return appliance_identity.read_identity(replies, vendor="SonicWall", model=model, serial=replies.text(SERIAL))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version of SonicOS; no release date is told."""
    return told(Firmware, {"product": lambda: "sonicos", "version": lambda: _version(replies)})


def _version(replies: SnmpReplies) -> str | Gap | None:
    text = replies.text(VERSION) or replies.text(system_group.SYS_DESCR)
    if text is None:
        return None
    found = _VERSION.search(text)
    if found:
        return found["version"]
    return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {text!r:.60}, which is no version of SonicOS")


def read_components(replies: SnmpReplies) -> Part | None:
    """Return the ROM, which is versioned on its own."""
    rom = replies.text(ROM)
    return Part((Component(name="ROM", kind="boot", version=rom),)) if rom else None


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "components": read_components,
    "load": lambda told_by: appliance_mibs.read_load(told_by, CPU, MEMORY),
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a SonicWall firewall."""
    return appliance_mibs.facts(
        replies, read_identity, SECTIONS, serial=appliance_mibs.serial_unless_junk(SERIAL), device_class=DEVICE_CLASS
    )
