"""WatchGuard Firebox (Fireware), over SNMP (WATCHGUARD-SYSTEM-STATISTICS-MIB, WATCHGUARD-CLUSTER-MIB)."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD
from collectors.facts.sections.firewall import Ha, Signature
from collectors.facts.sections.system import Firmware
from collectors.readers.mibs import appliance_identity, appliance_mibs, if_mib, system_group
from collectors.replies import SnmpReplies
from collectors.told import told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "WatchGuard Firebox (Fireware), over SNMP"
DEVICE_CLASS = "firewall"

WATCHGUARD = "1.3.6.1.4.1.3097"
VERSION = f"{WATCHGUARD}.6.3.1.0"  # wgSoftwareVersion: '12.10.2.B689873', also '<sysa:12.10.2.B689873><sysb:...>'
ANTIVIRUS = f"{WATCHGUARD}.6.1.3.0"  # wgInfoGavService: '<gav_version:...>'
INTRUSION = f"{WATCHGUARD}.6.1.4.0"  # wgInfoIpsService: '<ips_version:...>'
CLUSTER = f"{WATCHGUARD}.6.6.1.0"  # wgClusterEnabled
FIRST_ROLE = f"{WATCHGUARD}.6.6.3.0"
SECOND_ROLE = f"{WATCHGUARD}.6.6.9.0"

ASKS = (*system_group.ASKS, *if_mib.ASKS, VERSION, ANTIVIRUS, INTRUSION, CLUSTER, FIRST_ROLE, SECOND_ROLE)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "firmware": "an SNMP view with 1.3.6.1.4.1.3097.6.3 (read only)",
    "ha": "an SNMP view with 1.3.6.1.4.1.3097.6.6 (read only)",
    "signatures": "an SNMP view with 1.3.6.1.4.1.3097.6.1 (read only)",
    "interfaces": "an SNMP view with 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 (read only)",
}
GENTLE = Gentle(questions_per_s=20, repetitions_count=10)
MATCHES = Matches(sys_object_ids=(f"{WATCHGUARD}.1",), probes=(VERSION,))

CLUSTERED = {0: False, 1: True}
WORKING = {1, 2, 3, 5}  # roles: worker, backup, master, standby; 0 is disabled, 4 idle
BOTH_WORK = 1
_RUNNING = re.compile(r"(?:<sysa:)?v?(?P<version>\d+\.\d[\w.() ]*?)(?:>|$)")


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with the model, which is all that sysDescr says; no serial number is told."""
    return appliance_identity.read_identity(replies, vendor="WatchGuard", model=replies.text(system_group.SYS_DESCR))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version of the running partition, with its build."""
    found = _RUNNING.match(replies.text(VERSION) or "")
    return told(
        Firmware, {"product": lambda: "fireware", "version": lambda: found["version"].strip() if found else None}
    )


def read_ha(replies: SnmpReplies) -> Part:
    """Return whether a cluster is configured and both members have a role in it."""
    clustered = CLUSTERED.get(-1 if (number := replies.number(CLUSTER)) is None else number)
    if clustered is None:
        return Part(None, {"mode": NOT_TOLD})
    if not clustered:
        return Part(Ha(mode="none"))
    roles = [replies.number(FIRST_ROLE), replies.number(SECOND_ROLE)]
    return told(
        Ha,
        {
            "mode": lambda: None if None in roles else "active-active" if BOTH_WORK in roles else "active-passive",
            "state": lambda: None,
            "peer_online": lambda: None if None in roles else all(role in WORKING for role in roles),
            "in_sync": lambda: None,
        },
    )


def read_signatures(replies: SnmpReplies) -> Part:
    """Return the versions of the signature sets; their age is not told."""
    found, gaps = [], {}
    for name, oid in (("antivirus", ANTIVIRUS), ("intrusion prevention", INTRUSION)):
        version = re.search(r"_version:(\d[\w.]*)>", replies.text(oid) or "")
        if version:
            found.append(Signature(name=name, version=version[1]))
            gaps[f"[{name}].updated_at"] = NOT_TOLD
    return Part(tuple(found) or None, gaps)


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "ha": read_ha,
    "signatures": read_signatures,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a WatchGuard Firebox."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, device_class=DEVICE_CLASS)
