"""What is known of each section beside its fields: version, kind of freshness, personal data."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Freshness(StrEnum):
    """The kind of reading that decides how long it makes a yes or a no."""

    CONDITION = "condition"
    PATCH = "patch"
    CONFIGURATION = "configuration"
    IDENTITY = "identity"
    PUBLIC = "public"
    TOOL = "tool"


FRESH_FOR: dict[Freshness, timedelta] = {  # users.md section 5: twice the scan interval plus one missed night
    Freshness.CONDITION: timedelta(days=3),
    Freshness.PATCH: timedelta(days=4),
    Freshness.CONFIGURATION: timedelta(days=16),
    Freshness.IDENTITY: timedelta(days=35),
    Freshness.PUBLIC: timedelta(days=3),
    Freshness.TOOL: timedelta(days=3),
}


@dataclass(frozen=True)
class Kind:
    """A section's version (decision 7), how long it stays fresh, and whether it holds personal data (decision 27)."""

    freshness: Freshness
    version: int = 1
    personal: bool = False


KINDS: dict[str, Kind] = {
    "identity": Kind(Freshness.IDENTITY),
    "os": Kind(Freshness.IDENTITY),
    "firmware": Kind(Freshness.IDENTITY),
    "patch": Kind(Freshness.PATCH),
    "missing_patches": Kind(Freshness.PATCH),
    "roles": Kind(Freshness.IDENTITY),
    "features": Kind(Freshness.IDENTITY),
    "software": Kind(Freshness.CONFIGURATION),
    "volumes": Kind(Freshness.CONDITION),
    "disks": Kind(Freshness.CONDITION),
    "raid": Kind(Freshness.CONDITION),
    "hardware": Kind(Freshness.IDENTITY),
    "power_supplies": Kind(Freshness.CONDITION),
    "fans": Kind(Freshness.CONDITION),
    "temperatures": Kind(Freshness.CONDITION),
    "components": Kind(Freshness.IDENTITY),
    "load": Kind(Freshness.CONDITION),
    "time": Kind(Freshness.CONDITION),
    "password_policy": Kind(Freshness.CONFIGURATION),
    "fine_password_policies": Kind(Freshness.CONFIGURATION),
    "lockout": Kind(Freshness.CONFIGURATION),
    "accounts": Kind(Freshness.CONFIGURATION, personal=True),
    "admins": Kind(Freshness.CONFIGURATION, personal=True),
    "services": Kind(Freshness.CONDITION),
    "tasks": Kind(Freshness.CONDITION),
    "antivirus": Kind(Freshness.CONDITION),
    "attack_surface_rules": Kind(Freshness.CONFIGURATION),
    "firewall_profiles": Kind(Freshness.CONFIGURATION),
    "host_firewall": Kind(Freshness.CONFIGURATION),
    "certificates": Kind(Freshness.PATCH),
    "smb": Kind(Freshness.CONFIGURATION),
    "authentication": Kind(Freshness.CONFIGURATION),
    "hardening": Kind(Freshness.CONFIGURATION),
    "rdp_limits": Kind(Freshness.CONFIGURATION),
    "winrm": Kind(Freshness.CONFIGURATION),
    "laps": Kind(Freshness.PATCH, personal=True),
    "printers": Kind(Freshness.CONDITION),
    "cluster": Kind(Freshness.CONDITION),
    "events": Kind(Freshness.CONDITION),
    "installed": Kind(Freshness.CONFIGURATION),
    "shadow_writers": Kind(Freshness.CONDITION),
    "file_screens": Kind(Freshness.CONFIGURATION),
    "entra_connect": Kind(Freshness.CONDITION),
    "dhcp_server": Kind(Freshness.CONFIGURATION),
    "mac": Kind(Freshness.CONFIGURATION),
    "qos": Kind(Freshness.CONFIGURATION),
    "dns_server": Kind(Freshness.CONDITION),
    "dns_zones": Kind(Freshness.CONFIGURATION),
    "web_sites": Kind(Freshness.CONFIGURATION),
    "application_pools": Kind(Freshness.CONFIGURATION),
    "exchange": Kind(Freshness.PATCH),
    "remote_desktop_services": Kind(Freshness.PATCH),
    "esxi": Kind(Freshness.CONFIGURATION),
    "datastores": Kind(Freshness.CONDITION),
    "rdp": Kind(Freshness.CONFIGURATION),
    "tls": Kind(Freshness.CONFIGURATION),
    "audit": Kind(Freshness.CONFIGURATION),
    "event_logs": Kind(Freshness.CONFIGURATION),
    "backup": Kind(Freshness.CONDITION),
    "backup_jobs": Kind(Freshness.CONDITION),
    "sql": Kind(Freshness.CONFIGURATION),
    "vms": Kind(Freshness.CONDITION),
    "ups": Kind(Freshness.CONDITION),
    "phases": Kind(Freshness.CONDITION),
    "management": Kind(Freshness.CONFIGURATION),
    "wan_services": Kind(Freshness.CONFIGURATION),
    "snmp": Kind(Freshness.CONFIGURATION),
    "logging": Kind(Freshness.CONFIGURATION),
    "config": Kind(Freshness.CONDITION),
    "interfaces": Kind(Freshness.CONDITION),
    "trunks": Kind(Freshness.CONFIGURATION),
    "stp": Kind(Freshness.CONDITION),
    "stack": Kind(Freshness.CONDITION),
    "neighbors": Kind(Freshness.CONDITION),
    "ha": Kind(Freshness.CONDITION),
    "licences": Kind(Freshness.IDENTITY),
    "signatures": Kind(Freshness.PATCH),
    "nat": Kind(Freshness.CONFIGURATION),
    "zones": Kind(Freshness.CONFIGURATION),
    "vpn_users": Kind(Freshness.CONFIGURATION, personal=True),
    "routes": Kind(Freshness.CONDITION),
    "routing_neighbors": Kind(Freshness.CONDITION),
    "vlans": Kind(Freshness.CONFIGURATION),
    "poe": Kind(Freshness.CONDITION),
    "ports": Kind(Freshness.CONDITION),
    "access_points": Kind(Freshness.CONDITION),
    "rogue_access_points": Kind(Freshness.CONDITION),
    "backup_stores": Kind(Freshness.CONDITION),
    "vulnerabilities": Kind(Freshness.PATCH),
    "rules": Kind(Freshness.CONFIGURATION),
    "tunnels": Kind(Freshness.CONDITION),
    "ssids": Kind(Freshness.CONFIGURATION),
    "supplies": Kind(Freshness.CONDITION),
    "sshd": Kind(Freshness.CONFIGURATION),
    "nics": Kind(Freshness.CONFIGURATION),
    "shares": Kind(Freshness.CONFIGURATION),
    "rmm": Kind(Freshness.TOOL),
    "replication": Kind(Freshness.CONDITION),
    "controller": Kind(Freshness.CONDITION),
    "dhcp_scopes": Kind(Freshness.CONDITION),
    "directory": Kind(Freshness.CONFIGURATION, personal=True),
    "mail_domains": Kind(Freshness.PUBLIC),
    "dns_domains": Kind(Freshness.PUBLIC),
    "microsoft365": Kind(Freshness.TOOL),
    "open_ports": Kind(Freshness.PUBLIC),
    "remote_tools": Kind(Freshness.CONFIGURATION),
    "seen_devices": Kind(Freshness.TOOL),
    "inventory": Kind(Freshness.TOOL),
    "wan": Kind(Freshness.CONDITION),
    "cloud": Kind(Freshness.TOOL),
    "mobile_devices": Kind(Freshness.TOOL, personal=True),
    "mail": Kind(Freshness.PUBLIC),
    "agent": Kind(Freshness.CONDITION),
    "registers": Kind(Freshness.TOOL),
    "public_certificates": Kind(Freshness.PUBLIC),
}

SECTIONS: tuple[str, ...] = tuple(KINDS)

PERSONAL_FIELDS: frozenset[str] = frozenset(
    {
        "identity.contact",
        "services.account",
        "tasks.account",
        "web_sites.identity",
        "application_pools.identity",
        "mail.forwarders",
        "mail.shared_mailboxes_with_logon",
    }
)
"""Facts that may name a person in sections which as a whole are not personal."""


def is_personal(path: str) -> bool:
    """Return whether what stands at a dotted path may tell of a person, which tickets and long history leave out."""
    section = path.partition(".")[0]
    return path in PERSONAL_FIELDS or (section in KINDS and KINDS[section].personal)
