"""The sections that the configuration of a small switch gives by itself, the same on all makes of it."""

from collections.abc import Callable

from collectors.driver import Part, Sections
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.small_switches import small_switch_accounts, small_switch_audit, small_switch_snmp
from collectors.replies import TextReplies


def audited(
    configuration: Callable[[TextReplies], Configuration], factory_communities: tuple[str, ...] = ()
) -> Sections[TextReplies]:
    """Return what reads SNMP, log, accounts and clock; `factory_communities` are there without a line."""
    return {
        "snmp": lambda told_by: small_switch_snmp.read_snmp(configuration(told_by), factory_communities),
        "logging": lambda told_by: small_switch_audit.read_logging(configuration(told_by)),
        "admins": lambda told_by: Part(small_switch_accounts.read_accounts(configuration(told_by))),
        "time": lambda told_by: small_switch_audit.read_time(configuration(told_by)),
    }
