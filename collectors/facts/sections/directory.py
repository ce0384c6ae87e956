"""Active Directory, DNS and DHCP."""

from typing import ClassVar, Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Text, Version


class Controller(Section):
    """How one domain controller answers and what it demands of those who ask.

    From: winrm, each domain controller.
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"system_log_errors_count"})

    answers: bool | None = None
    ldap_signing: Literal["none", "negotiated", "required"] | None = None
    channel_binding: Literal["never", "supported", "always"] | None = None
    failed_tests: tuple[Text, ...] | None = None
    sysvol: Literal["frs", "migrating", "dfsr"] | None = None
    system_log_errors_count: int | None = None


class Replication(Item):
    """A partner from which a domain controller takes changes.

    From: winrm, domain controller.
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"last_success_at"})

    name: Text
    failures_count: int | None = None
    last_success_at: Instant | Never | None = None


class Directory(Section):
    """What is true of the whole Active Directory domain; the lists hold account names.

    From: winrm, one domain controller answers for the domain.
    """

    domain_level: int | None = None
    forest_level: int | None = None
    recycle_bin: bool | None = None
    machine_account_quota_count: int | None = None
    krbtgt_set_at: Instant | Never | None = None
    privileged_accounts: tuple[Text, ...] | None = None
    schema_admins: tuple[Text, ...] | None = None
    unmapped_subnets: tuple[Text, ...] | None = None
    no_preauth_accounts: tuple[Text, ...] | None = None
    gpo_backup_at: Instant | Never | None = None
    fsmo_answering: tuple[Text, ...] | None = None
    weak_encryption_accounts: tuple[Text, ...] | None = None
    unconstrained_accounts: tuple[Text, ...] | None = None
    no_password_accounts: tuple[Text, ...] | None = None
    reversible_accounts: tuple[Text, ...] | None = None
    risky_templates: tuple[Text, ...] | None = None


class DnsServer(Section):
    """The DNS server role: whom it asks, and whether old records are cleared.

    From: winrm.
    """

    forwarders: tuple[Text, ...] | None = None
    forwarders_answer: bool | None = None
    scavenging: bool | None = None


class DnsZone(Item):
    """A zone of the DNS server: who may change it and who may copy it.

    From: winrm.
    """

    name: Text
    kind: Literal["primary", "secondary", "forwarder"] | None = None
    dynamic_update: Literal["none", "secure", "any"] | None = None
    transfer: Literal["none", "listed", "any"] | None = None
    aging: bool | None = None


class DhcpServer(Section):
    """The DHCP server role.

    From: winrm.
    """

    authorised: bool | None = None
    audit_log: bool | None = None


class DhcpScope(Item):
    """A range of addresses that the DHCP server hands out.

    From: winrm, dhcp role.
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"used_percent"})

    name: Text
    active: bool | None = None
    used_percent: float | None = None
    failover: Literal["normal", "none", "other"] | None = None


class EntraConnect(Section):
    """The synchronisation of the domain with Entra ID.

    From: winrm on the synchronising server.
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"last_sync_at"})

    sync_enabled: bool | None = None
    last_sync_at: Instant | Never | None = None
    version: Version | None = None
