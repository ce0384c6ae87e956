"""Windows services and settings."""

from datetime import date
from typing import Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Span, Text, Unlimited, Version


class Service(Item):
    """winrm, ssh linux"""

    name: Text
    state: Literal["running", "stopped", "failed", "other"] | None = None
    start: Literal["automatic", "manual", "disabled"] | None = None
    account: Text | None = None
    unquoted_path: bool | None = None


class ScheduledTask(Item):
    """winrm"""

    name: Text
    enabled: bool | None = None
    account: Text | None = None
    last_result: int | None = None


class Smb(Section):
    """winrm"""

    v1_enabled: bool | None = None
    server_signing_required: bool | None = None
    client_signing_required: bool | None = None


class Rdp(Section):
    """winrm"""

    enabled: bool | None = None
    nla_required: bool | None = None


class RdpLimits(Section):
    """winrm registry"""

    max_idle_s: int | Unlimited | None = None
    max_disconnected_s: int | Unlimited | None = None


class WinrmService(Section):
    """winrm"""

    unencrypted_allowed: bool | None = None
    basic_allowed: bool | None = None
    all_listeners_https: bool | None = None
    remote_networks: tuple[Text, ...] | None = None


class Tls(Section):
    """winrm (registry), public TLS check"""

    enabled_protocols: tuple[Text, ...] | None = None


class Hardening(Section):
    """winrm registry"""

    llmnr_enabled: bool | None = None
    uac_enabled: bool | None = None
    uac_admin_prompt: Literal["none", "consent", "credentials"] | None = None
    autorun_off: bool | None = None
    inactivity_s: int | Unlimited | None = None
    powershell_version: Version | None = None
    powershell_v2_installed: bool | None = None
    scriptblock_logging: bool | None = None
    macros_from_internet_blocked: bool | None = None
    usb_storage: Literal["allow", "read-only", "deny"] | None = None
    strong_dotnet_tls: bool | None = None


class FirewallProfile(Item):
    """winrm"""

    name: Literal["domain", "private", "public"]
    enabled: bool | None = None
    inbound: Literal["block", "allow"] | None = None


class Nic(Item):
    """winrm"""

    name: Text
    dns_servers: tuple[Text, ...] | None = None
    dhcp: bool | None = None
    netbios: Literal["on", "off", "by-dhcp"] | None = None
    reserved: bool | None = None


class Share(Item):
    """winrm"""

    name: Text
    open_to_everyone: bool | None = None
    encrypted: bool | None = None


class Certificate(Item):
    """winrm, public TLS check"""

    name: Text
    valid_until_at: Instant | Never | None = None
    in_use: bool | None = None
    trusted: bool | None = None


class Printer(Item):
    """winrm, snmp Printer-MIB"""

    name: Text
    shared: bool | None = None
    pages_count: int | None = None


class ClusterPart(Item):
    """winrm"""

    name: Text
    kind: Literal["node", "network", "volume", "witness"] | None = None
    ok: bool | None = None


class Exchange(Section):
    """winrm; the lifecycle data adds the dates"""

    build: Version | None = None
    level_released: Span | None = None
    newer_waiting: bool | None = None
    newer_available_since_on: date | None = None
    supported_until_on: date | None = None


class RemoteDesktopServices(Section):
    """winrm"""

    licensing: Literal["none", "per-user", "per-device"] | None = None
    licence_servers: tuple[Text, ...] | None = None
    free_licences_count: int | None = None


class ShadowWriter(Item):
    """winrm"""

    name: Text
    stable: bool | None = None
    last_error: Text | None = None


class FileScreen(Item):
    """winrm"""

    name: Text
    active: bool | None = None


class WebEntry(Item):
    """winrm"""

    name: Text
    https_only: bool | None = None
    identity: Text | None = None
