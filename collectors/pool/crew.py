"""The living children of a pool: which of them has room for an attempt, and when one is started, retired or ended."""

import queue
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from collectors.collect import Equipment
from collectors.driver_index import index_of
from collectors.facts.reading import TransportName
from collectors.pool.child import ChildSettings
from collectors.pool.messages import WordFromChild
from collectors.pool.sizes import Sizes
from collectors.pool.turns import Attempt
from collectors.pool.warm import Inbox, WarmChild

_LOADED_ON_USE: Mapping[TransportName, tuple[str, ...]] = {
    "ssh": ("netmiko",),
    "snmp": ("collectors.transports.snmp.pysnmp_engine", "gufo.snmp"),
}
"""Libraries that transports import late; one that is not installed is passed over."""


class Crew:
    """Children by lane: devices that are asked in datagrams share one by fifty, those that log on by eight."""

    def __init__(self, sizes: Sizes, equipment: Equipment) -> None:
        self._sizes = sizes
        self._equipment = equipment
        self._settings = ChildSettings(sizes.memory_limit_bytes, sizes.cpu_budget_s, equipment)
        self.children: list[WarmChild] = []
        self.inbox: Inbox = queue.SimpleQueue()

    def has_room(self, attempt: Attempt) -> bool:
        """Return whether an attempt can begin now; only one attempt at a time has a child of its own."""
        if attempt.alone and any(child.alone and child.in_hand for child in self.children):
            return False
        may_start = len(self.children) < self._sizes.children_count
        return may_start or self._with_room(attempt) is not None or self._idle() is not None

    def give(self, attempt: Attempt, soon: Iterable[TransportName]) -> None:
        """Begin an attempt in a child with room, or in a new one that has loaded the transports needed soon."""
        child = self._with_room(attempt)
        if child is None:
            idle = self._idle()
            if idle is not None and len(self.children) >= self._sizes.children_count:
                self.end(idle)
            modules = self._modules({*soon})
            lane = _lane(attempt.job.access.transport)
            child = WarmChild(lane, attempt.alone, self._settings, self.inbox, modules)
            self.children.append(child)
        child.begin(attempt, self._sizes.start_s)

    def release(self, child: WarmChild, memory_bytes: int, *, spent: bool) -> None:
        """Count a finished job, and end the child when it has nothing in hand and is not to be used again."""
        child.done_count += 1
        outgrown = memory_bytes > self._sizes.recycle_above_bytes or child.done_count >= self._sizes.jobs_a_child_count
        child.retiring = child.retiring or spent or outgrown
        if child.retiring and not child.in_hand:
            self.end(child)

    def late(self) -> list[WarmChild]:
        """Return the children that had to answer by now and are still alive."""
        at_s = time.monotonic()
        return [child for child in self.children if child.is_late(at_s) and not child.killed_as_late]

    def said(self, patience_s: float = 0) -> list[tuple[WarmChild, WordFromChild | None]]:
        """Return what children have said, in order; waits so long for the first word."""
        words = []
        with suppress(queue.Empty):
            words.append(self.inbox.get(timeout=patience_s) if patience_s else self.inbox.get_nowait())
            while True:
                words.append(self.inbox.get_nowait())
        return words

    def end(self, child: WarmChild) -> None:
        """End one child."""
        self.children.remove(child)
        child.close()

    def end_all(self, which: Callable[[WarmChild], bool] = lambda _: True) -> None:
        """End all children, or those of a kind."""
        for child in [child for child in self.children if which(child)]:
            self.end(child)

    def _with_room(self, attempt: Attempt) -> WarmChild | None:
        transport = attempt.job.access.transport
        for child in self.children:
            usable = child.alone is attempt.alone and not (child.retiring or child.killed_as_late)
            most = 1 if attempt.alone else self._sizes.in_a_child[transport]
            if usable and child.lane == _lane(transport) and len(child.in_hand) < most:
                return child
        return None

    def _modules(self, transports: set[TransportName]) -> list[str]:
        """Return what children are to find loaded: the transports, what those load on use, and all drivers."""
        package = self._equipment.drivers_package
        return [
            *(self._equipment.transports[transport] for transport in sorted(transports)),
            *(module for transport in sorted(transports) for module in _LOADED_ON_USE.get(transport, ())),
            *(f"{package}.{name}" for name in index_of(package)),
        ]

    def _idle(self) -> WarmChild | None:
        return next((child for child in self.children if not child.in_hand), None)


def _lane(transport: TransportName) -> str:
    return "logons" if transport in {"ssh", "winrm"} else "datagrams"
