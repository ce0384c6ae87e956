"""Firewall rules, tunnels, licences and high availability."""

from datetime import date
from typing import ClassVar, Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Text, Version


class Ha(Section):
    """High availability: whether a second member stands ready; a device that stands alone has the mode 'none'.

    From: firewall ssh, snmp.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("state", "since_at"),)

    mode: Literal["none", "active-passive", "active-active"] | None = None
    state: Literal["active", "passive", "other"] | None = None
    since_at: Instant | Never | None = None
    peer_online: bool | None = None
    in_sync: bool | None = None


class Licence(Item):
    """A subscription or support contract that the device itself knows.

    From: firewall ssh, snmp.
    """

    name: Text
    valid_until_on: date | None = None


class Signature(Item):
    """A set of protection signatures.

    From: firewall ssh, snmp.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("version", "updated_at"),)

    name: Text
    version: Version | None = None
    updated_at: Instant | Never | None = None


class FirewallRule(Item):
    """A rule of the firewall, in the device's order, with what it inspects.

    From: firewall ssh configuration.
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"last_hit_at"})

    name: Text
    enabled: bool | None = None
    action: Literal["allow", "deny"] | None = None
    any_source: bool | None = None
    any_destination: bool | None = None
    any_service: bool | None = None
    internet: bool | None = None
    logging: bool | None = None
    ips: Literal["none", "monitor", "block"] | None = None
    last_hit_at: Instant | Never | None = None
    antivirus: bool | None = None
    web_filter: bool | None = None
    tls_inspection: Literal["none", "certificate", "deep"] | None = None
    geography: bool | None = None


class NatRule(Item):
    """A translation from a public address to an inner one.

    From: firewall ssh configuration.
    """

    name: Text
    public: Text | None = None
    target: Text | None = None
    ports: tuple[Text, ...] | None = None
    comment: Text | None = None


class Zone(Item):
    """A zone of the firewall and the networks behind it.

    From: firewall ssh configuration.
    """

    name: Text
    networks: tuple[Text, ...] | None = None


class Tunnel(Item):
    """A site-to-site tunnel: how it is built and whether it stands. Never its key.

    From: firewall ssh, snmp.
    """

    name: Text
    ike_version: int | None = None
    aggressive: bool | None = None
    encryption: tuple[Text, ...] | None = None
    dh_group: int | None = None
    up: bool | None = None


class VpnUser(Item):
    """A person who may dial in.

    From: firewall ssh.
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"last_logon_at"})

    name: Text
    mfa: bool | None = None
    last_logon_at: Instant | Never | None = None
