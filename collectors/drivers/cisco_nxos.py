"""Cisco Nexus switches with NX-OS, over SSH, with an audit of the running configuration."""

import re
from datetime import datetime
from functools import partial
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.errors import CollectError
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.scalars import Span
from collectors.facts.sections.network import Interface
from collectors.facts.sections.system import Firmware, Identity, Os
from collectors.readers.cisco import (
    cisco_audit,
    cisco_config,
    cisco_environment,
    cisco_inventory,
    cisco_stp,
    nxos_audit,
)
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.dates import month_first
from collectors.readers.outputs import access_vlans, neighbor_tables, port_settings, port_status
from collectors.readers.outputs.cli_words import booted_at, either, first, hindered, known, said
from collectors.readers.outputs.port_settings import nxos_name
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Cisco Nexus (NX-OS), over SSH"
DEVICE_CLASS = "switch"
NETMIKO = "cisco_nxos"

SHOW_VERSION = "show version"
SHOW_INVENTORY = "show inventory"
SHOW_CONFIG = "show running-config"
SHOW_ENVIRONMENT = "show environment"
SHOW_PORTS = "show interface status"
SHOW_ERROR_PORTS = "show interface status err-disabled"
SHOW_VLANS = "show vlan brief"
SHOW_CDP = "show cdp neighbors"
SHOW_LLDP = "show lldp neighbors"
SHOW_STP = "show spanning-tree summary"
SHOW_STP_ROOT = "show spanning-tree root"
SHOW_SSH = "show ssh server"
SHOW_NTP = "show ntp peer-status"
CONFIG_COMMAND = SHOW_CONFIG
ASKS = (
    SHOW_VERSION, SHOW_INVENTORY, SHOW_CONFIG, SHOW_ENVIRONMENT, SHOW_PORTS, SHOW_ERROR_PORTS, SHOW_VLANS, SHOW_CDP,
    SHOW_LLDP, SHOW_STP, SHOW_STP_ROOT, SHOW_SSH, SHOW_NTP,
)  # fmt: skip
PREPARES: tuple[str, ...] = ("terminal length 0", "terminal width 511")
_OPERATOR = "a user with the role network-operator"
NEEDS = dict.fromkeys(("firmware", "interfaces", "vlans", "stp", "power_supplies", "fans"), _OPERATOR) | dict.fromkeys(
    ("management", "snmp", "logging", "admins", "time"), f"{_OPERATOR}: the whole configuration is shown to it"
)
GENTLE = Gentle(questions_per_s=5)
MATCHES = Matches(replies={SHOW_VERSION: r"Cisco Nexus Operating System|\bNX-OS\b"})

_MODEL = r"^\s*cisco (.+?)(?: Chassis\b.*| \(.*)$"
_COMPILED = re.compile(r"^\s*(?:NXOS|system) compile time: +(\d{1,2}/\d{1,2}/\d{4})", re.MULTILINE)


def read_identity(replies: TextReplies) -> Part:
    """Return name, place, model and serial number; the processor's own serial number is not the chassis's."""
    config = _known_configuration(replies)
    text = either(replies, SHOW_VERSION, SHOW_INVENTORY, SHOW_CONFIG)
    hosted = (config.all("hostname ") + config.all("switchname ")) if config else []
    box, lost = _box(replies), hindered(replies, SHOW_INVENTORY)  # 'show version' has other words for the model
    return told(
        Identity,
        {
            "vendor": lambda: "Cisco",
            "name": lambda: first(text, r"^\s*Device name: (\S+)") or next(iter(hosted), None),
            "model": lambda: box.model if box else lost or first(text, _MODEL),
            "serial": lambda: box.serial if box else lost,
            **cisco_audit.place_and_person(lambda: _configuration(replies)),
        },
    )


def _box(replies: TextReplies) -> cisco_inventory.Entry | None:
    return known(lambda told_by: cisco_inventory.only_chassis(told_by[SHOW_INVENTORY]), replies)


def read_os(replies: TextReplies) -> Part:
    """Return the kernel's last start."""

    def started() -> datetime | None:
        return booted_at(first(replies[SHOW_VERSION], r"^Kernel uptime is (.+)$"), replies.observed_at)

    return told(Os, {"booted_at": started})


def read_firmware(replies: TextReplies) -> Part:
    """Return the system image's version and build day, which is written month first."""
    text = either(replies, SHOW_VERSION, SHOW_CONFIG)

    def released() -> Span | None:
        compiled = _COMPILED.search(text)
        day = month_first(compiled[1]) if compiled else None
        return Span.built_on(day) if day else None

    return told(
        Firmware,
        {
            "product": lambda: "nx-os",
            "version": lambda: first(
                text, r"^\s*NXOS: +version (\S+)", r"^\s*system: +version (\S+)", r"^version (\d\S+)"
            ),
            "released": released,
        },
    )


