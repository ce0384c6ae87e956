"""Cisco IOS and IOS-XE switches and routers, over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, gather
from collectors.errors import CollectError
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.marks import Marks
from collectors.facts.sections.management import Config
from collectors.facts.sections.network import StackMember
from collectors.facts.sections.storage import Part as Piece
from collectors.facts.sections.storage import Temperature
from collectors.facts.sections.system import Component
from collectors.readers import cisco_version, entity_mib, if_mib, system_group
from collectors.replies import SnmpReplies, as_number, as_text
from collectors.told import told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Cisco IOS and IOS-XE, over SNMP"
DEVICE_CLASS = None

CISCO = "1.3.6.1.4.1.9"
RUNNING_CHANGED = f"{CISCO}.9.43.1.1.1.0"  # ccmHistoryRunningLastChanged: sysUpTime at that moment, TimeTicks
STARTUP_CHANGED = f"{CISCO}.9.43.1.1.3.0"  # ccmHistoryStartupLastChanged
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

ASKS = (
    *system_group.ASKS,
    *entity_mib.ASKS,
    *entity_mib.CHASSIS_ADDRESS_ASKS,
    *if_mib.ASKS,
    RUNNING_CHANGED,
    STARTUP_CHANGED,
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
    "firmware": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "interfaces": "an SNMP view with 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 (read only)",
    "components": "an SNMP view with 1.3.6.1.2.1.47 (read only)",
    "config": "an SNMP view with 1.3.6.1.4.1.9.9.43 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.9.9.13 (read only)",
}
GENTLE = Gentle(questions_per_s=30, repetitions_count=20)
MATCHES = Matches(
    sys_object_ids=(f"{CISCO}.1",),
    sys_descr=(r"Cisco IOS Software", r"Cisco Internetwork Operating System Software", r"IOS-XE Software"),
    rank=200,  # ASA and others share the prefix and are told apart by their own drivers
)

ENVMON_GOOD = {1: True, 2: False, 3: False, 4: False, 6: False}  # CiscoEnvMonState; 5: not present
NOT_PRESENT = 5
STACK_READY = 4  # cswSwitchState: ready
BOOT_TICKS = 30_000  # five minutes: the configuration is loaded, which counts as a change of the running one
SWITCH_MODEL = re.compile(r"^(WS-C|C9[2-6]\d\d|C1[023]00|C3[568]50|IE-|CBS|ME-|Catalyst|cat)", re.IGNORECASE)
ROUTER_MODEL = re.compile(r"^(CISCO\d|ISR|ASR|CSR|C8\d|C11\d\d|VG|C88|C89)", re.IGNORECASE)


def read_firmware(replies: SnmpReplies) -> Part:
    """Return product, version and build date from sysDescr, which some devices cut at 255 characters."""
    return cisco_version.read_firmware(replies.text(system_group.SYS_DESCR) or "")


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number of the only chassis; a stack has none of its own."""
    chassis = _chassis(replies)
    model, serial = (chassis.model, chassis.serial) if chassis else (None, None)
    return system_group.read_identity(replies, vendor="Cisco", model=model or "", serial=serial or "")


def _chassis(replies: SnmpReplies) -> Component | None:
    try:
        return entity_mib.only_chassis(replies)
    except CollectError:
        return None


def read_config(replies: SnmpReplies) -> Part:
    """Return whether the running configuration is saved: the startup one was written after its last change."""
    return told(Config, {"saved": lambda: _saved(replies)})


def _saved(replies: SnmpReplies) -> bool | Gap:
    up = replies.number(system_group.SYS_UP_TIME)
    running, startup = replies.number(RUNNING_CHANGED), replies.number(STARTUP_CHANGED)
    if running is None or startup is None or up is None:
        return NOT_TOLD
    if system_group.wrapped(replies) is not False or running > up or startup > up:
        return Gap(reason=GapReason.NOT_TOLD, text="is not certain: the counter of the device has begun again")
    if startup == 0 and running < BOOT_TICKS:
        return Gap(reason=GapReason.NOT_TOLD, text="is not certain: nothing was written since the start")
    return startup >= running


def read_stack(replies: SnmpReplies) -> Part:
    """Return the members of a stack by number."""
    states = replies.column(STACK_STATE)
    numbers = replies.column(STACK_NUMBER)
    members = [
        StackMember(
            name=str(as_number(numbers.get(index)) or index),
            state="ready" if as_number(value) == STACK_READY else "other",
        )
        for index, value in states.items()
        if index in numbers or STACK_NUMBER not in replies.gaps
    ]
    return Part(tuple(members) or None, complete=replies.complete(STACK_STATE, STACK_NUMBER))


def _pieces(replies: SnmpReplies, names: str, states: str) -> Part:
    """Return fans or power supplies; a state that is neither good nor bad ('not functioning' is bad) is left open."""
    column = replies.column(states)
    found = []
    for index, name in replies.column(names).items():
        state = as_number(column.get(index))
        present = None if state is None else state != NOT_PRESENT
        found.append(Piece(name=as_text(name) or index, present=present, ok=ENVMON_GOOD.get(state or 0)))
    return Part(_unique(found) or None, complete=replies.complete(names, states))


def _unique(found: list[Piece]) -> tuple[Piece, ...]:
    seen: dict[str, int] = {}
    unique = []
    for piece in found:
        seen[piece.name] = seen.get(piece.name, 0) + 1
        again = seen[piece.name] > 1
        unique.append(piece.model_copy(update={"name": f"{piece.name} #{seen[piece.name]}"}) if again else piece)
    return tuple(unique)


def read_temperatures(replies: SnmpReplies) -> Part:
    """Return the temperature sensors of CISCO-ENVMON-MIB."""
    values, states = replies.column(TEMPERATURE_VALUE), replies.column(TEMPERATURE_STATE)
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
    chassis = _chassis(replies)
    model = (chassis.model if chassis else None) or ""
    if SWITCH_MODEL.search(model):
        return "switch"
    if ROUTER_MODEL.search(model):
        return "router"
    return "switch" if replies.number(BRIDGE_PORTS) else None


def _marks(replies: SnmpReplies) -> Marks:
    chassis = _chassis(replies)
    return Marks(serial=chassis.serial if chassis else None, chassis_mac=entity_mib.chassis_address(replies))


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Cisco switch or router."""
    return gather(
        replies,
        {
            "identity": read_identity,
            "os": system_group.read_os,
            "firmware": read_firmware,
            "components": entity_mib.read_components,
            "interfaces": if_mib.read_interfaces,
            "config": read_config,
            "stack": read_stack,
            "fans": lambda told: _pieces(told, FAN_NAME, FAN_STATE),
            "power_supplies": lambda told: _pieces(told, SUPPLY_NAME, SUPPLY_STATE),
            "temperatures": read_temperatures,
        },
        marks=_marks,
        device_class=_device_class,
    )
