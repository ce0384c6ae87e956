"""Ubiquiti EdgeSwitch, over SSH, with an audit of the running configuration."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.marks import Marks
from collectors.facts.sections.system import Firmware, Identity
from collectors.facts.sections.timekeeping import Logging
from collectors.readers.outputs import running_time
from collectors.readers.outputs.cli_words import either, first, serial_of
from collectors.readers.small_switches import small_switch_audit
from collectors.readers.small_switches.fastpath_cli import (
    AUDITED,
    SHOW_CONFIG,
    SHOW_VERSION,
    configuration,
    names,
    version_fields,
)
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Ubiquiti EdgeSwitch, over SSH"
DEVICE_CLASS = "switch"
NETMIKO = "ubiquiti_edgeswitch"

SHOW_SYSTEM = "show sysinfo"
CONFIG_COMMAND = SHOW_CONFIG
ASKS = (SHOW_VERSION, SHOW_SYSTEM, SHOW_CONFIG)
PREPARES: tuple[str, ...] = ("enable", "terminal length 0")
_USER, _CONFIG = "level 1", "level 15: lower levels are not shown the configuration"
NEEDS = {
    **dict.fromkeys(("firmware", "identity"), _USER),
    **dict.fromkeys(("management", "snmp", "logging", "admins", "time"), _CONFIG),
}
GENTLE = Gentle(questions_per_s=3)
MATCHES = Matches(replies={SHOW_VERSION: r"^(?:System Description|Machine Type)\.{3,} .*(?:EdgeSwitch|EdgePoint)"})

NOT_SENT = Gap(reason=GapReason.NOT_TOLD, text="are listed, but the configuration does not say that the log is sent")


def read_identity(replies: TextReplies) -> Part:
    """Return name, place, model and serial number."""
    either(replies, SHOW_VERSION, SHOW_SYSTEM, SHOW_CONFIG)
    fields = version_fields(replies)
    return told(
        Identity,
        {
            "vendor": lambda: "Ubiquiti",
            **names(replies, SHOW_SYSTEM),
            "model": lambda: fields.get("machine type") or None,
            "serial": lambda: serial_of(fields.get("serial number") or None),
        },
    )


def read_os(replies: TextReplies) -> Part:
    """Return the last start."""
    return running_time.read_os(first(replies[SHOW_SYSTEM], r"^System Up Time\.{3,} *(\S.*)$"), replies.observed_at)


def read_firmware(replies: TextReplies) -> Part:
    """Return the version. No day is told."""
    text = replies[SHOW_VERSION]
    return told(
        Firmware,
        {
            "product": lambda: "edgeswitch",
            "version": lambda: first(text, r"^Software Version\.{3,} *v?(\d\S*)"),
            "released": lambda: None,
        },
    )


def read_logging(replies: TextReplies) -> Part:
    """Return the hosts that take the log; without 'logging syslog', which is off by default, they are only listed."""
    config = configuration(replies)

    def remote_hosts() -> tuple[str, ...] | Gap:
        hosts = small_switch_audit.log_hosts(config)
        return hosts if not hosts or config.has("logging syslog") else NOT_SENT

    return told(Logging, {"remote_hosts": remote_hosts})


SECTIONS: Sections[TextReplies] = {
    "identity": read_identity,
    "os": read_os,
    "firmware": read_firmware,
    **AUDITED,
    "logging": read_logging,
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of an EdgeSwitch with an audit of its configuration."""
    return gather(
        replies,
        SECTIONS,
        marks=lambda told_by: Marks(serial=serial_of(version_fields(told_by).get("serial number") or None)),
        device_class=DEVICE_CLASS,
    )
