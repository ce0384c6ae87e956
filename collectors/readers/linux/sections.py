"""Which function reads which section of a Linux machine."""

from collections.abc import Callable, Mapping

from collectors.driver import Part
from collectors.readers.linux import accounts, machine, protection, upkeep
from collectors.replies import TextReplies

SECTIONS: Mapping[str, Callable[[TextReplies], Part]] = {
    "identity": machine.read_identity,
    "os": machine.read_os,
    "hardware": machine.read_hardware,
    "load": machine.read_load,
    "volumes": machine.read_volumes,
    "password_policy": accounts.read_password_policy,
    "lockout": accounts.read_lockout,
    "accounts": accounts.read_accounts,
    "admins": accounts.read_admins,
    "sshd": protection.read_sshd,
    "host_firewall": protection.read_firewall,
    "time": upkeep.read_time,
    "patch": upkeep.read_patch,
    "services": upkeep.read_services,
    "logging": upkeep.read_logging,
}
