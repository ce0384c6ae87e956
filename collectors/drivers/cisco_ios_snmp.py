"""Cisco IOS and IOS-XE switches and routers, over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.sections.network import StackMember
from collectors.facts.sections.storage import Temperature
from collectors.readers.cisco import cisco_version
from collectors.readers.mibs import cisco_state, cisco_switch_mibs, entity_sensors, switch_mibs, system_group
from collectors.readers.mibs.part_tables import PartTable, read_parts
from collectors.readers.mibs.snmp_tables import column, need
from collectors.replies import SnmpReplies, as_number, as_text

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Cisco IOS and IOS-XE, over SNMP"
DEVICE_CLASS = None

CISCO = "1.3.6.1.4.1.9"
TEMPERATURE_NAME = f"{CISCO}.9.13.1.3.1.2"
TEMPERATURE_VALUE = f"{CISCO}.9.13.1.3.1.3"  # degrees Celsius
TEMPERATURE_STATE = f"{CISCO}.9.13.1.3.1.6"
FAN_NAME = f"{CISCO}.9.13.1.4.1.2"
FAN_STATE = f"{CISCO}.9.13.1.4.1.3"
SUPPLY_NAME = f"{CISCO}.9.13.1.5.1.2"
SUPPLY_STATE = f"{CISCO}.9.13.1.5.1.3"
STACK_STATE = f"{CISCO}.9.500.1.2.1.1.6"  # cswSwitchState
STACK_NUMBER = f"{CISCO}.9.500.1.2.1.1.1"  # cswSwitchNumCurrent
BRIDGE_PORTS = "1.3.6.1.2.1.17.1.2.0"  # dot1dBaseNumPorts

ASKS = switch_mibs.asks(
    *cisco_switch_mibs.ASKS,
    TEMPERATURE_NAME,
    TEMPERATURE_VALUE,
    TEMPERATURE_STATE,
    FAN_NAME,
    FAN_STATE,
    SUPPLY_NAME,
    SUPPLY_STATE,
    STACK_STATE,
    STACK_NUMBER,
    BRIDGE_PORTS,
)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "interfaces": "an SNMP view with 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 (read only)",
    "components": "an SNMP view with 1.3.6.1.2.1.47 (read only)",
    "config": "an SNMP view with 1.3.6.1.4.1.9.9.43 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.9.9.13 and 1.3.6.1.4.1.9.9.117 (read only)",
    "temperatures": "an SNMP view with 1.3.6.1.4.1.9.9.13 and 1.3.6.1.4.1.9.9.91 (read only)",
    "time": "an SNMP view with 1.3.6.1.4.1.9.9.168 (read only)",
    "vlans": "an SNMP view with 1.3.6.1.4.1.9.9.46, 1.3.6.1.4.1.9.9.68 and 1.3.6.1.4.1.9.9.380 (read only)",
}
GENTLE = Gentle(questions_per_s=30, repetitions_count=20)
MATCHES = Matches(
    sys_object_ids=(f"{CISCO}.1",),
    sys_descr=(r"Cisco IOS Software", r"Cisco Internetwork Operating System Software", r"IOS-XE Software"),
    rank=200,  # ASA and others share the prefix and are told apart by their own drivers
)

ENVMON_GOOD = {1: True, 2: False, 3: False, 4: False, 6: False}  # CiscoEnvMonState; 5: not present
STACK_READY = 4  # cswSwitchState: ready
STACK_NUMBER_MAX = 16  # members of the largest StackWise stack
SWITCH_MODEL = re.compile(r"^(WS-C|C9[2-6]\d\d|C1[023]00|C3[568]50|IE-|CBS|ME-|Catalyst|cat)", re.IGNORECASE)
ROUTER_MODEL = re.compile(r"^(CISCO\d|ISR|ASR|CSR|C8\d|C11\d\d|VG|C88|C89)", re.IGNORECASE)


def read_firmware(replies: SnmpReplies) -> Part:
    """Return product, version and build date from sysDescr, which some devices cut at 255 characters."""
    return cisco_version.read_firmware(replies.text(system_group.SYS_DESCR) or "")


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number of the only chassis; a stack has none of its own."""
    return switch_mibs.identity(replies, "Cisco")


def read_stack(replies: SnmpReplies) -> Part:
    """Return the members of a stack by number; one whose number is not told has no name to be found by."""
    need(replies, STACK_STATE, STACK_NUMBER)
    states = replies.column(STACK_STATE)
    numbers = {index: as_number(value) for index, value in replies.column(STACK_NUMBER).items()}
    members = [
        StackMember(name=str(number), state=_member_state(as_number(states.get(index))))
        for index, number in numbers.items()
        if number is not None and 0 < number <= STACK_NUMBER_MAX
    ]
    return Part(tuple(members) or None, complete=len(members) == len(states.keys() | numbers.keys()))


def _member_state(code: int | None) -> Literal["ready", "other"] | None:
    return None if code is None or code < 1 else "ready" if code == STACK_READY else "other"


def _pieces(replies: SnmpReplies, names: str, states: str, newer: PartTable) -> Part:
    """Return fans or power supplies of CISCO-ENVMON-MIB, else of the parts' own table that IOS-XE has."""
    if not column(replies, states):
        return read_parts(replies, newer)
    return read_parts(replies, PartTable(states, cisco_state.ENVMON, names, "{}".format))


def read_temperatures(replies: SnmpReplies) -> Part:
    """Return the temperature sensors of CISCO-ENVMON-MIB, else of the parts' own table that IOS-XE has."""
    values, states = replies.column(TEMPERATURE_VALUE), replies.column(TEMPERATURE_STATE)
    if not values:
        return entity_sensors.read_cisco_temperatures(replies)
    found = []
    for index, name in replies.column(TEMPERATURE_NAME).items():
        reading = as_number(values.get(index))
        found.append(
            Temperature(
                name=f"{as_text(name) or 'sensor'} {index}",
                reading_celsius=float(reading) if reading is not None and 0 < reading < 200 else None,
                ok=ENVMON_GOOD.get(as_number(states.get(index)) or 0),
            )
        )
    return Part(tuple(found) or None, complete=replies.complete(TEMPERATURE_NAME))


def _device_class(replies: SnmpReplies) -> str | None:
    chassis = switch_mibs.only_chassis(replies)
    model = (chassis.model if chassis else None) or ""
    if SWITCH_MODEL.search(model):
        return "switch"
    if ROUTER_MODEL.search(model):
        return "router"
    return "switch" if replies.number(BRIDGE_PORTS) else None


SECTIONS: Sections[SnmpReplies] = {
    **cisco_switch_mibs.READERS,
    "stack": read_stack,
    "fans": lambda told: _pieces(told, FAN_NAME, FAN_STATE, cisco_state.FANS),
    "power_supplies": lambda told: _pieces(told, SUPPLY_NAME, SUPPLY_STATE, cisco_state.SUPPLIES),
    "temperatures": read_temperatures,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Cisco switch or router."""
    return switch_mibs.facts(replies, read_identity, read_firmware, SECTIONS, device_class=_device_class)
