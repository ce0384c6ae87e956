"""Aruba CX switches with AOS-CX, over SSH, with an audit of the running configuration."""

from functools import partial
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.scalars import Span
from collectors.facts.sections.system import Firmware, Identity, Load
from collectors.readers.aoscx import aoscx_audit, aoscx_outputs
from collectors.readers.cisco import cisco_config
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.dates import year_or_month_first
from collectors.readers.outputs import key_blocks, running_time
from collectors.readers.outputs.cli_words import either, first, hindered, known, number_of, said, serial_of
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Aruba CX (AOS-CX), over SSH"
DEVICE_CLASS = "switch"
NETMIKO = "aruba_aoscx"

SHOW_SYSTEM = "show system"
SHOW_VERSION = "show version"
SHOW_CONFIG = "show running-config"
CONFIG_COMMAND = SHOW_CONFIG
ASKS = (SHOW_SYSTEM, SHOW_VERSION, SHOW_CONFIG, *aoscx_outputs.ASKS)
PREPARES: tuple[str, ...] = ("no page",)
_OPERATOR = "a user of the group operators"
_AUDITOR = "a user of the group administrators, or of a group of its own that permits 'show .*' and nothing else"
NEEDS = {
    **dict.fromkeys(("firmware", "interfaces", "vlans", "neighbors", "power_supplies", "fans", "stack"), _OPERATOR),
    **dict.fromkeys(("management", "snmp", "logging", "admins", "time"), _AUDITOR),
}
GENTLE = Gentle(questions_per_s=5)
MATCHES = Matches(
    replies={SHOW_SYSTEM: r"^(?:ArubaOS-CX|AOS-CX) Version *:", SHOW_VERSION: r"^(?:ArubaOS-CX|AOS-CX)\b"}
)


def _configuration(replies: TextReplies) -> Configuration:
    return cisco_config.parse(replies[SHOW_CONFIG], cisco_config.AOS_CX)


_known_configuration = partial(known, _configuration)


def _serial(replies: TextReplies) -> str | None:
    """Return the chassis's serial number; None for a stack, which tells its conductor's, or may be one."""
    if hindered(replies, aoscx_outputs.SHOW_STACK) or len(aoscx_outputs.members(replies)) > 1:
        return None
    return serial_of(key_blocks.fields(replies[SHOW_SYSTEM]).get("chassis serial nbr") or None)


def read_identity(replies: TextReplies) -> Part:
    """Return name, place, model and serial number; a stack has no serial number of its own."""
    text, config = either(replies, SHOW_SYSTEM, SHOW_CONFIG), _known_configuration(replies)
    fields = key_blocks.fields(text) if said(replies, SHOW_SYSTEM) else {}
    hosted = config.all("hostname ") if config else []
    return told(
        Identity,
        {
            "vendor": lambda: "HPE Aruba",
            "name": lambda: fields.get("hostname") or next(iter(hosted), None),
            "contact": lambda: fields.get("system contact") or None,
            "location": lambda: fields.get("system location") or None,
            "model": lambda: fields.get("product name") or None,
            "serial": lambda: _serial(replies),
        },
    )


def read_os(replies: TextReplies) -> Part:
    """Return the last start."""
    return running_time.read_os(key_blocks.fields(replies[SHOW_SYSTEM]).get("up time"), replies.observed_at)


def read_firmware(replies: TextReplies) -> Part:
    """Return version and build day; a configuration names the version in its head."""
    text = either(replies, SHOW_SYSTEM, SHOW_VERSION, SHOW_CONFIG)
    patterns = (
        r"^(?:ArubaOS-CX|AOS-CX) Version *: *(\S+)",
        r"^Version *: *([A-Z]{2}\.\d\S*)",
        r"^!Version \S*OS-CX (\S+)",
    )
    return told(
        Firmware,
        {
            "product": lambda: "aos-cx",
            "version": lambda: first(text, *patterns),
            "released": lambda: _built(said(replies, SHOW_VERSION) or ""),
        },
    )


def _built(text: str) -> Span | None:
    day = year_or_month_first(first(text, r"^Build Date *: *(\d{4}-\d\d-\d\d)\b"))
    return Span.built_on(day) if day else None


def read_load(replies: TextReplies) -> Part:
    """Return how busy processor and memory are."""
    fields = key_blocks.fields(replies[SHOW_SYSTEM])
    cpu, memory = fields.get("cpu util (%)") or "", fields.get("memory usage (%)") or ""
    return told(
        Load,
        {
            "cpu_percent": lambda: number_of(cpu, 100),
            "memory_used_percent": lambda: number_of(memory, 100),
        },
    )


def read_interfaces(replies: TextReplies) -> Part:
    """Return the interfaces with what the configuration adds to them."""
    config = _known_configuration(replies)
    settings = aoscx_audit.port_settings(config) if config else {}
    return aoscx_outputs.read_interfaces(replies[aoscx_outputs.SHOW_INTERFACES], settings)


def read_vlans(replies: TextReplies) -> Part:
    """Return the VLANs with what ports and configuration tell of them."""
    config = _known_configuration(replies)
    addressed = aoscx_audit.addressed_vlans(config) if config else None
    return aoscx_outputs.read_vlans(replies, addressed, aoscx_audit.snooping_vlans(config) if config else None)


SECTIONS: Sections[TextReplies] = {
    "identity": read_identity,
    "os": read_os,
    "firmware": read_firmware,
    "load": read_load,
    "components": aoscx_outputs.read_components,
    "management": lambda told_by: aoscx_audit.read_management(_configuration(told_by)),
    "snmp": lambda told_by: aoscx_audit.read_snmp(_configuration(told_by)),
    "logging": lambda told_by: aoscx_audit.read_logging(_configuration(told_by)),
    "admins": lambda told_by: Part(aoscx_audit.read_accounts(_configuration(told_by))),
    "time": lambda told_by: aoscx_audit.read_time(_configuration(told_by), aoscx_outputs.clock(told_by)),
    "interfaces": read_interfaces,
    "trunks": lambda told_by: aoscx_outputs.read_trunks(told_by[aoscx_outputs.SHOW_INTERFACES]),
    "vlans": read_vlans,
    "stp": lambda told_by: aoscx_outputs.read_stp(told_by[aoscx_outputs.SHOW_STP]),
    "neighbors": lambda told_by: aoscx_outputs.read_neighbors(told_by[aoscx_outputs.SHOW_LLDP]),
    "stack": aoscx_outputs.read_stack,
    "power_supplies": lambda told_by: aoscx_outputs.read_supplies(told_by[aoscx_outputs.SHOW_SUPPLIES]),
    "fans": lambda told_by: aoscx_outputs.read_fans(told_by[aoscx_outputs.SHOW_FANS]),
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of an Aruba CX switch with an audit of its configuration."""
    return gather(replies, SECTIONS, marks=lambda told_by: Marks(serial=_serial(told_by)), device_class=DEVICE_CLASS)
