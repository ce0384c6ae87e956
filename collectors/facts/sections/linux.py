"""Linux and macOS settings."""

from typing import Literal

from collectors.facts.model import Section
from collectors.facts.scalars import Text


class Sshd(Section):
    """How the SSH server of a Linux machine lets people in, as the running server says it.

    From: ssh linux.
    """

    root_login: Literal["no", "key-only", "yes"] | None = None
    password_logon: bool | None = None
    empty_passwords: bool | None = None
    ciphers: tuple[Text, ...] | None = None
    macs: tuple[Text, ...] | None = None
    key_exchanges: tuple[Text, ...] | None = None
    reachable_from: tuple[Text, ...] | None = None


class HostFirewall(Section):
    """The packet filter of a Linux machine.

    From: ssh linux.
    """

    active: bool | None = None
    inbound: Literal["drop", "reject", "accept"] | None = None


class MacSettings(Section):
    """The protection settings of a Mac.

    From: rmm, ssh.
    """

    disk_encrypted: bool | None = None
    firewall: bool | None = None
    gatekeeper: bool | None = None
    auto_update: bool | None = None
