"""Switching and routing."""

from typing import ClassVar, Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Text


class Interface(Item):
    """snmp IF-MIB, ssh"""

    name: Text
    kind: Literal["ethernet", "lag", "vlan", "loopback", "other"] | None = None
    description: Text | None = None
    role: Literal["uplink", "access", "wan", "other"] | None = None
    enabled: bool | None = None
    up: bool | None = None
    duplex: Literal["full", "half"] | None = None
    speed_bps: int | None = None
    in_errors_count: int | None = None
    in_packets_count: int | None = None
    use_percent: float | None = None
    last_used_at: Instant | Never | None = None
    err_disabled: bool | None = None
    bpdu_guard: bool | None = None
    storm_control: bool | None = None
    dot1x: bool | None = None


class Ports(Section):
    """snmp IF-MIB, ssh"""

    total_count: int | None = None
    free_count: int | None = None


class Poe(Section):
    """snmp POWER-ETHERNET, ssh"""

    used_percent: float | None = None


class Trunk(Item):
    """snmp, ssh"""

    name: Text
    native_vlan: int | None = None
    native_mismatch: bool | None = None


class Vlan(Item):
    """snmp Q-BRIDGE, ssh"""

    KEY: ClassVar[str] = "number"

    number: int
    name: Text | None = None
    access_ports_count: int | None = None
    has_address: bool | None = None
    snooping: bool | None = None


class Stp(Section):
    """snmp BRIDGE-MIB, ssh"""

    enabled: bool | None = None
    mode: Literal["stp", "rstp", "rapid-pvst", "mstp", "pvst"] | None = None
    root: Text | None = None
    changes_count: int | None = None
    bpdu_guard_default: bool | None = None


class StackMember(Item):
    """snmp, ssh"""

    name: Text
    state: Literal["ready", "other"] | None = None


class Neighbor(Item):
    """snmp LLDP and CDP tables, ssh"""

    name: Text
    port: Text | None = None
    local_port: Text | None = None
    platform: Text | None = None


class Qos(Section):
    """ssh configuration"""

    voice_priority: bool | None = None


class Route(Item):
    """ssh, snmp"""

    KEY: ClassVar[str] = "prefix"

    prefix: Text
    next_hop: Text | None = None
    protocol: Text | None = None


class RoutingNeighbor(Item):
    """ssh"""

    name: Text
    authenticated: bool | None = None
