"""Huawei switches and routers with VRP 5 and 8, over SSH, with an audit of the configuration."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.sections.management import Management
from collectors.facts.sections.system import Firmware, Identity
from collectors.readers.comware import comware_audit, comware_ports, vrp_outputs
from collectors.readers.comware.comware_sections import (
    AUDITED,
    SHOW_CONFIG,
    SHOW_NTP,
    configuration,
    known_configuration,
)
from collectors.readers.outputs import running_time
from collectors.readers.outputs.cli_words import address_of, either, first, said, serial_of
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Huawei VRP, over SSH"
DEVICE_CLASS = None
NETMIKO = "huawei"

SHOW_VERSION = "display version"
SHOW_SERIAL = "display esn"
SHOW_DEVICE = "display device"
SHOW_PORTS = "display interface brief"
SHOW_VLANS = "display vlan"
SHOW_LLDP = "display lldp neighbor brief"
SHOW_TELNET = "display telnet server status"
SHOW_STP = "display stp"
SHOW_STACK = "display stack"
CONFIG_COMMAND = SHOW_CONFIG
ASKS = (
    SHOW_VERSION, SHOW_CONFIG, SHOW_SERIAL, SHOW_DEVICE, SHOW_PORTS, SHOW_VLANS, SHOW_LLDP, SHOW_TELNET, SHOW_STP,
    SHOW_STACK, SHOW_NTP,
)  # fmt: skip
PREPARES: tuple[str, ...] = ("screen-length 0 temporary",)
_MONITOR, _AUDITOR = "a user of level 1", "a user of level 3 whose commands a HWTACACS server limits to 'display'"
NEEDS = {
    **dict.fromkeys(("firmware", "interfaces", "vlans", "neighbors", "power_supplies", "fans", "stack"), _MONITOR),
    **dict.fromkeys(("management", "snmp", "logging", "admins", "time", "stp"), _AUDITOR),
}
GENTLE = Gentle(questions_per_s=5)
MATCHES = Matches(replies={SHOW_VERSION: r"Huawei Versatile Routing Platform|^VRP \(R\) software"})


def _serial(replies: TextReplies) -> str | None:
    """Return the only serial number; None for a stack, which tells one for each member."""
    numbers = re.findall(r"ESN[^:\n]*: *([\w-]+)", said(replies, SHOW_SERIAL) or "")
    return serial_of(numbers[0]) if len(numbers) == 1 else None


def read_identity(replies: TextReplies) -> Part:
    """Return name, model and serial number."""
    text, config = either(replies, SHOW_VERSION, SHOW_SERIAL, SHOW_CONFIG), known_configuration(replies)
    hosted = config.all("sysname ") if config else []
    return told(
        Identity,
        {
            "vendor": lambda: "Huawei",
            "name": lambda: next(iter(hosted), None),
            "model": lambda: first(text, r"(?i)^Huawei (\S.*?)(?: (?:Router|Switch|Routing Switch))? uptime is "),
            "serial": lambda: _serial(replies),
        },
    )


def read_os(replies: TextReplies) -> Part:
    """Return the last start."""
    return running_time.read_os(first(replies[SHOW_VERSION], r"(?i)^Huawei .* uptime is (.+)$"), replies.observed_at)


def read_firmware(replies: TextReplies) -> Part:
    """Return the version of the product's series, in brackets behind the platform's. No day is told."""
    text = either(replies, SHOW_VERSION, SHOW_CONFIG)
    version = first(text, r"software, Version [\d.]+ \(.*?(V\d{3}R\d{3}\w*)\)", r"^!Software Version (V\d{3}R\d{3}\w*)")
    return told(Firmware, {"product": lambda: "huawei-vrp", "version": lambda: version, "released": lambda: None})


def read_management(replies: TextReplies) -> Part:
    """Return the audit of the configuration; whether Telnet is served the servers for IPv4 and IPv6 tell."""
    text = (said(replies, SHOW_TELNET) or "").casefold()
    told_states = re.findall(r"telnet ipv([46]) server *: *(enable|disable)", text)
    states = {version: state == "enable" for version, state in told_states}
    served = True if any(states.values()) else False if len(states) == 2 else None
    config = known_configuration(replies)
    if config is None and served is not None:
        return Part(Management(telnet=served))
    return comware_audit.read_management(configuration(replies), comware_audit.NO_DEFAULTS, served)


def read_interfaces(replies: TextReplies) -> Part:
    """Return the interfaces with what the configuration adds to them."""
    config = known_configuration(replies)
    return vrp_outputs.read_interfaces(replies[SHOW_PORTS], comware_ports.port_settings(config) if config else {})


def read_vlans(replies: TextReplies) -> Part:
    """Return the VLANs with what the configuration tells of them."""
    config = known_configuration(replies)
    addressed = comware_ports.addressed_vlans(config) if config else None
    snooped = comware_ports.snooping_vlans(config, frozenset()) if config else None
    return vrp_outputs.read_vlans(replies[SHOW_VLANS], addressed, snooped)


def read_stp(replies: TextReplies) -> Part:
    """Return spanning tree's mode, guard and root."""
    text = said(replies, SHOW_STP) or ""
    root = first(text, r"CIST Root/ERPC *: *\d+ *\.([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})")
    return comware_ports.read_stp(configuration(replies), address_of(root) if root else None)


def _device_class(replies: TextReplies) -> str | None:
    text = replies[SHOW_VERSION]
    if re.search(r"^(?i:huawei) .*\bRouter uptime|\((?:AR\d|NE\d|ATN)", text, re.MULTILINE):
        return "router"
    return "switch" if re.search(r"\b(Switch|S\d{4}|CE\d{4,5})", text) else None


SECTIONS: Sections[TextReplies] = {
    "identity": read_identity,
    "os": read_os,
    "firmware": read_firmware,
    "management": read_management,
    **AUDITED,
    "interfaces": read_interfaces,
    "vlans": read_vlans,
    "stp": read_stp,
    "neighbors": lambda told_by: vrp_outputs.read_neighbors(told_by[SHOW_LLDP]),
    "stack": lambda told_by: vrp_outputs.read_stack(told_by[SHOW_STACK]),
    "power_supplies": lambda told_by: vrp_outputs.read_supplies(told_by[SHOW_DEVICE]),
    "fans": lambda told_by: vrp_outputs.read_fans(told_by[SHOW_DEVICE]),
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of a Huawei device with an audit of its configuration."""
    return gather(replies, SECTIONS, marks=lambda told_by: Marks(serial=_serial(told_by)), device_class=_device_class)
