"""Facts of subjects that are not devices, and of tools that keep lists of devices."""

from datetime import date
from typing import ClassVar, Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Text, Unlimited


class RmmEnrolment(Section):
    """rmm transport; 'enrolled no' only when the whole list was read"""

    enrolled: bool | None = None
    last_seen_at: Instant | Never | None = None
    versions_behind_count: int | None = None
    policy: Text | None = None


class AgentWork(Section):
    """our own agent"""

    scans_due_count: int | None = None
    scans_missed_count: int | None = None
    last_scan_at: Instant | Never | None = None


class DkimSelector(Item):
    """Part of another list."""

    name: Text
    bits_count: int | None = None


class MailDomain(Item):
    """public DNS"""

    name: Text
    spf_records_count: int | None = None
    spf_ending: Literal["fail", "softfail", "neutral", "pass", "none"] | None = None
    spf_lookups_count: int | None = None
    dmarc: Literal["absent", "none", "quarantine", "reject"] | None = None
    dmarc_percent: float | None = None
    dmarc_reports: bool | None = None
    mta_sts: Literal["none", "testing", "enforce"] | None = None
    dane: bool | None = None
    dkim: tuple[DkimSelector, ...] | None = None


class DnsDomain(Item):
    """public RDAP"""

    name: Text
    registered_until_at: Instant | Never | None = None
    locked: bool | None = None


class Microsoft365(Section):
    """Microsoft Graph"""

    mfa_enforced: bool | None = None
    legacy_blocked: bool | None = None
    unused_licences_count: int | None = None
    mfa_capable_percent: float | None = None
    phishing_tested_on: date | None = None
    phishing_failed_percent: float | None = None


class Cloud(Section):
    """Microsoft Graph"""

    audit_log: bool | None = None
    audit_kept_s: int | None = None
    anonymous_links_expire_s: int | Unlimited | None = None
    secure_score_percent: float | None = None
    user_consent: Literal["none", "verified-low", "all"] | None = None


class Mail(Section):
    """Exchange Online"""

    mx: tuple[Text, ...] | None = None
    auto_forward: Literal["off", "on"] | None = None
    forwarders: tuple[Text, ...] | None = None
    external_tag: bool | None = None
    shared_mailboxes_with_logon: tuple[Text, ...] | None = None
    blocklisted: tuple[Text, ...] | None = None


class MobileDevice(Item):
    """device management service"""

    name: Text
    managed: bool | None = None
    compliant: bool | None = None


class OpenPort(Item):
    """public check"""

    name: Text
    port: int | None = None


class SeenDevice(Item):
    """agent's discovery of a site"""

    KEY: ClassVar[str] = "address"

    address: Text
    mac: Text | None = None
    vendor: Text | None = None


class InventoryEntry(Item):
    """the server's own list"""

    name: Text
    mac: Text | None = None
    serial: Text | None = None


class Wan(Section):
    """agent's measurement"""

    latency_s: float | None = None
    loss_percent: float | None = None


class Register(Item):
    """documentation system, or a person: what is on file, with the day"""

    name: Text
    on_file: bool | None = None
    dated_on: date | None = None
