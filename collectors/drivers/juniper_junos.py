"""Juniper switches, routers and firewalls with Junos, over SSH, with an audit of the configuration."""

import re
from functools import partial
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.sections.system import Component, Firmware, Identity, Os
from collectors.readers.junos import junos_audit, junos_config, junos_outputs, junos_snmp
from collectors.readers.junos.junos_config import Configuration
from collectors.readers.outputs.cli_words import address_of, booted_at, either, first, known, said
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Juniper Junos (EX, QFX, SRX, MX), over SSH"
DEVICE_CLASS = None
NETMIKO = "juniper_junos"

SHOW_VERSION = "show version"
SHOW_CONFIG = "show configuration | display set"
SHOW_UPTIME = "show system uptime"
SHOW_HARDWARE = "show chassis hardware"
SHOW_ENVIRONMENT = "show chassis environment"
SHOW_INTERFACES = "show interfaces"
SHOW_VLANS = "show vlans"
SHOW_LLDP = "show lldp neighbors"
SHOW_STP = "show spanning-tree bridge"
SHOW_MEMBERS = "show virtual-chassis status"
SHOW_NTP = "show ntp status"
CONFIG_COMMAND = SHOW_CONFIG
ASKS = (
    SHOW_VERSION, SHOW_CONFIG, SHOW_UPTIME, SHOW_HARDWARE, SHOW_ENVIRONMENT, SHOW_INTERFACES, SHOW_VLANS, SHOW_LLDP,
    SHOW_STP, SHOW_MEMBERS, SHOW_NTP,
)  # fmt: skip
PREPARES: tuple[str, ...] = ("cli", "set cli screen-length 0", "set cli screen-width 511")
ERRORS = (r"^error: ", r"^unknown command", r"^syntax error")
_VIEW, _CONFIG = "a class with the permission view", "a class with the permissions view and view-configuration"
NEEDS = {
    **dict.fromkeys(("firmware", "interfaces", "vlans", "neighbors", "power_supplies", "fans"), _VIEW),
    **dict.fromkeys(("management", "snmp", "logging", "admins", "time", "config", "stp"), _CONFIG),
}
GENTLE = Gentle(questions_per_s=5)
MATCHES = Matches(replies={SHOW_VERSION: r"^(?:JUNOS|Junos)\b"})

_CLASSES = {"srx": "firewall", "ex": "switch", "qfx": "switch", "mx": "router", "acx": "router", "ptx": "router"}


def _configuration(replies: TextReplies) -> Configuration:
    return junos_config.parse(replies[SHOW_CONFIG])


_known_configuration = partial(known, _configuration)


def _box(replies: TextReplies) -> Component | None:
    return known(lambda told_by: junos_outputs.box(told_by[SHOW_HARDWARE]), replies)


def _model(replies: TextReplies) -> str | None:
    box = _box(replies)
    return first(said(replies, SHOW_VERSION) or "", r"^Model: (\S+)") or (box.model if box else None)


def read_identity(replies: TextReplies) -> Part:
    """Return name, model and serial number; a virtual chassis or cluster has no serial number of its own."""
    text = either(replies, SHOW_VERSION, SHOW_HARDWARE, SHOW_CONFIG)
    config, box = _known_configuration(replies), _box(replies)
    hosted = config.value("system", "host-name") if config else None
    return told(
        Identity,
        {
            "vendor": lambda: "Juniper",
            "name": lambda: first(text, r"^Hostname: (\S+)") or hosted,
            "location": lambda: config.value("snmp", "location") if config else None,
            "contact": lambda: config.value("snmp", "contact") if config else None,
            "model": lambda: _model(replies),
            "serial": lambda: box.serial if box else None,
        },
    )


def read_os(replies: TextReplies) -> Part:
    """Return the last start of the routing engine that answers."""
    ago = first(replies[SHOW_UPTIME], r"^System booted: .*\((.+) ago\)")
    return told(Os, {"booted_at": lambda: booted_at(ago, replies.observed_at)})


