"""The sections that a configuration of HPE Comware or Huawei VRP gives by itself, alike on both."""

from functools import partial
from typing import Final

from collectors.driver import Part, Sections
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.comware import comware_audit, comware_config, comware_snmp
from collectors.readers.outputs.cli_words import known, said
from collectors.replies import TextReplies

SHOW_CONFIG: Final = "display current-configuration"
SHOW_NTP: Final = "display ntp-service status"


def configuration(replies: TextReplies) -> Configuration:
    """Return the running configuration; raises a CollectError where it could not be read."""
    return comware_config.parse(replies[SHOW_CONFIG])


known_configuration = partial(known, configuration)
"""Returns the running configuration, None where it could not be read: for what it only adds to another reply."""


def read_time(replies: TextReplies) -> Part:
    """Return the time servers and whether the clock follows one of them."""
    return comware_audit.read_time(configuration(replies), comware_audit.clock(said(replies, SHOW_NTP) or ""))


AUDITED: Sections[TextReplies] = {
    "snmp": lambda told_by: comware_snmp.read_snmp(configuration(told_by)),
    "logging": lambda told_by: comware_audit.read_logging(configuration(told_by)),
    "admins": lambda told_by: Part(comware_audit.read_accounts(configuration(told_by))),
    "time": read_time,
}
