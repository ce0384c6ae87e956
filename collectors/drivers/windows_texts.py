"""Windows, from files: what commands printed in any of several languages, security policy files, JSON of CIM classes.

Nothing here is ever asked of a machine: the driver is for `replay` alone, and the live ones never read translated text.
"""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, gather
from collectors.facts.facts import Facts
from collectors.readers.windows_texts import (
    clock,
    machine,
    net_accounts,
    policies,
    protection,
    security_policy,
    updates,
    users,
)
from collectors.replies import JsonReplies

TRANSPORT: Final[Literal["winrm"]] = "winrm"
TITLE = "Windows, from outputs of commands given as files"
DEVICE_CLASS = None
ASKS: tuple[str, ...] = ()
REPLAYS = (
    security_policy.EXPORT,
    net_accounts.LOCAL,
    net_accounts.DOMAIN,
    policies.CMDLET,
    machine.SYSTEMINFO,
    machine.SYSTEM,
    machine.BIOS,
    clock.STATUS,
    clock.VERBOSE,
    updates.HOTFIXES,
    users.USERS,
    protection.DEFENDER,
    protection.PROFILES,
    protection.ACTIVE_PROFILES,
    protection.VERSIONS,
)
PREPARES: tuple[str, ...] = ()
NEEDS: dict[str, str] = {}
GENTLE = Gentle()
MATCHES = Matches(replies={"product": r"^(?!)"}, rank=900)
"""No live machine is ever known as this one."""


def read(replies: JsonReplies) -> Facts:
    """Return the facts in the outputs that were given; what was not given was not asked."""
    return gather(
        replies,
        {
            "identity": machine.read_identity,
            "os": machine.read_os,
            "firmware": machine.read_firmware,
            "hardware": machine.read_hardware,
            "load": machine.read_load,
            "roles": machine.read_roles,
            "password_policy": policies.read_password_policy,
            "lockout": policies.read_lockout,
            "authentication": security_policy.read_authentication,
            "hardening": security_policy.read_hardening,
            "smb": security_policy.read_smb,
            "accounts": users.read_accounts,
            "time": clock.read_time,
            "patch": updates.read_patch,
            "software": updates.read_updates,
            "antivirus": protection.read_antivirus,
            "firewall_profiles": protection.read_firewall,
            "backup": protection.read_backup,
        },
        marks=machine.marks,
        device_class=machine.device_class,
    )
