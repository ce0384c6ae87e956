"""Arista switches with EOS, over SSH, with an audit of the running configuration."""

import re
from functools import partial
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.errors import UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.sections.management import Config
from collectors.facts.sections.network import Neighbor
from collectors.facts.sections.system import Firmware, Identity, Os
from collectors.readers.cisco import cisco_config, cisco_stp
from collectors.readers.cisco.cisco_audit import place_and_person
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.eos import eos_audit, eos_outputs
from collectors.readers.outputs import access_vlans, neighbor_tables, port_settings, port_status
from collectors.readers.outputs.cli_words import booted_at, either, first, hindered, known, said, serial_of
from collectors.readers.outputs.port_settings import eos_name
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Arista EOS, over SSH"
DEVICE_CLASS = "switch"
NETMIKO = "arista_eos"

SHOW_VERSION = "show version"
SHOW_HOSTNAME = "show hostname"
SHOW_CONFIG = "show running-config"
SHOW_SAVED = "show startup-config"
SHOW_INVENTORY = "show inventory"
SHOW_PORTS = "show interfaces status"
SHOW_VLANS = "show vlan"
SHOW_LLDP = "show lldp neighbors"
SHOW_STP_ROOT = "show spanning-tree root"
SHOW_SUPPLIES = "show environment power"
SHOW_FANS = "show environment cooling"
SHOW_NTP = "show ntp status"
CONFIG_COMMAND = SHOW_CONFIG
ASKS = (
    SHOW_VERSION, SHOW_HOSTNAME, SHOW_CONFIG, SHOW_SAVED, SHOW_INVENTORY, SHOW_PORTS, SHOW_VLANS, SHOW_LLDP,
    SHOW_STP_ROOT, SHOW_SUPPLIES, SHOW_FANS, SHOW_NTP,
)  # fmt: skip
PREPARES: tuple[str, ...] = ("terminal length 0", "terminal width 511", "enable")
_OPERATOR = "the role network-operator"
_CONFIG = "level 15 with a role that permits 'show running-config' and denies 'configure'"
NEEDS = {
    **dict.fromkeys(("firmware", "interfaces", "vlans", "neighbors", "power_supplies", "fans"), _OPERATOR),
    **dict.fromkeys(("management", "snmp", "logging", "admins", "time", "config", "stp"), _CONFIG),
}
GENTLE = Gentle(questions_per_s=5)
MATCHES = Matches(replies={SHOW_VERSION: r"^Arista |^Software image version: 4\."})


def _configuration(replies: TextReplies) -> Configuration:
    return cisco_config.parse(replies[SHOW_CONFIG], cisco_config.EOS)


_known_configuration = partial(known, _configuration)


def read_identity(replies: TextReplies) -> Part:
    """Return name, place, model and serial number."""
    text = either(replies, SHOW_VERSION, SHOW_HOSTNAME, SHOW_INVENTORY, SHOW_CONFIG)
    config, inventory = _known_configuration(replies), said(replies, SHOW_INVENTORY) or ""
    named = first(said(replies, SHOW_HOSTNAME) or "", r"^Hostname: (\S+)")
    hosted = config.all("hostname ") if config else []
    return told(
        Identity,
        {
            "vendor": lambda: "Arista",
            "name": lambda: named or next(iter(hosted), None),
            "model": lambda: eos_outputs.model(text, inventory) or first(text, r"^! device: \S+ \(([\w-]+),"),
            "serial": lambda: serial_of(first(text, r"^Serial number: *(\S+)")) or eos_outputs.box_serial(inventory),
            "hardware_revision": lambda: first(text, r"^Hardware version: *(\S+)"),
            **place_and_person(lambda: _configuration(replies)),
        },
    )


def read_os(replies: TextReplies) -> Part:
    """Return the last start."""
    return told(
        Os, {"booted_at": lambda: booted_at(first(replies[SHOW_VERSION], r"^Uptime: *(.+)$"), replies.observed_at)}
    )


def read_firmware(replies: TextReplies) -> Part:
    """Return the version; no day is told. A configuration names the version in its head."""
    text = either(replies, SHOW_VERSION, SHOW_CONFIG)
    return told(
        Firmware,
        {
            "product": lambda: "arista-eos",
            "version": lambda: eos_outputs.version(text) or first(text, r"^! device: .*, EOS-(\d+\.\d+\.\d+[A-Z]*)"),
            "released": lambda: None,
        },
    )


