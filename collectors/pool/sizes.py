"""The sizes of a pool; the defaults are the design's (decision 17; users.md for the devices of a site at once)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.facts.reading import TransportName


@dataclass(frozen=True)
class Sizes:
    """How much at once, how many in one child, and when a child is ended."""

    at_once_count: int = 10
    """Devices that take much longer than the others step aside and are not counted (`collectors.pool.turns`)."""
    in_flight: Mapping[TransportName, int] = field(
        default_factory=lambda: {"snmp": 500, "ssh": 32, "winrm": 16, "nut": 50, "local": 1}
    )
    in_a_child: Mapping[TransportName, int] = field(
        default_factory=lambda: {"snmp": 50, "ssh": 8, "winrm": 8, "nut": 50, "local": 8}
    )
    children_count: int = 16
    jobs_a_child_count: int = 500
    """Then a fresh child takes over, and so it does above `recycle_above_bytes`: what leaks in a library ends there."""
    memory_limit_bytes: int = 400 * 1024 * 1024
    recycle_above_bytes: int = 200 * 1024 * 1024
    cpu_budget_s: int = 120
    start_s: float = 60.0
    """A child that has not begun a job by then is ended."""
    grace_s: float = 5.0
    """A child keeps each job's deadline itself; one that does not answer so long after it is ended."""
