"""Cisco IOS and IOS-XE switches and routers, over SSH, with an audit of the running configuration."""

from collections.abc import Callable
from functools import partial
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.facts.facts import Facts
from collectors.facts.reading import Value
from collectors.readers.cisco import (
    cisco_audit,
    cisco_config,
    cisco_environment,
    cisco_inventory,
    cisco_stp,
    ios_state,
    ios_switching,
)
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.cisco.ios_state import SHOW_INVENTORY, SHOW_NTP, SHOW_VERSION
from collectors.readers.outputs import neighbor_tables, port_settings
from collectors.readers.outputs.cli_words import known
from collectors.readers.outputs.port_settings import ios_name
from collectors.replies import TextReplies

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Cisco IOS and IOS-XE, over SSH"
DEVICE_CLASS = None
NETMIKO = "cisco_ios"

SHOW_CONFIG = "show running-config"
CONFIG_COMMAND = SHOW_CONFIG
SHOW_CDP = "show cdp neighbors"
SHOW_LLDP = "show lldp neighbors"
SHOW_STP = "show spanning-tree summary"
SHOW_STP_ROOT = "show spanning-tree root"
SHOW_SUPPLIES = "show environment power all"
SHOW_FANS = "show environment fan"
SHOW_TEMPERATURES = "show environment temperature"
ASKS = (
    SHOW_VERSION, SHOW_CONFIG, SHOW_NTP, SHOW_INVENTORY, *ios_switching.ASKS, SHOW_CDP, SHOW_LLDP, SHOW_STP,
    SHOW_STP_ROOT, SHOW_SUPPLIES, SHOW_FANS, SHOW_TEMPERATURES,
)  # fmt: skip
PREPARES: tuple[str, ...] = ("terminal length 0", "terminal width 511", "enable")
NEEDS = {
    "firmware": "privilege 1: show version",
    "interfaces": "privilege 1; guards and whole descriptions need the configuration",
    "vlans": "privilege 1; addresses and snooping need the configuration",
    "power_supplies": "privilege 1",
    "time": "privilege 1: show ntp status; servers need the configuration",
    "management": "privilege 15, or a TACACS+ command set that permits 'show running-config'",
    "snmp": "privilege 15, or a TACACS+ command set that permits 'show running-config'",
    "config": "privilege 15, or a TACACS+ command set that permits 'show running-config'",
}
GENTLE = Gentle(questions_per_s=5)
MATCHES = Matches(
    ident=(r"^SSH-\d\.\d+-Cisco-",),
    replies={SHOW_VERSION: r"Cisco (IOS|Internetwork Operating System)"},
)


def _configuration(replies: TextReplies) -> Configuration:
    return cisco_config.parse(replies[SHOW_CONFIG])


_known_configuration = partial(known, _configuration)


def _audit(read_part: Callable[[Configuration], Part | None]) -> Callable[[TextReplies], Value | Part | None]:
    return lambda replies: read_part(_configuration(replies))


def read_management(replies: TextReplies) -> Part:
    """Return the audit of the configuration, with what the SSH server tells; that counts before the configuration."""
    return cisco_audit.read_management(_configuration(replies), ios_switching.ssh_fields(replies))


def read_time(replies: TextReplies) -> Part:
    """Return the time servers and whether the clock follows one of them."""
    return cisco_audit.read_time(_configuration(replies), *ios_state.ntp_status(replies))


def read_trunks(config: Configuration) -> Part:
    """Return the configured trunks."""
    return port_settings.read_trunks(config, ios_name)


SECTIONS: Sections[TextReplies] = {
    "identity": lambda said: ios_state.read_identity(said, lambda: _configuration(said)),
    "os": ios_state.read_os,
    "firmware": lambda said: ios_state.read_firmware(said, _known_configuration(said)),
    "components": lambda said: cisco_inventory.read_components(said[SHOW_INVENTORY]),
    "management": read_management,
    "snmp": _audit(cisco_audit.read_snmp),
    "logging": _audit(cisco_audit.read_logging),
    "admins": _audit(cisco_audit.read_admins),
    "lockout": _audit(cisco_audit.read_lockout),
    "time": read_time,
    "config": lambda said: ios_state.read_config(lambda: _configuration(said)),
    "interfaces": lambda said: ios_switching.read_interfaces(said, _known_configuration(said)),
    "trunks": _audit(read_trunks),
    "vlans": lambda said: ios_switching.read_vlans(said, _known_configuration(said)),
    "stp": lambda said: cisco_stp.read_both(said, SHOW_STP, SHOW_STP_ROOT),
    "neighbors": lambda said: neighbor_tables.read_both(said, SHOW_CDP, SHOW_LLDP, ios_name),
    "stack": ios_switching.read_stack,
    "poe": ios_switching.read_poe,
    "power_supplies": lambda said: cisco_environment.stack_supplies(said[SHOW_SUPPLIES]),
    "fans": lambda said: cisco_environment.stack_fans(said[SHOW_FANS]),
    "temperatures": lambda said: cisco_environment.stack_temperatures(said[SHOW_TEMPERATURES]),
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of a Cisco switch or router with an audit of its configuration."""
    return gather(replies, SECTIONS, marks=ios_state.marks, device_class=ios_state.device_class)
