"""Windows 10 and 11, over WinRM."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, gather
from collectors.facts.facts import Facts
from collectors.readers.windows import accounts, blocks, host, settings, volumes
from collectors.replies import JsonReplies

TRANSPORT: Final[Literal["winrm"]] = "winrm"
TITLE = "Windows 10 and 11, over WinRM"
DEVICE_CLASS = "windows workstation"

BLOCKS = {
    "os": blocks.OS,
    "identity": blocks.IDENTITY,
    "volumes": blocks.VOLUMES,
    "patch": blocks.PATCH,
    "firewall": blocks.FIREWALL,
    "admins": blocks.ADMINS,
    "accounts": blocks.ACCOUNTS,
    "antivirus": blocks.ANTIVIRUS,
}
ASKS = tuple(BLOCKS)
PREPARES: tuple[str, ...] = ("product",)
NEEDS = {
    "os": "member of Remote Management Users, with WMI read (root\\cimv2)",
    "patch": "local administrator (Windows Update's COM object)",
    "antivirus": "local administrator",
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
            "volumes": volumes.read_volumes,
            "accounts": accounts.read_accounts,
            "admins": accounts.read_admins,
            "patch": settings.read_patch,
            "firewall_profiles": settings.read_firewall,
            "antivirus": settings.read_antivirus,
        },
        marks=host.marks,
        device_class=lambda _: DEVICE_CLASS,
    )
