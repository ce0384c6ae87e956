"""Which address objects and groups of FortiOS stand for every address, by virtual domain."""

from dataclasses import dataclass, field

from collectors.errors import CollectError
from collectors.facts.gaps import Gap, GapReason
from collectors.readers.fortios.fortios_config import Block, Placed, Shown, network_of, switched

OBJECTS, GROUPS = "firewall address", "firewall addrgrp"
ALL = "all"
FILLED_BY_THE_SYSTEM = frozenset({"FABRIC_DEVICE", "FIREWALL_AUTH_PORTAL_ADDRESS"})
"""The factory's objects without an address, into which the system itself puts some."""


_NO_NETWORK = frozenset({"dynamic", "fqdn", "geography", "interface-subnet", "mac"})
NOT_UNDERSTOOD = Gap(
    reason=GapReason.UNEXPECTED_REPLY, text="is not certain: an object that it names is not understood"
)


@dataclass
class Named:
    """Names that stand for every address, and those of which it is not certain."""

    everything: set[str] = field(default_factory=lambda: {ALL})
    unsure: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    """All names that are defined, where that is asked."""

    def is_all(self, names: tuple[str, ...]) -> bool | None:
        """Return whether one of the names stands for every address; None when that is not certain."""
        if self.everything & {*names}:
            return True
        return None if self.unsure & {*names} else False


def named(shown: Shown) -> dict[str, Named] | Gap:
    """Return what the names of objects and groups stand for, by virtual domain; the gap when they were not read."""
    try:
        objects, groups = (_entries(shown, name) for name in (OBJECTS, GROUPS))
        found = {placed.vdom: Named() for placed in (*objects, *groups)}
        for placed in objects:
            _note(found[placed.vdom], placed.block.name, _is_all(placed.block))
        while sum(_note(found[group.vdom], *_of_group(group.block, found[group.vdom])) for group in groups):
            pass  # groups in groups
    except CollectError as error:
        return error.gap
    return found


def _entries(shown: Shown, name: str) -> list[Placed]:
    return [placed for placed in shown.entries(name) if placed.block.name not in FILLED_BY_THE_SYSTEM]


def _note(known: Named, name: str, is_all: bool | None) -> bool:
    """Note what a name stands for; return whether that is new."""
    names = known.everything if is_all else known.unsure
    if is_all is False or name in known.everything or name in names:
        return False
    names.add(name)
    return True


def _is_all(entry: Block) -> bool | None:
    """Return whether an object holds every address: its kind is a network by default, its network 0.0.0.0/0."""
    kind, network = entry.text("type") or "ipmask", entry.words("subnet")
    if kind == "iprange":
        ends = [network_of((end,)) for end in (entry.text("start-ip") or "", entry.text("end-ip") or "")]
        return None if None in ends else ends == ["0.0.0.0/32", "255.255.255.255/32"]
    if kind == "ipmask":
        found = network_of(network) if network else "any"
        return None if found is None else found == "any"
    return False if kind in _NO_NETWORK else None


def _of_group(group: Block, known: Named) -> tuple[str, bool | None]:
    if switched(group, "exclude", default=False):
        return group.name, False
    return group.name, known.is_all(group.words("member") or ())
