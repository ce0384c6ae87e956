"""Cisco Meraki devices, over SNMP: firewalls (MX, Z), switches (MS, Catalyst), access points (MR, CW).

They tell little: rules, firmware and licences live in the dashboard, so that these stay unknown here.
"""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.marks import is_junk
from collectors.readers.mibs import appliance_identity, appliance_mibs, entity_mib, if_mib, system_group
from collectors.replies import SnmpReplies

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Cisco Meraki, over SNMP"
DEVICE_CLASS = None

MERAKI = "1.3.6.1.4.1.29671"

ASKS = (*system_group.ASKS, *entity_mib.ASKS, *if_mib.ASKS)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "identity": "SNMP switched on for the network (dashboard: Network-wide, General, Reporting)",
    "interfaces": "SNMP switched on for the network (dashboard: Network-wide, General, Reporting)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=10)
MATCHES = Matches(sys_object_ids=(f"{MERAKI}.2",), sys_descr=(r"^(?:Cisco )?Meraki\b",))

_MODEL = re.compile(r"\b(?P<model>(?:v?MX|MS|MR|CW|MG|Z)\d\w*(?:-[\w-]+)?)\b", re.ASCII)
_CLASSES = (
    (re.compile(r"v?MX\d|Z\d"), "firewall"),
    (re.compile(r"MS\d|C9[23]\d\d|C9500"), "switch"),
    (re.compile(r"MR\d|CW\d"), "access point"),
    (re.compile(r"MG\d"), "router"),
)
_IN_THE_DASHBOARD = Gap(reason=GapReason.NOT_TOLD, text="is told by the Meraki dashboard only, not by the device")


def _model(replies: SnmpReplies) -> str | None:
    """Return the model that sysDescr names; one that names a whole chassis (managed Catalyst) is taken as it is."""
    text = replies.text(system_group.SYS_DESCR)
    found = _MODEL.search(text or "")
    return found["model"] if found else text


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number."""
    return appliance_identity.read_identity(
        replies, vendor="Cisco Meraki", model=_model(replies), serial=_serial(replies)
    )


def _serial(replies: SnmpReplies) -> str | None:
    chassis = entity_mib.only_chassis(replies)
    return chassis.serial if chassis and chassis.serial and not is_junk(chassis.serial) else None


def read_firmware(_replies: SnmpReplies) -> Part:
    """Return no firmware, with the reason."""
    return Part(None, {"version": _IN_THE_DASHBOARD})


def read_components(replies: SnmpReplies) -> Part:
    """Return the parts, where the device tells any."""
    return entity_mib.read_components(replies)


def _device_class(replies: SnmpReplies) -> str | None:
    model = _model(replies) or ""
    return next((word for pattern, word in _CLASSES if pattern.match(model)), None)


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "components": read_components,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Meraki device."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, serial=_serial, device_class=_device_class)
