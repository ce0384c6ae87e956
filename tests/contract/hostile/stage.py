"""A stage: hostile devices and honest ones, all read at once by one child of the pool over the real transports.

Hostile ones share a process and honest ones another, so that none of them makes another one slow but by its traffic.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from collectors.access import Access, Secret
from collectors.collect import TRANSPORTS, Equipment
from collectors.facts.gaps import GapReason
from collectors.facts.merge import subject_of
from collectors.facts.reading import Snapshot, TransportName
from collectors.first_contact import PinStore
from collectors.known_marks import KnownMarks
from collectors.ledger import LogonLedger
from collectors.pool.job import Job
from collectors.pool.parent import Pool, Progress
from collectors.pool.sizes import Sizes
from rules.judge import judge
from rules.library_at import default_library
from rules.verdict import Word
from tests.peers.apart import Apart, Where, apart

ATTACK_S = 4.0
"""The deadline of a device that only this ends."""
HONEST_S = 90.0
"""The deadline of an honest device, and of a hostile one that ends by what it sends: a busy machine takes its time."""
MEMORY_PEAK_BYTES = 200 * 1024 * 1024
"""Half of what a child may use: all attacks of a transport at once stay below it."""


@dataclass(frozen=True)
class Played:
    """What came of a run: the snapshots by name, which devices were tried again alone, and the children."""

    snapshots: Mapping[str, Snapshot]
    tried_again: frozenset[str]
    children_count: int
    peak_bytes: int


@dataclass(frozen=True)
class Cast:
    """The devices on stage, hostile and honest."""

    hostile: Apart
    honest: Apart

    @property
    def places(self) -> dict[str, Where]:
        """Return where each listens, by name."""
        return {**self.hostile.places, **self.honest.places}

    @property
    def logged_on_twice(self) -> dict[str, int]:
        """Return who saw more than one logon, and how many."""
        every = {**self.hostile.logon_counts(), **self.honest.logon_counts()}
        return {name: count for name, count in every.items() if count > 1}


@contextmanager
def on_stage(make: Callable[[str], Any], hostile: Iterable[str], honest: Iterable[str]) -> Iterator[Cast]:
    """Give the devices that `make` makes of their names; it must be found by its name in its module."""
    with ExitStack() as keep:
        both = [keep.enter_context(apart({name: (make, name) for name in names})) for names in (hostile, honest)]
        yield Cast(*both)


def job(name: str, transport: TransportName, peer: Any, secret: Secret, driver: str | None, timeout_s: float) -> Job:
    """Return the job of one simulated device."""
    access = Access(transport=transport, address=peer.address, port=peer.port, driver=driver)
    return Job(name, name, access, secret, timeout_s)


def all_in_one_child(count: int) -> Sizes:
    """Return the sizes of a pool that reads so many devices in one child, all at once."""
    everything: Mapping[TransportName, int] = dict.fromkeys(TRANSPORTS, count)
    return Sizes(at_once_count=count, in_flight=everything, in_a_child=everything, jobs_a_child_count=10 * count)


def play(jobs: Iterable[Job], folder: Path, snmp: str | None = None, sizes: Sizes | None = None) -> Played:
    """Read all devices, in one child where nothing is said; `snmp` names another module for that transport."""
    together = list(jobs)
    tried_again = set()

    def note(progress: Progress) -> None:
        if progress.word == "again":
            tried_again.add(progress.job.name)

    equipment = Equipment({**TRANSPORTS, "snmp": snmp} if snmp else TRANSPORTS)
    with (
        closing(LogonLedger(folder)) as ledger,
        closing(PinStore(folder)) as pins,
        closing(KnownMarks(folder)) as marks,
        Pool(
            ledger,
            pins,
            sizes=sizes or all_in_one_child(len(together)),
            equipment=equipment,
            judge=lambda done, snapshot: marks.judge(done.name, done.access, snapshot),
            on_progress=note,
        ) as pool,
    ):
        snapshots = dict(pool.run(together))
        peak_bytes = max(map(_peak_bytes, pool.pids), default=0)
        return Played(snapshots, frozenset(tried_again), len(pool.pids), peak_bytes)


def _peak_bytes(pid: int) -> int:
    """Return the largest resident size of a process so far, 0 on a system that does not tell it."""
    status = Path(f"/proc/{pid}/status")
    told = re.search(r"^VmHWM:\s*(\d+) kB", status.read_text(), re.MULTILINE) if status.exists() else None
    return int(told[1]) * 1024 if told else 0


def reasons(snapshot: Snapshot) -> set[GapReason]:
    """Return the reasons of all gaps of a snapshot."""
    gaps = [snapshot.problem, *(reading.gap for reading in snapshot.readings)]
    gaps += [gap for reading in snapshot.readings for gap in reading.field_gaps.values()]
    return {gap.reason for gap in gaps if gap is not None}


def failures(snapshot: Snapshot, right: GapReason) -> set[GapReason]:
    """Return the reasons of a snapshot's gaps; what honest devices leave out too counts only where it is right."""
    return reasons(snapshot) - ({GapReason.NOT_TOLD, GapReason.UNSUPPORTED} - {right})


def facts(snapshot: Snapshot) -> dict[str, object]:
    """Return what a snapshot tells, by section; moments are left out, because they are counted from the clock."""
    assert snapshot.problem is None, snapshot.problem
    return {reading.section: _without_moments(reading.model_dump(mode="json")) for reading in snapshot.readings}


def _without_moments(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: _without_moments(value) for name, value in told.items() if not name.endswith("_at")}
    return [_without_moments(one) for one in told] if isinstance(told, list) else told


@cache
def _library() -> Any:
    return default_library()


def said_yes(snapshot: Snapshot) -> set[str]:
    """Return the standards that say yes of this device alone."""
    kind = snapshot.device.device_class
    document = judge([subject_of([snapshot], name="device", kind=kind)], _library(), datetime.now(UTC), client="x")
    return {one.id for one in document.standards if any(each.verdict is Word.YES for each in one.subjects)}
