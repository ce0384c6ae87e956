"""Facts of subjects that are not devices, and of tools that keep lists of devices."""

from datetime import date
from typing import ClassVar, Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Text, Unlimited


class RmmEnrolment(Section):
    """What the monitoring tool knows of the device; `enrolled` is no only when the tool's whole list was read.

    From: rmm transport.
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"last_seen_at"})

    enrolled: bool | None = None
    last_seen_at: Instant | Never | None = None
    versions_behind_count: int | None = None
    policy: Text | None = None


class AgentWork(Section):
    """How our own agent kept to its schedule.

    From: our own agent.
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"scans_due_count", "scans_missed_count", "last_scan_at"})

    scans_due_count: int | None = None
    scans_missed_count: int | None = None
    last_scan_at: Instant | Never | None = None


class DkimSelector(Item):
    """A signing key that a mail domain publishes: its name and length, never the key.

    From: public DNS.
    """

    name: Text
    bits_count: int | None = None


class MailDomain(Item):
    """What a mail domain publishes about who may send in its name.

    From: public DNS.
    """

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
    """A registered domain name.

    From: public RDAP.
    """

    name: Text
    registered_until_at: Instant | Never | None = None
    locked: bool | None = None


class Microsoft365(Section):
    """Sign-in, licences and phishing tests of a Microsoft 365 tenant.

    From: Microsoft Graph.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("phishing_tested_on", "phishing_failed_percent"),)

    mfa_enforced: bool | None = None
    legacy_blocked: bool | None = None
    unused_licences_count: int | None = None
    mfa_capable_percent: float | None = None
    phishing_tested_on: date | None = None
    phishing_failed_percent: float | None = None


class Cloud(Section):
    """Settings of the cloud tenant that decide who sees and shares what.

    From: Microsoft Graph.
    """

    audit_log: bool | None = None
    audit_kept_s: int | None = None
    anonymous_links_expire_s: int | Unlimited | None = None
    secure_score_percent: float | None = None
    user_consent: Literal["none", "verified-low", "all"] | None = None


class Mail(Section):
    """How the mail service forwards, marks and lists mail; the lists hold mailbox names.

    From: Exchange Online.
    """

    mx: tuple[Text, ...] | None = None
    auto_forward: Literal["off", "on"] | None = None
    forwarders: tuple[Text, ...] | None = None
    external_tag: bool | None = None
    shared_mailboxes_with_logon: tuple[Text, ...] | None = None
    blocklisted: tuple[Text, ...] | None = None


class MobileDevice(Item):
    """A phone or tablet that is enrolled with the device management service.

    From: device management service.
    """

    name: Text
    managed: bool | None = None
    compliant: bool | None = None


class OpenPort(Item):
    """A port that answers from the internet.

    From: public check.
    """

    name: Text
    port: int | None = None


class SeenDevice(Item):
    """An address that answered on the site's network.

    From: the agent's discovery of a site.
    """

    KEY: ClassVar[str] = "address"

    address: Text
    mac: Text | None = None
    vendor: Text | None = None


class InventoryEntry(Item):
    """A device that the client's list names.

    From: the server's own list.
    """

    name: Text
    mac: Text | None = None
    serial: Text | None = None


class Wan(Section):
    """How the site's internet line performs.

    From: the agent's measurement.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("latency_s", "loss_percent"),)
    VOLATILE: ClassVar[frozenset[str]] = frozenset({"latency_s", "loss_percent"})

    latency_s: float | None = None
    loss_percent: float | None = None


class Register(Item):
    """A paper or register that must be on file, with the day it bears.

    From: documentation system, or a person.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("on_file", "dated_on"),)

    name: Text
    on_file: bool | None = None
    dated_on: date | None = None
