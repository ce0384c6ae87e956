"""Windows 10 and 11, over WinRM."""

from functools import partial
from typing import Final, Literal

from collectors.driver import Gentle, Matches, gather
from collectors.facts.facts import Facts
from collectors.readers.windows import (
    accounts,
    blocks,
    blocks_machine,
    blocks_registry,
    blocks_settings,
    disks,
    host,
    protection,
    registry_settings,
    settings,
    software,
    volumes,
)
from collectors.replies import JsonReplies

TRANSPORT: Final[Literal["winrm"]] = "winrm"
TITLE = "Windows 10 and 11, over WinRM"
DEVICE_CLASS = "windows workstation"

_SHARED = {**blocks.BLOCKS, **blocks_machine.BLOCKS, **blocks_registry.BLOCKS, **blocks_settings.BLOCKS}
ASKS = (
    "os",
    "identity",
    "volumes",
    "patch",
    "services",
    "firewall",
    "smb",
    "rdp",
    "admins",
    "accounts",
    "antivirus",
    "licence",
    "startup",
    "tpm",
    "processor",
    "encryption",
    "disks",
    "software",
    "authentication",
    "hardening",
    "laps",
    "preferences",
    "security-center",
)
BLOCKS = {name: _SHARED[name] for name in ASKS}
PREPARES: tuple[str, ...] = ("product",)
NEEDS = {
    "os": "member of Remote Management Users, with WMI read (root\\cimv2)",
    "volumes": "local administrator (root\\cimv2\\Security\\MicrosoftVolumeEncryption for encryption)",
    "services": "local administrator, or read rights on the service control manager",
    "patch": "local administrator (Windows Update's COM object)",
    "smb": "local administrator",
    "antivirus": "local administrator",
    "attack_surface_rules": "local administrator",
}
GENTLE = Gentle(connections_count=1)
MATCHES = Matches(replies={"product": "^1$"})


def read(replies: JsonReplies) -> Facts:
    """Return the facts of a Windows workstation."""
    return gather(
        replies,
        {
            "identity": host.read_identity,
            "os": host.read_os,
            "firmware": host.read_firmware,
            "hardware": host.read_hardware,
            "load": host.read_load,
            "volumes": partial(volumes.read_volumes, with_copies=False),
            "disks": disks.read_disks,
            "accounts": accounts.read_accounts,
            "admins": accounts.read_admins,
            "patch": settings.read_patch,
            "services": settings.read_services,
            "firewall_profiles": settings.read_firewall,
            "smb": settings.read_smb,
            "rdp": settings.read_rdp,
            "software": software.read_software,
            "installed": software.read_installed,
            "remote_tools": software.read_remote_tools,
            "authentication": registry_settings.read_authentication,
            "hardening": registry_settings.read_hardening,
            "laps": registry_settings.read_laps,
            "antivirus": partial(protection.read_antivirus, others_of=protection.security_center),
            "attack_surface_rules": protection.read_attack_surface_rules,
        },
        marks=host.marks,
        device_class=lambda _: DEVICE_CLASS,
    )
