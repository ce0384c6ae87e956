"""Fortinet FortiGate firewalls, over SNMP (FORTINET-FORTIGATE-MIB). Their sysDescr is mostly empty."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.errors import UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap
from collectors.facts.marks import unless_junk
from collectors.facts.sections.firewall import Ha, Tunnel
from collectors.facts.sections.storage import Temperature
from collectors.facts.sections.system import Os
from collectors.readers import dates
from collectors.readers.fortios import fortios_signatures, fortios_version
from collectors.readers.mibs import appliance_mibs, entity_mib, if_mib, licence_ends, system_group
from collectors.replies import SnmpReplies, SnmpValue, as_number, as_text
from collectors.told import Teller, told, word

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Fortinet FortiGate, over SNMP"
DEVICE_CLASS = "firewall"

FORTIGATE = "1.3.6.1.4.1.12356.101"
SERIAL = "1.3.6.1.4.1.12356.100.1.1.1.0"  # fnSysSerial
VERSION = f"{FORTIGATE}.4.1.1.0"
CPU = f"{FORTIGATE}.4.1.3.0"  # percent
MEMORY = f"{FORTIGATE}.4.1.4.0"  # percent
UP_TIME = f"{FORTIGATE}.4.1.20.0"  # fgSysUpTime: hundredths of a second, 64 bits: it never begins again
SIGNATURES = {
    "antivirus": f"{FORTIGATE}.4.2.1.0",  # fgSysVersionAv: '90.09933(2023-01-24 02:26)'
    "antivirus extended": f"{FORTIGATE}.4.2.3.0",  # fgSysVersionAvEt
    "intrusion prevention": f"{FORTIGATE}.4.2.2.0",  # fgSysVersionIps
    "intrusion prevention extended": f"{FORTIGATE}.4.2.4.0",  # fgSysVersionIpsEt
}
SENSOR_NAME = f"{FORTIGATE}.4.3.2.1.2"
SENSOR_VALUE = f"{FORTIGATE}.4.3.2.1.3"  # text
SENSOR_ALARM = f"{FORTIGATE}.4.3.2.1.4"
CONTRACT_NAME = f"{FORTIGATE}.4.6.3.1.2.1.1"
CONTRACT_EXPIRY = f"{FORTIGATE}.4.6.3.1.2.1.2"  # text
TUNNEL_NAME = f"{FORTIGATE}.12.2.2.1.2"
TUNNEL_SELECTOR = f"{FORTIGATE}.12.2.2.1.3"
TUNNEL_STATUS = f"{FORTIGATE}.12.2.2.1.20"
HA_MODE = f"{FORTIGATE}.13.1.1.0"
HA_SERIAL = f"{FORTIGATE}.13.2.1.1.2"
HA_SYNC = f"{FORTIGATE}.13.2.1.1.12"
HA_PRIMARY = f"{FORTIGATE}.13.2.1.1.16"

ASKS = (
    *system_group.ASKS,
    *entity_mib.ASKS,
    *if_mib.ASKS,
    SERIAL,
    VERSION,
    CPU,
    MEMORY,
    UP_TIME,
    *SIGNATURES.values(),
    SENSOR_NAME,
    SENSOR_VALUE,
    SENSOR_ALARM,
    CONTRACT_NAME,
    CONTRACT_EXPIRY,
    TUNNEL_NAME,
    TUNNEL_SELECTOR,
    TUNNEL_STATUS,
    HA_MODE,
    HA_SERIAL,
    HA_SYNC,
    HA_PRIMARY,
)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "firmware": "an SNMP view with 1.3.6.1.4.1.12356.101.4 (read only)",
    "ha": "an SNMP view with 1.3.6.1.4.1.12356.101.13 (read only)",
    "interfaces": "an SNMP view with 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 (read only)",
    "licences": "an SNMP view with 1.3.6.1.4.1.12356.101.4.6 (read only)",
}
GENTLE = Gentle(questions_per_s=30, repetitions_count=15)
MATCHES = Matches(sys_object_ids=(f"{FORTIGATE}.1",), probes=(VERSION,))

HA_MODES = {1: "none", 2: "active-active", 3: "active-passive"}  # fgHaSystemMode
SYNCHRONISED = {0: False, 1: True}  # fgHaStatsSyncStatus
TUNNEL_UP = {1: False, 2: True}  # fgVpnTunEntStatus
SENSOR_GOOD = {0: True, 1: False}  # fgHwSensorEntAlarmStatus
_UNIT = re.compile(r"^Fortinet (?P<model>\S+), HW Serial#: (?P<serial>\w+)")  # entPhysicalDescr.1
_EXPIRY_FORMS = ("%a %d %b %Y", "%Y-%m-%d", "%a %b %d %Y", "%d %B %Y", "%a %b %d %H:%M:%S %Y")


def read_firmware(replies: SnmpReplies) -> Part:
    """Return version and build date of FortiOS."""
    return fortios_version.read_firmware(replies.text(VERSION) or "")


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number."""
    return system_group.read_identity(
        replies, vendor="Fortinet", model=_model(replies) or "", serial=_serial(replies) or ""
    )


def _model(replies: SnmpReplies) -> str | None:
    """Return the model, which stands in the chassis's model name or, from older releases, only in its name."""
    chassis = entity_mib.only_chassis(replies)
    if chassis is None:
        described = _described(replies)
        return described["model"] if described else None
    if chassis.model:
        return chassis.model
    return chassis.name if any(as_text(name) == chassis.name for name in _names(replies).values()) else None


def _names(replies: SnmpReplies) -> dict[str, SnmpValue]:
    return {} if entity_mib.NAME in replies.gaps else replies.column(entity_mib.NAME)


