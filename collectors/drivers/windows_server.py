"""Windows Server 2012 R2 and later, over WinRM.

Longer than other drivers by its list of blocks: one line each, so that a gap in one takes nothing from the others.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, gather
from collectors.errors import UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.reading import Value
from collectors.readers.json_shapes import an_object, texts, whole
from collectors.readers.windows import (
    accounts,
    backup,
    blocks,
    blocks_directory,
    blocks_machine,
    blocks_network_roles,
    blocks_registry,
    blocks_roles,
    blocks_settings,
    directory,
    directory_accounts,
    disks,
    host,
    network_roles,
    offers,
    protection,
    records,
    registry_settings,
    settings,
    software,
    sql,
    updates,
    virtual_machines,
    volumes,
)
from collectors.readers.windows.asked import absent, gap_of
from collectors.replies import JsonReplies

TRANSPORT: Final[Literal["winrm"]] = "winrm"
TITLE = "Windows Server, over WinRM"
DEVICE_CLASS = "windows server"

BLOCKS = {
    **blocks.BLOCKS,
    **blocks_machine.BLOCKS,
    **blocks_registry.BLOCKS,
    **{name: body for name, body in blocks_settings.BLOCKS.items() if name != "security-center"},
    **blocks_roles.BLOCKS,
    **blocks_network_roles.BLOCKS,
    **blocks_directory.BLOCKS,
}
SLOW = ("features", "winrm-networks", "events", "sql", "backup", "backup-jobs", "shadow-writers", "missing-updates")
"""Blocks that may take a minute: they come last, so that nothing waits for them."""
ASKS = (*(name for name in BLOCKS if name not in SLOW), *SLOW)
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
    "missing_patches": "local administrator (Windows Update's COM object; some versions refuse it over the network)",
    "audit": "local administrator, or the right to manage auditing and the security log",
    "winrm": "local administrator",
    "shares": "local administrator (the share's list, and read rights on the folder's own)",
    "certificates": "local administrator",
    "tasks": "local administrator: other accounts would see their own tasks only",
    "events": "member of Event Log Readers",
    "shadow_writers": "local administrator (vssadmin)",
    "attack_surface_rules": "local administrator",
    "disks": "local administrator (root\\wmi for predicted failures)",
    "backup": "local administrator or backup operator (Windows Server Backup's cmdlets)",
    "backup_jobs": "Veeam Backup Viewer, and its PowerShell module on the server",
    "sql": "a logon to each instance with VIEW ANY DATABASE, VIEW SERVER STATE and db_datareader in msdb",
    "vms": "member of Hyper-V Administrators",
    "dhcp_scopes": "member of DHCP Users",
    "dns_zones": "member of DnsAdmins with read rights, or an administrator of the controller",
    "cluster": "read access to the cluster (Grant-ClusterAccess -ReadOnly)",
    "web_sites": "local administrator (applicationHost.config)",
    "directory": "any domain account that may log on to a controller over WinRM; the Active Directory module",
    "fine_password_policies": "read rights on the Password Settings Container; by default administrators have them",
    "entra_connect": "member of ADSyncBrowse or ADSyncOperators on the synchronising server",
}
GENTLE = Gentle(connections_count=1)
MATCHES = Matches(replies={"product": "^[23]$"})

DOMAIN_CONTROLLER_ROLES = {4, 5}  # Win32_ComputerSystem.DomainRole: 5 holds the PDC emulator
PDC_EMULATOR = 5
BLOCK_ROLES = {"sql": "sql-server", "exchange": "exchange", "backup-jobs": "backup-server"}
"""Roles of programs that are no features of Windows: the machine answered their block."""
_FEATURE = re.compile(r"[A-Za-z][\w.-]{1,80}", re.ASCII)
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
    names = texts(replies["features"])
    if names is not None and (not names or not all(_FEATURE.fullmatch(name) for name in names)):
        raise UnexpectedReply("are no list of features, of which every server has some")
    return names


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
    roles |= {
        role for block, role in BLOCK_ROLES.items() if gap_of(replies, block) is None and not absent(replies, block)
    }
    return tuple(sorted(roles))


def read_accounts(replies: JsonReplies) -> Part | None:
    """Return the machine's own accounts, on a domain controller those of the domain."""
    local = accounts.read_accounts(replies)
    return directory_accounts.read_users(replies) if local is None else local


def read_admins(replies: JsonReplies) -> Part | None:
    """Return the machine's own administrators, on a domain controller those of domain and forest."""
    local = accounts.read_admins(replies)
    return directory_accounts.read_privileged(replies) if local is None else local


OTHERS: Mapping[str, Callable[[JsonReplies], Value | Part | None]] = {
    "disks": disks.read_disks,
    "raid": disks.read_raid,
    "nics": offers.read_nics,
    "printers": offers.read_printers,
    "software": software.read_software,
    "installed": software.read_installed,
    "remote_tools": software.read_remote_tools,
    "authentication": registry_settings.read_authentication,
    "hardening": registry_settings.read_hardening,
    "tls": registry_settings.read_tls,
    "rdp_limits": registry_settings.read_rdp_limits,
    "laps": registry_settings.read_laps,
    "logging": registry_settings.read_logging,
    "winrm": offers.read_winrm,
    "shares": offers.read_shares,
    "certificates": offers.read_certificates,
    "audit": records.read_audit,
    "tasks": records.read_tasks,
    "events": records.read_events,
    "shadow_writers": records.read_shadow_writers,
    "file_screens": records.read_file_screens,
    "attack_surface_rules": protection.read_attack_surface_rules,
    "missing_patches": updates.read_missing,
    "backup": backup.read_backup,
    "backup_jobs": backup.read_backup_jobs,
    "backup_stores": backup.read_backup_stores,
    "sql": sql.read_sql,
    "vms": virtual_machines.read_vms,
    "dhcp_server": network_roles.read_dhcp_server,
    "dhcp_scopes": network_roles.read_dhcp_scopes,
    "dns_server": network_roles.read_dns_server,
    "dns_zones": network_roles.read_dns_zones,
    "web_sites": network_roles.read_web_sites,
    "application_pools": network_roles.read_application_pools,
    "exchange": network_roles.read_exchange,
    "remote_desktop_services": network_roles.read_remote_desktop,
    "cluster": network_roles.read_cluster,
    "directory": directory.read_directory,
    "controller": directory.read_controller,
    "replication": directory.read_replication,
    "fine_password_policies": directory.read_fine_policies,
    "entra_connect": directory.read_entra_connect,
}


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
            "accounts": read_accounts,
            "admins": read_admins,
            "patch": settings.read_patch,
            "time": settings.read_time,
            "services": settings.read_services,
            "firewall_profiles": settings.read_firewall,
            "smb": settings.read_smb,
            "rdp": settings.read_rdp,
            "antivirus": protection.read_antivirus,
            "event_logs": settings.read_event_logs,
            **OTHERS,
        },
        marks=host.marks,
        device_class=lambda _: DEVICE_CLASS,
    )