def _configuration(replies: TextReplies) -> Configuration:
    return cisco_config.parse(replies[SHOW_CONFIG], cisco_config.NXOS)


_known_configuration = partial(known, _configuration)


def read_management(replies: TextReplies) -> Part:
    """Return the audit of the configuration, with the version that the SSH server tells."""
    version = first(said(replies, SHOW_SSH) or "", r"^ssh version (\d) is enabled")
    return nxos_audit.read_management(_configuration(replies), int(version) if version else None)


def read_time(replies: TextReplies) -> Part:
    """Return the time servers and whether one of them is selected."""
    text = said(replies, SHOW_NTP)
    listed = text is not None and "remote" in text
    others = r"^\*\s*(?!127\.127\.)[\w.:-]+\s"  # 127.127.x.x is the switch's own clock
    selected = bool(re.search(others, (text or "").partition("----")[2], re.MULTILINE)) if listed else None
    return nxos_audit.read_time(_configuration(replies), selected)


def read_interfaces(replies: TextReplies) -> Part:
    """Return the ports with what the configuration and the list of ports in error add to them.

    A port's line cuts the word of its state, so that the list alone says which ones are not in error. Without the
    ports' table the list tells a part.
    """
    errors = port_status.err_disabled(said(replies, SHOW_ERROR_PORTS) or "", nxos_name)
    lost = hindered(replies, SHOW_ERROR_PORTS) is not None or errors is None
    try:
        ports, whole = port_status.read_ports(replies[SHOW_PORTS], nxos_name)
    except CollectError:
        if not errors:
            raise
        return Part(tuple(Interface(name=name, err_disabled=True) for name in errors), complete=False)
    config = _known_configuration(replies)
    settings = port_settings.settings(config, nxos_name) if config else {}
    roles = port_settings.roles(config, nxos_name) if config else {}
    found = []
    for port in ports:
        fields = {**port_status.role(port, roles), **settings.get(port.name, {})}
        if lost and not port.status.startswith(port_status.ERROR):
            fields["err_disabled"] = None
        elif port.name in (errors or ()):
            fields["err_disabled"] = True
        found.append(port_status.interface(port, fields))
    return Part(tuple(found), complete=whole)


def read_vlans(replies: TextReplies) -> Part:
    """Return the VLANs; their access ports are counted in the ports' table, for a VLAN's list holds trunks too."""
    return access_vlans.read_vlans(replies, SHOW_VLANS, SHOW_PORTS, nxos_name, _known_configuration(replies))


def read_neighbors(replies: TextReplies) -> Part:
    """Return the neighbours that CDP and LLDP hear."""
    return neighbor_tables.read_both(replies, SHOW_CDP, SHOW_LLDP, nxos_name)


def _marks(replies: TextReplies) -> Marks:
    box = _box(replies)
    return Marks(serial=box.serial if box else None)


SECTIONS: Sections[TextReplies] = {
    "identity": read_identity,
    "os": read_os,
    "firmware": read_firmware,
    "components": lambda said: cisco_inventory.read_components(said[SHOW_INVENTORY]),
    "management": read_management,
    "snmp": lambda said: nxos_audit.read_snmp(_configuration(said)),
    "logging": lambda said: nxos_audit.read_logging(_configuration(said)),
    "admins": lambda said: nxos_audit.read_admins(_configuration(said)),
    "lockout": lambda said: cisco_audit.read_lockout(_configuration(said)),
    "time": read_time,
    "interfaces": read_interfaces,
    "trunks": lambda said: port_settings.read_trunks(_configuration(said), nxos_name),
    "vlans": read_vlans,
    "stp": lambda said: cisco_stp.read_both(said, SHOW_STP, SHOW_STP_ROOT),
    "neighbors": read_neighbors,
    "power_supplies": lambda said: cisco_environment.nexus_supplies(said[SHOW_ENVIRONMENT]),
    "fans": lambda said: cisco_environment.nexus_fans(said[SHOW_ENVIRONMENT]),
    "temperatures": lambda said: cisco_environment.nexus_temperatures(said[SHOW_ENVIRONMENT]),
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of a Nexus switch with an audit of its configuration."""
    return gather(replies, SECTIONS, marks=_marks, device_class=DEVICE_CLASS)
