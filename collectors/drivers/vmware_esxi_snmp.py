"""VMware ESXi, by the VMWARE MIBs, the ENTITY-MIB and the HOST-RESOURCES-MIB, over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, gather
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.sections.storage import Part as Piece
from collectors.facts.sections.system import Os
from collectors.facts.sections.virtualization import Vm
from collectors.readers.mibs import appliance_identity, entity_mib, host_resources, if_mib, snmp_tables, system_group
from collectors.readers.mibs.snmp_tables import need, numbered, ordered
from collectors.replies import SnmpReplies, as_number, as_text
from collectors.told import told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "VMware ESXi, over SNMP"
DEVICE_CLASS = "hypervisor"

VMWARE = "1.3.6.1.4.1.6876"
PRODUCT = f"{VMWARE}.1.1.0"  # vmwProdName
VERSION = f"{VMWARE}.1.2.0"
BUILD = f"{VMWARE}.1.4.0"
VM_NAME = f"{VMWARE}.2.1.1.2"
VM_STATE = f"{VMWARE}.2.1.1.6"  # text
ENTITY_MAKER = f"{entity_mib.ENTITY}.12"  # entPhysicalMfgName
ENTITY_URIS = f"{entity_mib.ENTITY}.18"  # entPhysicalUris: 'urn:uuid:' and the SMBIOS UUID

ASKS = (
    *system_group.ASKS, *host_resources.ASKS, *if_mib.ASKS, *entity_mib.ASKS,
    PRODUCT, VERSION, BUILD, VM_NAME, VM_STATE, ENTITY_MAKER, ENTITY_URIS, host_resources.DEVICE_DESCR,
    host_resources.DEVICE_STATUS,
)  # fmt: skip
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "os": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.4.1.6876 (read only)",
    "vms": "an SNMP view with 1.3.6.1.4.1.6876 (read only)",
    "datastores": "an SNMP view with 1.3.6.1.2.1.25 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.47 (read only)",
}
GENTLE = Gentle(questions_per_s=30, repetitions_count=20)
MATCHES = Matches(sys_object_ids=(f"{VMWARE}.4",), sys_descr=(r"^VMware ESXi ",), probes=(VERSION,))

STATES = {"powered on": True, "poweredon": True, "powered off": False, "poweredoff": False, "suspended": False}
RUNNING, WARNING, DOWN = 2, 3, 5  # hrDeviceStatus; 1 is unknown, 4 testing
_FAN = re.compile(r"^FAN (.+)$")
_SUPPLY = re.compile(r"^POWER (Power Supply.*)$")
_UUID = re.compile(r"^urn:uuid:([0-9a-f-]{36})$", re.IGNORECASE | re.ASCII)
_DESCR = re.compile(r"^VMware ESXi (?P<version>\d\S*) build-(?P<build>\d+)")


def read_os(replies: SnmpReplies) -> Part:
    """Return product, version, build and the last start."""
    said = _DESCR.match(replies.text(system_group.SYS_DESCR) or "")
    return told(
        Os,
        {
            "family": lambda: "esxi",
            "product": lambda: replies.text(PRODUCT) or ("VMware ESXi" if said else None),
            "version": lambda: replies.text(VERSION) or (said["version"] if said else None),
            "build": lambda: replies.text(BUILD) or (said["build"] if said else None),
            "booted_at": lambda: system_group.booted_at(replies),
        },
    )


def _machine(replies: SnmpReplies) -> str | None:
    """Return the index of the first physical entity with a serial number: ESXi lists the machine without a chassis."""
    serials = replies.column(entity_mib.SERIAL)
    return next((index for index in ordered(serials) if snmp_tables.text(serials[index])), None)


def _said(replies: SnmpReplies, column: str) -> str | None:
    return snmp_tables.text(snmp_tables.column(replies, column).get(_machine(replies) or ""))


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group, with maker, model and serial number of the machine."""
    need(replies, ENTITY_MAKER)
    maker = _said(replies, ENTITY_MAKER) or "VMware"
    model, serial = _said(replies, entity_mib.MODEL), _said(replies, entity_mib.SERIAL)
    return appliance_identity.read_identity(replies, maker, model, serial)


def read_vms(replies: SnmpReplies) -> Part:
    """Return the virtual machines that are registered, and whether they run."""
    names, states = replies.column(VM_NAME), snmp_tables.column(replies, VM_STATE)
    rows = ordered(names)
    unique = numbered(snmp_tables.text(names[row]) or f"vm {row}" for row in rows)
    vms = [
        Vm(name=name, running=STATES.get((as_text(states.get(row)) or "").casefold()))
        for name, row in zip(unique, rows, strict=True)
    ]
    return Part(tuple(vms) or None, complete=replies.complete(VM_NAME))


def _pieces(replies: SnmpReplies, pattern: re.Pattern[str]) -> Part:
    """Return the devices whose description fits; a warning is not well."""
    descriptions = replies.column(host_resources.DEVICE_DESCR)
    states = snmp_tables.column(replies, host_resources.DEVICE_STATUS)
    fitting = {
        row: found[1] for row in ordered(descriptions) if (found := pattern.match(as_text(descriptions[row]) or ""))
    }
    well = {RUNNING: True, WARNING: False, DOWN: False}
    pieces = [
        Piece(name=name, present=True, ok=well.get(as_number(states.get(row)) or 0))
        for row, name in zip(fitting, numbered(fitting.values()), strict=True)
    ]
    whole = replies.complete(host_resources.DEVICE_DESCR) and set(states) <= set(descriptions)
    return Part(tuple(pieces) or None, complete=whole)


def _marks(replies: SnmpReplies) -> Marks:
    uris = snmp_tables.column(replies, ENTITY_URIS)
    uuid = _UUID.match(as_text(uris.get(_machine(replies) or "")) or "")
    return Marks(serial=_said(replies, entity_mib.SERIAL), smbios_uuid=uuid[1] if uuid else None)


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of an ESXi server."""
    return gather(
        replies,
        {
            "identity": read_identity,
            "os": read_os,
            "hardware": host_resources.read_hardware,
            "load": lambda replies: host_resources.read_load(replies, memory=True),
            "datastores": host_resources.read_datastores,
            "vms": read_vms,
            "fans": lambda replies: _pieces(replies, _FAN),
            "power_supplies": lambda replies: _pieces(replies, _SUPPLY),
            "interfaces": if_mib.read_interfaces,
        },
        marks=_marks,
        device_class=lambda _: DEVICE_CLASS,
    )
