"""Cisco ASA and Firepower Threat Defense firewalls, over SNMP (CISCO-FIREWALL-MIB, ENTITY-MIB).

CISCO-IPSEC-FLOW-MONITOR-MIB is not read: it holds only tunnels that stand, so that one that is down would vanish.
"""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD
from collectors.facts.sections.firewall import Ha
from collectors.facts.sections.system import Firmware, Load
from collectors.readers.mibs import appliance_identity, appliance_mibs, entity_mib, if_mib, system_group
from collectors.replies import SnmpReplies, as_number, as_text
from collectors.told import amount, told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Cisco ASA and Firepower Threat Defense, over SNMP"
DEVICE_CLASS = "firewall"

CISCO = "1.3.6.1.4.1.9"
UNIT_TEXT = f"{CISCO}.9.147.1.2.1.1.1.2"  # cfwHardwareInformation
UNIT_STATE = f"{CISCO}.9.147.1.2.1.1.1.3"  # cfwHardwareStatusValue
UNIT_DETAIL = f"{CISCO}.9.147.1.2.1.1.1.4"
CPU = f"{CISCO}.9.109.1.1.1.1.8"  # cpmCPUTotal5minRev: percent
PRIMARY, SECONDARY = "6", "7"  # cfwHardwareType

ASKS = (*system_group.ASKS, *entity_mib.ASKS, *if_mib.ASKS, UNIT_TEXT, UNIT_STATE, UNIT_DETAIL, CPU)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "firmware": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "ha": "an SNMP view with 1.3.6.1.4.1.9.9.147 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.47 (read only)",
    "interfaces": "an SNMP view with 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 (read only)",
}
GENTLE = Gentle(questions_per_s=20, repetitions_count=10)
MATCHES = Matches(
    sys_object_ids=(f"{CISCO}.1",),
    sys_descr=(r"Cisco Adaptive Security Appliance", r"Cisco Firepower .{0,40}Threat Defense", r"Cisco Secure Fire"),
    rank=210,  # IOS devices share the prefix; without a description that fits either, theirs goes first
)

ACTIVE, STANDBY = 9, 10  # HardwareStatus
_ASA = re.compile(r"Adaptive Security Appliance Version (?P<version>\d[\w.()]*)", re.ASCII)
_FTD = re.compile(r"Threat Defense[^,]*, Version (?P<version>\d[\w.]*)", re.ASCII)
_NO_FAILOVER = re.compile(r"failover off|not configured", re.IGNORECASE)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number of the chassis."""
    chassis = entity_mib.only_chassis(replies)
    if chassis is None:
        return appliance_identity.read_identity(replies, "Cisco")
    return appliance_identity.read_identity(replies, "Cisco", chassis.model, chassis.serial, chassis.hardware_revision)


def read_firmware(replies: SnmpReplies) -> Part:
    """Return product and version of the running software, in the agent's own description."""
    descr = replies.text(system_group.SYS_DESCR) or ""
    threat_defense, asa = _FTD.search(descr), _ASA.search(descr)
    found = threat_defense or asa
    return told(
        Firmware,
        {
            "product": lambda: None if found is None else "ftd" if threat_defense else "asa",
            "version": lambda: found["version"] if found else None,
        },
    )


def read_load(replies: SnmpReplies) -> Part:
    """Return the processor's use over five minutes, where the device tells one figure."""
    used = list(replies.column(CPU).values())
    return told(Load, {"cpu_percent": lambda: amount(as_number(used[0]), highest=100) if len(used) == 1 else None})


def read_ha(replies: SnmpReplies) -> Part:
    """Return the states of the failover pair; whether the configurations agree is not told."""
    states, texts = replies.column(UNIT_STATE), replies.column(UNIT_TEXT)
    details = [as_text(value) or "" for value in replies.column(UNIT_DETAIL).values()]
    if any(_NO_FAILOVER.search(detail) for detail in details):
        return Part(Ha(mode="none"))
    units = {unit: as_number(states.get(unit)) for unit in (PRIMARY, SECONDARY)}
    if None in units.values() or not {ACTIVE, STANDBY} & set(units.values()):
        return Part(None, {"mode": NOT_TOLD})
    own = next((unit for unit in units if "this device" in (as_text(texts.get(unit)) or "")), None)
    other = None if own is None else SECONDARY if own == PRIMARY else PRIMARY
    both_active = set(units.values()) == {ACTIVE}
    return told(
        Ha,
        {
            "mode": lambda: "active-active" if both_active else "active-passive",
            "state": lambda: (
                None if own is None else {ACTIVE: "active", STANDBY: "passive"}.get(units[own] or 0, "other")
            ),
            "peer_online": lambda: None if other is None else units[other] in {ACTIVE, STANDBY},
            "in_sync": lambda: None,
        },
    )


def _serial(replies: SnmpReplies) -> str | None:
    chassis = entity_mib.only_chassis(replies)
    return chassis.serial if chassis else None


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "components": entity_mib.read_components,
    "load": read_load,
    "ha": read_ha,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Cisco ASA or Threat Defense firewall."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, serial=_serial, device_class=DEVICE_CLASS)
