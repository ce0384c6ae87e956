"""Zyxel firewalls (USG, USG FLEX, ATP, ZyWALL, VPN series), over SNMP (ZYXEL-ES-COMMON objects).

Newer ones (USG FLEX H) give net-snmp's own sysObjectID of Linux, so that only their description tells them apart.
"""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.sections.system import Firmware
from collectors.readers.mibs import appliance_identity, appliance_mibs, if_mib, system_group
from collectors.replies import SnmpReplies
from collectors.told import told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Zyxel USG, ATP and ZyWALL, over SNMP"
DEVICE_CLASS = "firewall"

ZYXEL = "1.3.6.1.4.1.890.1.15.3"
VERSION = f"{ZYXEL}.1.6.0"  # sysSwVersionString: '1.31(ABXF.0)', older '4.35(AAKY.3)'
MODEL = f"{ZYXEL}.1.11.0"  # sysProductModel
SERIAL = f"{ZYXEL}.1.12.0"  # sysProductSerialNumber
CPU = f"{ZYXEL}.2.4.0"  # sysMgmtCPUUsage: percent
MEMORY = f"{ZYXEL}.2.5.0"  # sysMgmtMemUsage: percent

ASKS = (*system_group.ASKS, *if_mib.ASKS, VERSION, MODEL, SERIAL, CPU, MEMORY)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "firmware": "an SNMP view with 1.3.6.1.4.1.890.1.15.3 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.4.1.890.1.15.3 (read only)",
    "interfaces": "an SNMP view with 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 (read only)",
}
GENTLE = Gentle(questions_per_s=15, repetitions_count=10)
MATCHES = Matches(
    sys_object_ids=("1.3.6.1.4.1.890.1.15", "1.3.6.1.4.1.8072.3.2.10"),
    sys_descr=(r"^(?:USG|ZyWALL|ATP ?\d|VPN ?\d|SBG ?\d)",),
    rank=600,  # net-snmp's sysObjectID is shared with every Linux host: without the description theirs goes first
)

_MODEL = re.compile(r"^(?:USG|ZyWALL|ATP|VPN|SBG)[\w. -]*$")


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number."""
    described = replies.text(system_group.SYS_DESCR) or ""
    model = replies.text(MODEL) or (described if _MODEL.match(described) else None)
    return appliance_identity.read_identity(replies, vendor="Zyxel", model=model, serial=replies.text(SERIAL))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version; no release date is told."""
    return told(Firmware, {"product": lambda: "zyxel", "version": lambda: _version(replies)})


def _version(replies: SnmpReplies) -> str | None:
    text = replies.text(VERSION)
    return re.sub(r"^V(?=\d)", "", text.split("|")[0].strip()) if text else None


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "load": lambda told_by: appliance_mibs.read_load(told_by, CPU, MEMORY),
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Zyxel firewall."""
    return appliance_mibs.facts(
        replies, read_identity, SECTIONS, serial=appliance_mibs.serial_unless_junk(SERIAL), device_class=DEVICE_CLASS
    )
