"""HPE and H3C switches and routers with Comware 5 and 7, over SSH, with an audit of the configuration."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.sections.system import Component, Firmware, Identity
from collectors.readers.comware import comware_audit, comware_outputs, comware_ports
from collectors.readers.comware.comware_sections import (
    AUDITED,
    SHOW_CONFIG,
    SHOW_NTP,
    configuration,
    known_configuration,
)
from collectors.readers.outputs import running_time
from collectors.readers.outputs.cli_words import address_of, either, first, hindered, known, said
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "HPE and H3C Comware, over SSH"
DEVICE_CLASS = None
NETMIKO = "hp_comware"

SHOW_VERSION = "display version"
SHOW_PARTS = "display device manuinfo"
SHOW_PORTS = "display interface brief"
SHOW_VLANS = "display vlan brief"
SHOW_LLDP = "display lldp neighbor-information list"
SHOW_STP_ROOT = "display stp root"
SHOW_STACK = "display irf"
SHOW_SUPPLIES = "display power"
SHOW_FANS = "display fan"
CONFIG_COMMAND = SHOW_CONFIG
ASKS = (
    SHOW_VERSION, SHOW_CONFIG, SHOW_PARTS, SHOW_PORTS, SHOW_VLANS, SHOW_LLDP, SHOW_STP_ROOT, SHOW_STACK, SHOW_SUPPLIES,
    SHOW_FANS, SHOW_NTP,
)  # fmt: skip
PREPARES: tuple[str, ...] = ("screen-length disable",)
_OPERATOR = "the role network-operator (Comware 7), level 1 (Comware 5)"
_AUDITOR = "a role that permits 'display current-configuration'; level 3 on Comware 5"
NEEDS = {
    **dict.fromkeys(("firmware", "interfaces", "vlans", "neighbors", "power_supplies", "fans", "stack"), _OPERATOR),
    **dict.fromkeys(("management", "snmp", "logging", "admins", "time", "stp"), _AUDITOR),
}
GENTLE = Gentle(questions_per_s=5)
MATCHES = Matches(replies={SHOW_VERSION: r"Comware (?:Platform )?Software|^H3C .*Software, Version"})

_VERSION = re.compile(
    r"\bVersion (?P<version>\d\.\d{1,3}(?:\.\d{1,3})?),? (?:Release|Feature|ESS|Ess|Test) (?P<release>\w+)"
)


def _boxes(replies: TextReplies) -> tuple[Component, ...]:
    return known(lambda told_by: comware_outputs.boxes(told_by[SHOW_PARTS]), replies) or ()


def read_identity(replies: TextReplies) -> Part:
    """Return name, model and serial number; the members of a stack have serial numbers of their own."""
    text, config, boxes = (
        either(replies, SHOW_VERSION, SHOW_PARTS, SHOW_CONFIG),
        known_configuration(replies),
        _boxes(replies),
    )
    maker = first(said(replies, SHOW_PARTS) or "", r"VENDOR_NAME *: *(\S+)") or first(text, r"^(H3C)\b")
    hosted = config.all("sysname ") if config else []
    models = {one.model for one in boxes}
    unread = hindered(replies, SHOW_VERSION)  # which calls the model otherwise than its label does
    running = first(text, r"^(\S.*?)(?: Switch\b.*| Router\b.*)? uptime is ")
    return told(
        Identity,
        {
            "vendor": lambda: "H3C" if maker == "H3C" else "HPE Comware",
            "name": lambda: next(iter(hosted), None),
            "model": lambda: running or (models.pop() if len(models) == 1 and not unread else None),
            "serial": lambda: boxes[0].serial if len(boxes) == 1 else None,
        },
    )


def read_os(replies: TextReplies) -> Part:
    """Return the last start."""
    return running_time.read_os(first(replies[SHOW_VERSION], r" uptime is (.+)$"), replies.observed_at)


def read_firmware(replies: TextReplies) -> Part:
    """Return version and release together: the release counts on, the version names the generation. No day is told."""
    text = either(replies, SHOW_VERSION, SHOW_CONFIG)
    found = _VERSION.search(text) or re.search(
        r"^ ?version (?P<version>\d\S+), Release (?P<release>\w+)", text, re.MULTILINE
    )
    return told(
        Firmware,
        {
            "product": lambda: "comware",
            "version": lambda: f"{found['version']}, Release {found['release']}" if found else None,
            "released": lambda: None,
        },
    )


def _is_7(replies: TextReplies) -> bool:
    text = either(replies, SHOW_VERSION, SHOW_CONFIG)
    return first(text, r"\bVersion (\d)\.", r"^ ?version (\d)\.") in {"7", "9"}


def read_management(replies: TextReplies) -> Part:
    """Return the audit of the configuration; where it is silent, Comware 7's defaults hold, those of 5 are open."""
    defaults = comware_audit.COMWARE_7 if _is_7(replies) else comware_audit.NO_DEFAULTS
    return comware_audit.read_management(configuration(replies), defaults)


def read_interfaces(replies: TextReplies) -> Part:
    """Return the interfaces with what the configuration adds to them."""
    config = known_configuration(replies)
    settings = comware_ports.port_settings(config) if config else {}
    return comware_outputs.read_interfaces(replies[SHOW_PORTS], settings)


def read_vlans(replies: TextReplies) -> Part:
    """Return the VLANs with what ports and configuration tell of them."""
    config, text = known_configuration(replies), replies[SHOW_VLANS]
    numbers = frozenset(number for number, _ in comware_outputs.vlan_rows(text))
    addressed = comware_ports.addressed_vlans(config) if config else None
    snooped = comware_ports.snooping_vlans(config, numbers) if config else None
    return comware_outputs.read_vlans(text, said(replies, SHOW_PORTS), addressed, snooped)


def read_stp(replies: TextReplies) -> Part:
    """Return spanning tree's mode, guard and root."""
    found = re.findall(r"\b\d{1,5}\.([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})\b", said(replies, SHOW_STP_ROOT) or "")
    roots = {address_of(address) for address in found}
    return comware_ports.read_stp(configuration(replies), roots.pop() if len(roots) == 1 else None)


def _device_class(replies: TextReplies) -> str | None:
    text = replies[SHOW_VERSION]
    return "switch" if re.search(r"\bSwitch\b", text) else "router" if re.search(r"\b(Router|MSR\d)", text) else None


def _marks(replies: TextReplies) -> Marks:
    boxes = _boxes(replies)
    return Marks(serial=boxes[0].serial if len(boxes) == 1 else None)


SECTIONS: Sections[TextReplies] = {
    "identity": read_identity,
    "os": read_os,
    "firmware": read_firmware,
    "components": lambda told_by: Part(comware_outputs.read_parts(told_by[SHOW_PARTS])),
    "management": read_management,
    **AUDITED,
    "interfaces": read_interfaces,
    "trunks": lambda told_by: comware_outputs.read_trunks(told_by[SHOW_PORTS]),
    "vlans": read_vlans,
    "stp": read_stp,
    "neighbors": lambda told_by: comware_outputs.read_neighbors(told_by[SHOW_LLDP]),
    "stack": lambda told_by: comware_outputs.read_stack(told_by[SHOW_STACK]),
    "power_supplies": lambda told_by: comware_outputs.read_supplies(told_by[SHOW_SUPPLIES]),
    "fans": lambda told_by: comware_outputs.read_fans(told_by[SHOW_FANS]),
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of a Comware device with an audit of its configuration."""
    return gather(replies, SECTIONS, marks=_marks, device_class=_device_class)