def _described(replies: SnmpReplies) -> re.Match[str] | None:
    """Return model and serial number as FortiOS describes the unit, where it tells no classes of parts."""
    return _UNIT.search(as_text(replies.column(entity_mib.DESCR).get("1")) or "")


def _serial(replies: SnmpReplies) -> str | None:
    told_serial = replies.text(SERIAL)
    if told_serial:
        return told_serial
    chassis = entity_mib.only_chassis(replies)
    described = _described(replies)
    return chassis.serial if chassis else described["serial"] if described else None


def read_os(replies: SnmpReplies) -> Part:
    """Return the build, and the last start, by FortiOS's own 64-bit counter where it has one."""
    ticks = replies.number(UP_TIME)
    return told(
        Os,
        {
            "build": lambda: fortios_version.build_of(replies.text(VERSION) or ""),
            "booted_at": lambda: (
                dates.ticks_ago(ticks, replies.observed_at) if ticks else system_group.booted_at(replies)
            ),
        },
    )


def read_ha(replies: SnmpReplies) -> Part:
    """Return the cluster's mode and whether all members are in step, as this member sees it."""
    mode = word(replies.number(HA_MODE), HA_MODES, "HA mode")
    tellers: dict[str, Teller] = {"mode": lambda: mode}
    if isinstance(mode, str) and mode != "none":
        tellers |= {
            "peer_online": lambda: len(_members(replies)) > 1,
            "in_sync": lambda: _in_sync(replies),
            "state": lambda: _state(replies),
        }
    return told(Ha, tellers)


def _members(replies: SnmpReplies) -> list[str]:
    members = [serial for value in replies.column(HA_SERIAL).values() if (serial := as_text(value))]
    if not members or not replies.complete(HA_SERIAL):
        raise UnexpectedReply("is not certain: the list of members could not be read whole")
    return members


def _in_sync(replies: SnmpReplies) -> bool | Gap | None:
    numbers = [as_number(value) for value in replies.column(HA_SYNC).values()]
    told_states = [None if number is None else SYNCHRONISED.get(number) for number in numbers]
    if any(state is False for state in told_states):
        return False
    return True if len(told_states) == len(_members(replies)) and None not in told_states else None


def _state(replies: SnmpReplies) -> str | None:
    """Return whether this member is the primary: the primary names no primary beside itself."""
    own = _serial(replies)
    for index, value in replies.column(HA_SERIAL).items():
        if own and as_text(value) == own:
            primary = as_text(replies.column(HA_PRIMARY).get(index))
            return None if primary is None else "active" if primary == own else "passive"
    return None


def read_tunnels(replies: SnmpReplies) -> Part:
    """Return the IPsec tunnels, one for each selector; a second selector of one name has it in its own name."""
    status, selectors = replies.column(TUNNEL_STATUS), replies.column(TUNNEL_SELECTOR)
    tunnels: list[Tunnel] = []
    names = replies.column(TUNNEL_NAME)
    for index in sorted(names, key=lambda index: [int(arc) for arc in index.split(".")]):
        name = as_text(names[index]) or index
        selector = as_text(selectors.get(index))
        if any(tunnel.name == name for tunnel in tunnels):
            if selector is None and TUNNEL_SELECTOR in replies.gaps:
                continue  # its own name was cut off
            name = f"{name} / {selector or index}"
        tunnels.append(Tunnel(name=name, up=TUNNEL_UP.get(as_number(status.get(index)) or 0)))
    return Part(tuple(tunnels) or None, complete=replies.complete(TUNNEL_NAME, TUNNEL_STATUS, TUNNEL_SELECTOR))


def read_licences(replies: SnmpReplies) -> Part:
    """Return the contracts with the day on which they end; the text of the day differs between releases."""
    expiries = replies.column(CONTRACT_EXPIRY)
    ends = (
        (as_text(name) or index, licence_ends.last_day(as_text(expiries.get(index)), _EXPIRY_FORMS))
        for index, name in replies.column(CONTRACT_NAME).items()
    )
    return licence_ends.licences(ends, replies.complete(CONTRACT_NAME))


def read_signatures(replies: SnmpReplies) -> Part:
    """Return the signature databases; one that was never loaded is dated 2001 and leaves a gap."""
    return fortios_signatures.read({name: replies.text(oid) for name, oid in SIGNATURES.items()})


def read_temperatures(replies: SnmpReplies) -> Part:
    """Return the sensors whose name says that they measure a temperature, in degrees Celsius."""
    values, alarms = replies.column(SENSOR_VALUE), replies.column(SENSOR_ALARM)
    found = []
    for index, name in replies.column(SENSOR_NAME).items():
        text = as_text(name) or ""
        if not re.search(r"temp|\bTD\d|DTS", text, re.IGNORECASE):
            continue
        reading = re.fullmatch(r"-?\d{1,6}(\.\d{1,9})?", as_text(values.get(index)) or "")
        alarm = as_number(alarms.get(index))
        found.append(
            Temperature(
                name=text,
                reading_celsius=round(float(reading[0]), 6) if reading else None,
                ok=None if alarm is None else SENSOR_GOOD.get(alarm),
            )
        )
    return Part(tuple(found) or None, complete=replies.complete(SENSOR_NAME))


SECTIONS: Sections[SnmpReplies] = {
    "os": read_os,
    "firmware": read_firmware,
    "load": lambda told_by: appliance_mibs.read_load(told_by, CPU, MEMORY),
    "ha": read_ha,
    "tunnels": read_tunnels,
    "licences": read_licences,
    "signatures": read_signatures,
    "temperatures": read_temperatures,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a FortiGate."""
    return appliance_mibs.facts(
        replies,
        read_identity,
        SECTIONS,
        serial=lambda told_by: unless_junk(_serial(told_by)),
        device_class=DEVICE_CLASS,
    )
