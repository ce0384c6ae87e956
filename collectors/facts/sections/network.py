"""Switching and routing."""

from typing import ClassVar, Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Text


class Interface(Item):
    """A network interface, known by its name and not its index.

    From: snmp IF-MIB, ssh.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("in_errors_count", "in_packets_count"),)
    VOLATILE: ClassVar[frozenset[str]] = frozenset(
        {"in_errors_count", "in_packets_count", "use_percent", "last_used_at"}
    )

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
    """How many ports the device has, and how many stand free.

    From: snmp IF-MIB, ssh.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("total_count", "free_count"),)

    total_count: int | None = None
    free_count: int | None = None


class Poe(Section):
    """Power over Ethernet: the share of the budget that is in use.

    From: snmp POWER-ETHERNET-MIB, ssh.
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"used_percent"})

    used_percent: float | None = None


class Trunk(Item):
    """A port that carries several VLANs.

    From: snmp, ssh.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("native_vlan", "native_mismatch"),)

    name: Text
    native_vlan: int | None = None
    native_mismatch: bool | None = None


class Vlan(Item):
    """A VLAN, known by its number.

    From: snmp Q-BRIDGE-MIB, ssh.
    """

    KEY: ClassVar[str] = "number"

    number: int
    name: Text | None = None
    access_ports_count: int | None = None
    has_address: bool | None = None
    snooping: bool | None = None


class Stp(Section):
    """Spanning tree.

    From: snmp BRIDGE-MIB, ssh.
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"changes_count"})

    enabled: bool | None = None
    mode: Literal["stp", "rstp", "rapid-pvst", "mstp", "pvst"] | None = None
    root: Text | None = None
    changes_count: int | None = None
    bpdu_guard_default: bool | None = None


class StackMember(Item):
    """A member of a stack; the stack itself is one device.

    From: snmp, ssh.
    """

    name: Text
    state: Literal["ready", "other"] | None = None


class Neighbor(Item):
    """A device at the other end of a cable, as it names itself; `port` is theirs, `local_port` ours.

    From: snmp LLDP and CDP tables, ssh.
    """

    name: Text
    port: Text | None = None
    local_port: Text | None = None
    platform: Text | None = None


class Qos(Section):
    """Whether voice goes first.

    From: ssh configuration.
    """

    voice_priority: bool | None = None


class Route(Item):
    """A route of the device's table.

    From: ssh, snmp.
    """

    KEY: ClassVar[str] = "prefix"

    prefix: Text
    next_hop: Text | None = None
    protocol: Text | None = None


class RoutingNeighbor(Item):
    """A router with which routes are exchanged.

    From: ssh.
    """

    name: Text
    authenticated: bool | None = None
