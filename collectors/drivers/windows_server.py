"""Windows Server 2012 R2 and later, over WinRM."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, gather
from collectors.errors import UnexpectedReply
from collectors.facts.facts import Facts
from collectors.readers.json_shapes import an_object, texts, whole
from collectors.readers.windows import accounts, blocks, host, settings, volumes
from collectors.replies import JsonReplies

TRANSPORT: Final[Literal["winrm"]] = "winrm"
TITLE = "Windows Server, over WinRM"
DEVICE_CLASS = "windows server"

BLOCKS = {
    "os": blocks.OS,
    "identity": blocks.IDENTITY,
    "volumes": blocks.VOLUMES,
    "password-policy": blocks.LOGON_POLICY,
    "patch": blocks.PATCH,
    "time": blocks.TIME,
    "services": blocks.SERVICES,
    "firewall": blocks.FIREWALL,
    "smb": blocks.SMB,
    "rdp": blocks.RDP,
    "admins": blocks.ADMINS,
    "accounts": blocks.ACCOUNTS,
    "antivirus": blocks.ANTIVIRUS,
    "features": blocks.FEATURES,
    "event-logs": blocks.EVENT_LOGS,
}
ASKS = tuple(BLOCKS)
PREPARES: tuple[str, ...] = ("product",)
NEEDS = {
    "os": "member of Remote Management Users, with WMI read (root\\cimv2)",
    "volumes": "member of Remote Management Users, with WMI read (root\\cimv2)",
    "services": "local administrator, or read rights on the service control manager",
    "password_policy": "any account that may log on; on a domain controller the Active Directory module",
    "patch": "local administrator (Windows Update's COM object)",
    "firewall_profiles": "local administrator",
    "smb": "local administrator",
    "antivirus": "local administrator",
    "event_logs": "member of Event Log Readers",
    "features": "local administrator",
    "admins": "member of Remote Management Users",
}
GENTLE = Gentle(connections_count=1)
MATCHES = Matches(replies={"product": "^[23]$"})

DOMAIN_CONTROLLER_ROLES = {4, 5}  # Win32_ComputerSystem.DomainRole: 5 holds the PDC emulator
PDC_EMULATOR = 5
FEATURE_ROLES = {
    "AD-Domain-Services": "domain-controller",
    "DNS": "dns-server",
    "DHCP": "dhcp-server",
    "Hyper-V": "hyper-v",
    "FS-FileServer": "file-server",
    "Print-Server": "print-server",
    "Web-Server": "web-server",
    "RDS-RD-Server": "remote-desktop-host",
    "ADCS-Cert-Authority": "certificate-authority",
    "UpdateServices": "update-server",
    "Windows-Server-Backup": "backup-server",
}


def read_features(replies: JsonReplies) -> tuple[str, ...] | None:
    """Return the names of the installed roles and features, as Windows names them in every language."""
    return texts(replies["features"])


def read_roles(replies: JsonReplies) -> tuple[str, ...]:
    """Return the roles that the installed features mean. A promoted controller alone is a domain controller."""
    domain_role = whole(an_object(replies, "identity").get("domain_role"))
    features = read_features(replies)
    if domain_role is None or features is None:
        raise UnexpectedReply("are not certain: Windows told no role in the domain, or no features")
    roles = {FEATURE_ROLES[name] for name in features if name in FEATURE_ROLES}
    roles -= {"domain-controller"} if domain_role not in DOMAIN_CONTROLLER_ROLES else set()
    roles |= {"domain-controller"} if domain_role in DOMAIN_CONTROLLER_ROLES else set()
    roles |= {"pdc-emulator"} if domain_role == PDC_EMULATOR else set()
    return tuple(sorted(roles))


def read(replies: JsonReplies) -> Facts:
    """Return the facts of a Windows server; each block that failed leaves its own gap."""
    return gather(
        replies,
        {
            "identity": host.read_identity,
            "os": host.read_os,
            "firmware": host.read_firmware,
            "hardware": host.read_hardware,
            "load": host.read_load,
            "features": read_features,
            "roles": read_roles,
            "volumes": volumes.read_volumes,
            "password_policy": accounts.read_password_policy,
            "lockout": accounts.read_lockout,
            "accounts": accounts.read_accounts,
            "admins": accounts.read_admins,
            "patch": settings.read_patch,
            "time": settings.read_time,
            "services": settings.read_services,
            "firewall_profiles": settings.read_firewall,
            "smb": settings.read_smb,
            "rdp": settings.read_rdp,
            "antivirus": settings.read_antivirus,
            "event_logs": settings.read_event_logs,
        },
        marks=host.marks,
        device_class=lambda _: DEVICE_CLASS,
    )
