"""MikroTik RouterOS 6 and 7, over SSH, with an audit of the configuration; an export is read from a file as well."""

from collections.abc import Callable
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, gather
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.readers.routeros import routeros_audit, routeros_rules, routeros_status
from collectors.readers.routeros.routeros_text import EXPORT, Menus, question
from collectors.replies import TextReplies

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "MikroTik RouterOS, over SSH"
DEVICE_CLASS = None
NETMIKO = "mikrotik_routeros"

CONFIG_COMMAND = EXPORT
REPLAYS = (EXPORT,)
"""An export is read from a file only: release 6 shows passwords in it."""
ONE = (
    routeros_status.NAME,
    routeros_status.RESOURCE,
    routeros_status.BOARD,
    routeros_status.UPDATE,
    routeros_audit.CLOCK,
    routeros_audit.NTP,
    routeros_audit.NOTE,
    routeros_audit.SNMP,
    routeros_audit.SSH,
    routeros_audit.UPNP,
    routeros_audit.IP_SETTINGS,
    routeros_audit.USER_SETTINGS,
)
MANY = (
    routeros_audit.SERVICES,
    routeros_audit.LOG_RULES,
    routeros_audit.LOG_ACTIONS,
    routeros_rules.FILTER,
    routeros_rules.LIST_MEMBERS,
    routeros_rules.PEERS,
    routeros_rules.PROFILES,
    routeros_status.INTERFACES,
    routeros_status.USERS,
)
ASKS = (
    *(f"{menu} print" for menu in ONE),
    *(question(menu) for menu in MANY),
    question(routeros_audit.COMMUNITIES, routeros_audit.COMMUNITY_PROPERTIES),
)
PREPARES: tuple[str, ...] = ()
NEEDS = {
    "firmware": "the policies ssh and read",
    "management": "the policies ssh and read",
    "admins": "the policies ssh and read",
    "rules": "the policies ssh and read",
}
GENTLE = Gentle(questions_per_s=10)
MATCHES = Matches(
    ident=(r"^SSH-2\.0-ROSSSH",),
    replies={f"{routeros_status.RESOURCE} print": r"^ *(?:board-name|architecture-name): "},
    rank=450,  # it says so by itself: only where a relay hides that, and no other driver knows it, it is asked
)

SECTIONS: dict[str, Callable[[Menus], Part | None]] = {
    "identity": routeros_status.read_identity,
    "os": routeros_status.read_os,
    "firmware": routeros_status.read_firmware,
    "components": routeros_status.read_components,
    "load": routeros_status.read_load,
    "interfaces": routeros_status.read_interfaces,
    "admins": routeros_status.read_admins,
    "management": routeros_audit.read_management,
    "snmp": routeros_audit.read_snmp,
    "time": routeros_audit.read_time,
    "logging": routeros_audit.read_logging,
    "password_policy": routeros_audit.read_password_policy,
    "rules": routeros_rules.read_rules,
    "wan_services": routeros_rules.read_wan_services,
    "tunnels": routeros_rules.read_tunnels,
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of a MikroTik device with an audit of its configuration."""
    return gather(
        Menus(replies),
        SECTIONS,
        marks=lambda menus: Marks(serial=routeros_status.serial_of(menus)),
        device_class=routeros_status.class_of,
    )
