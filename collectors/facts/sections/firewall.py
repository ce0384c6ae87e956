"""Firewall rules, tunnels, licences and high availability."""

from datetime import date
from typing import Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Text, Version


class Ha(Section):
    """firewall ssh, snmp"""

    mode: Literal["none", "active-passive", "active-active"] | None = None
    state: Literal["active", "passive", "other"] | None = None
    since_at: Instant | Never | None = None
    peer_online: bool | None = None
    in_sync: bool | None = None


class Licence(Item):
    """firewall ssh, snmp"""

    name: Text
    valid_until_on: date | None = None


class Signature(Item):
    """firewall ssh, snmp"""

    name: Text
    version: Version | None = None
    updated_at: Instant | Never | None = None


class FirewallRule(Item):
    """firewall ssh configuration"""

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
    """firewall ssh configuration"""

    name: Text
    public: Text | None = None
    target: Text | None = None
    ports: tuple[Text, ...] | None = None
    comment: Text | None = None


class Zone(Item):
    """firewall ssh configuration"""

    name: Text
    networks: tuple[Text, ...] | None = None


class Tunnel(Item):
    """firewall ssh, snmp"""

    name: Text
    ike_version: int | None = None
    aggressive: bool | None = None
    encryption: tuple[Text, ...] | None = None
    dh_group: int | None = None
    up: bool | None = None


class VpnUser(Item):
    """firewall ssh"""

    name: Text
    mfa: bool | None = None
    last_logon_at: Instant | Never | None = None
