"""Windows services and settings."""

from datetime import date
from typing import ClassVar, Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Span, Text, Unlimited, Version


class Service(Item):
    """A service, known by its short name.

    From: winrm, ssh linux.
    """

    name: Text
    state: Literal["running", "stopped", "failed", "other"] | None = None
    start: Literal["automatic", "manual", "disabled"] | None = None
    account: Text | None = None
    unquoted_path: bool | None = None


class ScheduledTask(Item):
    """A scheduled task and the account it runs under.

    From: winrm.
    """

    name: Text
    enabled: bool | None = None
    account: Text | None = None
    last_result: int | None = None


class Smb(Section):
    """Windows file sharing: versions and signing.

    From: winrm.
    """

    v1_enabled: bool | None = None
    server_signing_required: bool | None = None
    client_signing_required: bool | None = None


class Rdp(Section):
    """Remote desktop: whether it is on, and whether users prove who they are before a session opens.

    From: winrm.
    """

    enabled: bool | None = None
    nla_required: bool | None = None


class RdpLimits(Section):
    """How long an idle or cut-off remote session may stand.

    From: winrm (registry).
    """

    max_idle_s: int | Unlimited | None = None
    max_disconnected_s: int | Unlimited | None = None


class WinrmService(Section):
    """The WinRM service through which we read.

    From: winrm.
    """

    unencrypted_allowed: bool | None = None
    basic_allowed: bool | None = None
    all_listeners_https: bool | None = None
    remote_networks: tuple[Text, ...] | None = None


class Tls(Section):
    """The TLS and SSL versions that are switched on.

    From: winrm (registry), public TLS check.
    """

    enabled_protocols: tuple[Text, ...] | None = None


class Hardening(Section):
    """Windows settings that narrow what an attacker can use.

    From: winrm (registry).
    """

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
    """A profile of the Windows firewall.

    From: winrm.
    """

    name: Literal["domain", "private", "public"]
    enabled: bool | None = None
    inbound: Literal["block", "allow"] | None = None


class Nic(Item):
    """A network card of a Windows machine.

    From: winrm.
    """

    name: Text
    dns_servers: tuple[Text, ...] | None = None
    dhcp: bool | None = None
    netbios: Literal["on", "off", "by-dhcp"] | None = None
    reserved: bool | None = None


class Share(Item):
    """A shared folder.

    From: winrm.
    """

    name: Text
    open_to_everyone: bool | None = None
    encrypted: bool | None = None


class Certificate(Item):
    """A certificate, known by its subject and the end of its thumbprint. Never its key.

    From: winrm, public TLS check.
    """

    name: Text
    valid_until_at: Instant | Never | None = None
    in_use: bool | None = None
    trusted: bool | None = None


class Printer(Item):
    """A printer or printer queue.

    From: winrm, snmp Printer-MIB.
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"pages_count"})

    name: Text
    shared: bool | None = None
    pages_count: int | None = None


class ClusterPart(Item):
    """A node, network, volume or witness of a cluster.

    From: winrm.
    """

    name: Text
    kind: Literal["node", "network", "volume", "witness"] | None = None
    ok: bool | None = None


class Exchange(Section):
    """An Exchange server's build; the lifecycle data adds the dates.

    From: winrm.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("build", "level_released", "newer_waiting", "newer_available_since_on", "supported_until_on"),
    )

    build: Version | None = None
    level_released: Span | None = None
    newer_waiting: bool | None = None
    newer_available_since_on: date | None = None
    supported_until_on: date | None = None


class RemoteDesktopServices(Section):
    """The licensing of a remote desktop host.

    From: winrm.
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"free_licences_count"})

    licensing: Literal["none", "per-user", "per-device"] | None = None
    licence_servers: tuple[Text, ...] | None = None
    free_licences_count: int | None = None


class ShadowWriter(Item):
    """A program that must hold still while a shadow copy is made.

    From: winrm.
    """

    name: Text
    stable: bool | None = None
    last_error: Text | None = None


class FileScreen(Item):
    """A rule that keeps kinds of files out of a folder.

    From: winrm.
    """

    name: Text
    active: bool | None = None


class WebEntry(Item):
    """A web site or application pool of IIS.

    From: winrm.
    """

    name: Text
    https_only: bool | None = None
    identity: Text | None = None