def read_time(replies: TextReplies) -> Part:
    """Return the time servers and whether the clock follows one of them."""
    text = said(replies, SHOW_NTP) or ""
    lost = hindered(replies, SHOW_NTP)
    state, stratum = first(text, r"^(synchroni[sz]ed|unsynchroni[sz]ed)\b"), first(text, r"at stratum (\d{1,2})\b")
    own = re.search(r"^synchroni[sz]ed to local\b", text, re.MULTILINE)
    in_step = lost if state is None else not state.startswith("un") and not own
    return eos_audit.read_time(_configuration(replies), in_step, int(stratum) if stratum else lost)


def read_interfaces(replies: TextReplies) -> Part:
    """Return the ports with what the configuration adds to them."""
    ports, whole = port_status.read_ports(replies[SHOW_PORTS], eos_name)
    config = _known_configuration(replies)
    settings = port_settings.settings(config, eos_name) if config else {}
    roles = port_settings.roles(config, eos_name) if config else {}
    found = [
        port_status.interface(port, {**port_status.role(port, roles), **settings.get(port.name, {})}) for port in ports
    ]
    return Part(tuple(found), complete=whole)


def read_vlans(replies: TextReplies) -> Part:
    """Return the VLANs; their access ports are counted in the ports' table, for a VLAN's list holds trunks too."""
    return access_vlans.read_vlans(replies, SHOW_VLANS, SHOW_PORTS, eos_name, _known_configuration(replies))


def read_config(replies: TextReplies) -> Part:
    """Return whether the running configuration is the one that the switch starts with, remarks aside.

    'show running-config diffs' says nothing when nothing differs, which a lost reply does as well.
    """
    running, saved = _lines(replies, SHOW_CONFIG), _lines(replies, SHOW_SAVED)
    return told(Config, {"saved": lambda: running == saved})


def _lines(replies: TextReplies, command: str) -> list[str]:
    """Return a configuration's lines; raises UnexpectedReply when the reply is not this command's, or has no end."""
    text = replies[command]
    cisco_config.parse(text, cisco_config.EOS)
    if not re.search(rf"^! Command: {command}\s*$", text, re.MULTILINE):
        raise UnexpectedReply(f"is not certain: the reply to {command!r} does not name the command")
    return [line.rstrip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("!")]


def read_neighbors(replies: TextReplies) -> Part:
    """Return LLDP's neighbours: our port, their name, their port, seconds."""
    heard: tuple[list[Neighbor], bool] = neighbor_tables.read_port_first(replies[SHOW_LLDP], eos_name)
    return neighbor_tables.merged(heard)


SECTIONS: Sections[TextReplies] = {
    "identity": read_identity,
    "os": read_os,
    "firmware": read_firmware,
    "components": lambda told_by: eos_outputs.read_components(told_by[SHOW_INVENTORY]),
    "management": lambda told_by: eos_audit.read_management(_configuration(told_by)),
    "snmp": lambda told_by: eos_audit.read_snmp(_configuration(told_by)),
    "logging": lambda told_by: eos_audit.read_logging(_configuration(told_by)),
    "admins": lambda told_by: Part(eos_audit.read_accounts(_configuration(told_by))),
    "time": read_time,
    "config": read_config,
    "interfaces": read_interfaces,
    "trunks": lambda told_by: port_settings.read_trunks(_configuration(told_by), eos_name),
    "vlans": read_vlans,
    "stp": lambda told_by: eos_audit.read_stp(
        _configuration(told_by), lambda: cisco_stp.one_root(told_by[SHOW_STP_ROOT])
    ),
    "neighbors": read_neighbors,
    "power_supplies": lambda told_by: eos_outputs.read_supplies(told_by[SHOW_SUPPLIES]),
    "fans": lambda told_by: eos_outputs.read_fans(told_by[SHOW_FANS]),
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of an Arista switch with an audit of its configuration."""
    return gather(replies, SECTIONS, marks=_marks, device_class=DEVICE_CLASS)


def _marks(replies: TextReplies) -> Marks:
    return Marks(serial=serial_of(first(replies[SHOW_VERSION], r"^Serial number: *(\S+)")))
