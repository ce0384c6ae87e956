"""Dell N-Series with OS6 and PowerConnect switches, over SSH, with an audit of the running configuration."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.sections.network import Interface
from collectors.facts.sections.system import Firmware, Identity
from collectors.readers.outputs import port_words, running_time
from collectors.readers.outputs.cli_words import either, first, kind_of, said, serial_of
from collectors.readers.small_switches import (
    radlan_outputs,
    small_switch_audit,
)
from collectors.readers.small_switches.fastpath_cli import (
    AUDITED,
    SHOW_CONFIG,
    SHOW_VERSION,
    known_configuration,
    names,
    version_fields,
)
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Dell N-Series (OS6) and PowerConnect, over SSH"
DEVICE_CLASS = "switch"
NETMIKO = "dell_os6"

SHOW_SYSTEM = "show system"
SHOW_PORTS = "show interfaces status"
CONFIG_COMMAND = SHOW_CONFIG
ASKS = (SHOW_VERSION, SHOW_SYSTEM, SHOW_CONFIG, SHOW_PORTS)
PREPARES: tuple[str, ...] = ("enable", "terminal length 0")
_USER, _CONFIG = "level 1", "level 15: lower levels are not shown the configuration"
NEEDS = {
    **dict.fromkeys(("firmware", "interfaces", "identity"), _USER),
    **dict.fromkeys(("management", "snmp", "logging", "admins", "time"), _CONFIG),
}
GENTLE = Gentle(questions_per_s=3)
MATCHES = Matches(
    replies={SHOW_VERSION: r"^(?:Machine|System) (?:Description|Type)\.{3,} .*(?:Dell|PowerConnect)"}, rank=90
)

_UNIT = re.compile(r"^(?P<unit>\d{1,2}) +(?:\d+(?:\.\d+){2,4} +){2}(?P<version>\d+(?:\.\d+){2,4})\b", re.MULTILINE)
_N_SERIES = re.compile(r"^N\d{4}")  # these run OS6; older ones are PowerConnect


def _model(replies: TextReplies) -> str | None:
    fields = version_fields(replies)
    return fields.get("system model id") or fields.get("machine model") or fields.get("model id") or None


def _serial(replies: TextReplies) -> str | None:
    """Return the serial number of the only unit; None for a stack."""
    text = said(replies, SHOW_VERSION) or ""
    if len(_UNIT.findall(text)) > 1:
        return None
    return serial_of(version_fields(replies).get("serial number") or None)


def read_identity(replies: TextReplies) -> Part:
    """Return name, place, model and serial number."""
    either(replies, SHOW_VERSION, SHOW_SYSTEM, SHOW_CONFIG)
    return told(
        Identity,
        {
            "vendor": lambda: "Dell",
            **names(replies, SHOW_SYSTEM),
            "model": lambda: _model(replies),
            "serial": lambda: _serial(replies),
        },
    )


def read_os(replies: TextReplies) -> Part:
    """Return the last start."""
    return running_time.read_os(first(replies[SHOW_SYSTEM], r"^System Up ?[Tt]ime: *(\S.*)$"), replies.observed_at)


def read_firmware(replies: TextReplies) -> Part:
    """Return the version that is active on the first unit; the backup image has another. No day is told."""
    text = replies[SHOW_VERSION]
    unit = _UNIT.search(text)
    model = _model(replies)
    product = "dell-os6" if _N_SERIES.match(model or "") else "powerconnect" if model else None
    return told(
        Firmware,
        {
            "product": lambda: product,
            "version": lambda: unit["version"] if unit else first(text, r"^Software Version\.{3,} *(\d\S*)"),
            "released": lambda: None,
        },
    )


def read_interfaces(replies: TextReplies) -> Part:
    """Return the ports; descriptions, which the table cuts, and whether one is shut are in the configuration."""
    config, text = known_configuration(replies), replies[SHOW_PORTS]
    if config is None:
        return port_words.described(radlan_outputs.read_interfaces(text, None), None)
    names = {
        one.name.casefold()
        for one in radlan_outputs.read_interfaces(text, None).value or ()
        if isinstance(one, Interface)
    }
    stated = small_switch_audit.shut_ports(config)
    shut = None if stated is None else frozenset(map(radlan_outputs.short_name, stated))
    strange = shut is not None and any(kind_of(name) in {"ethernet", "lag"} for name in shut - names)
    part = radlan_outputs.read_interfaces(text, None if strange else shut)
    words = small_switch_audit.descriptions(config)
    return port_words.described(part, {radlan_outputs.short_name(name): words[name] for name in words})


SECTIONS: Sections[TextReplies] = {
    "identity": read_identity,
    "os": read_os,
    "firmware": read_firmware,
    **AUDITED,
    "interfaces": read_interfaces,
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of a Dell switch with an audit of its configuration."""
    return gather(replies, SECTIONS, marks=lambda told_by: Marks(serial=_serial(told_by)), device_class=DEVICE_CLASS)
