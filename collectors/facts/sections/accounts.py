"""Accounts, passwords and how a device proves who logs on."""

from typing import ClassVar, Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Text, Unlimited


class PasswordPolicy(Section):
    """What a new password must look like and how long it lasts; an age that never ends is 'unlimited'.

    From: winrm (local, domain), ssh linux, firewall and switch configuration.
    """

    min_length_count: int | None = None
    complexity: bool | None = None
    banned_words_agent: bool | None = None
    history_count: int | None = None
    max_age_s: int | Unlimited | None = None
    min_age_s: int | None = None
    reversible: bool | None = None


class FinePasswordPolicy(Item):
    """A domain's password policy for some of its accounts, which stands above the general one.

    From: winrm, domain controller.
    """

    name: Text
    precedence: int | None = None
    applies_to_admins: bool | None = None
    min_length_count: int | None = None
    max_age_s: int | Unlimited | None = None


class Lockout(Section):
    """When an account is locked after failed logons; a device that never locks has an 'unlimited' threshold.

    From: winrm, ssh linux, firewall and switch configuration.
    """

    threshold_count: int | Unlimited | None = None
    duration_s: int | Unlimited | None = None
    window_s: int | None = None


class Account(Item):
    """An account of the device or domain, what it may do, how it proves itself. Never a password or its hash.

    From: winrm, ssh linux, firewall and nas configuration.
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"last_logon_at"})

    name: Text
    rid: int | None = None
    enabled: bool | None = None
    password_required: bool | None = None
    password_expires: bool | None = None
    password_kind: Text | None = None
    admin: bool | None = None
    mfa: bool | None = None
    trusted_networks: tuple[Text, ...] | None = None  # empty: from everywhere
    password_set_at: Instant | Never | None = None
    last_logon_at: Instant | Never | None = None
    synced: bool | None = None
    has_mailbox: bool | None = None
    human: bool | None = None
    protected: bool | None = None
    methods: tuple[Text, ...] | None = None
    sudo_without_password: bool | None = None


class Laps(Section):
    """Where the password of the local administrator is kept, and until when it holds.

    From: winrm, directory.
    """

    backed_up_to: Literal["none", "entra", "directory"] | None = None
    password_expires_at: Instant | Never | None = None
    account: Text | None = None


class Authentication(Section):
    """How Windows proves who logs on; `default_password_stored` says only that one lies there.

    From: winrm (registry).
    """

    lm_level: int | None = None
    lm_hash_stored: bool | None = None
    anonymous_sam_restricted: bool | None = None
    anonymous_restriction: int | None = None
    everyone_includes_anonymous: bool | None = None
    lsa_protected: bool | None = None
    wdigest_cleartext: bool | None = None
    auto_logon: bool | None = None
    default_password_stored: bool | None = None
    logon_banner_set: bool | None = None