def read_firmware(replies: TextReplies) -> Part:
    """Return version and build day; without 'show version' the version that the configuration is of."""
    text, config = said(replies, SHOW_VERSION), _known_configuration(replies)
    stated = config.value("version") if config else None
    shown = text if text is not None or stated else replies[SHOW_VERSION]
    return told(
        Firmware,
        {
            "product": lambda: "junos",
            "version": lambda: (junos_outputs.version(shown) if shown else None) or stated,
            "released": lambda: junos_outputs.released(replies[SHOW_VERSION]),
        },
    )


def read_time(replies: TextReplies) -> Part:
    """Return the time servers and whether the clock follows one of them."""
    text = said(replies, SHOW_NTP) or ""
    state, stratum = first(text, r"\b(sync_\w+|leap_alarm)"), first(text, r"\bstratum=(\d{1,2})\b")
    in_step = None if state is None else state in {"sync_ntp", "sync_pps", "sync_lf_clock", "sync_uhf_clock"}
    return junos_audit.read_time(_configuration(replies), in_step, int(stratum) if stratum and in_step else None)


def read_interfaces(replies: TextReplies) -> Part:
    """Return the interfaces with what the configuration adds to them."""
    config = _known_configuration(replies)
    return junos_outputs.read_interfaces(replies[SHOW_INTERFACES], junos_audit.port_settings(config) if config else {})


def read_vlans(replies: TextReplies) -> Part:
    """Return the VLANs of the configuration, which knows their ports, else those of the list."""
    config = _known_configuration(replies)
    return junos_audit.read_vlans(config) if config else junos_outputs.read_vlans(replies[SHOW_VLANS])


def read_stp(replies: TextReplies) -> Part | None:
    """Return spanning tree's mode and root."""
    found = re.findall(r"Root ID *: *\d+\.((?:[0-9a-f]{2}:){5}[0-9a-f]{2})", said(replies, SHOW_STP) or "")
    roots = {address_of(address) for address in found}
    return junos_audit.read_stp(_configuration(replies), roots.pop() if len(roots) == 1 else None)


def _device_class(replies: TextReplies) -> str | None:
    model = (_model(replies) or "").casefold()
    return next((kind for begin, kind in _CLASSES.items() if model.startswith(begin)), None)


def _marks(replies: TextReplies) -> Marks:
    box = _box(replies)
    return Marks(serial=box.serial if box else None)


SECTIONS: Sections[TextReplies] = {
    "identity": read_identity,
    "os": read_os,
    "firmware": read_firmware,
    "components": lambda told_by: Part(junos_outputs.own_parts(told_by[SHOW_HARDWARE])),
    "management": lambda told_by: junos_audit.read_management(_configuration(told_by)),
    "snmp": lambda told_by: junos_snmp.read_snmp(_configuration(told_by)),
    "logging": lambda told_by: junos_audit.read_logging(_configuration(told_by)),
    "admins": lambda told_by: junos_audit.read_admins(_configuration(told_by)),
    "lockout": lambda told_by: junos_audit.read_lockout(_configuration(told_by)),
    "time": read_time,
    "config": lambda told_by: junos_audit.read_config(_configuration(told_by)),
    "interfaces": read_interfaces,
    "trunks": lambda told_by: junos_audit.read_trunks(_configuration(told_by)),
    "vlans": read_vlans,
    "stp": read_stp,
    "neighbors": lambda told_by: junos_outputs.read_neighbors(told_by[SHOW_LLDP]),
    "stack": lambda told_by: junos_outputs.read_stack(told_by[SHOW_MEMBERS]),
    "power_supplies": lambda told_by: junos_outputs.read_pieces(told_by[SHOW_ENVIRONMENT], {"power", "pem"}),
    "fans": lambda told_by: junos_outputs.read_pieces(told_by[SHOW_ENVIRONMENT], {"fans"}),
    "temperatures": lambda told_by: junos_outputs.read_temperatures(told_by[SHOW_ENVIRONMENT]),
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of a Junos device with an audit of its configuration."""
    return gather(replies, SECTIONS, marks=_marks, device_class=_device_class)
