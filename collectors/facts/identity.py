"""Which device answered: marks compared, strangers put in quarantine, merges and moves proposed to a person."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import Final, Literal

from collectors.facts.gaps import Gap, GapReason
from collectors.facts.marks import Marks
from collectors.facts.reading import Snapshot

Mark = tuple[str, str]
"""A mark's name and its value in one form: ('serial', 'fgt60f0000000001')."""

BUILT_IN: Final = ("serial", "smbios_uuid", "chassis_mac")
"""Marks that are one with the machine. The others are files on it: a restore copies them, an upgrade makes new ones."""

PINNED: Final = frozenset({"host_key", "certificate_key"})
"""Marks that an access can be pinned to: they prove themselves, so a person need not confirm what they say."""

NAMES: Final[Mapping[str, str]] = {
    "serial": "serial number",
    "smbios_uuid": "machine UUID",
    "snmp_engine_id": "SNMP engine id",
    "chassis_mac": "chassis address",
    "host_key": "host key",
    "certificate_key": "certificate key",
    "machine_id": "machine id",
}


class Likeness(StrEnum):
    """What two sets of marks say."""

    EQUAL = "equal"
    CONTRADICTS = "contradicts"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Match:
    """Whether two sets of marks are of one device, and the names of the marks that say so."""

    likeness: Likeness
    agreeing: tuple[str, ...] = ()
    contradicting: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnownDevice:
    """What is stored of a device for knowing it again; addresses are those of its own agent's network only."""

    marks: Marks
    addresses: frozenset[str] = frozenset()
    members: tuple[Marks, ...] = ()
    """The members of a stack, or of the HA pair or cluster that answers at one address: each may answer for all."""
    pinned: bool = False
    """Whether an access of it is pinned to its key."""


@dataclass(frozen=True)
class Group:
    """An HA pair or a cluster: devices with roles that standards over groups count once."""

    name: str
    kind: Literal["ha-pair", "cluster"]
    roles: Mapping[str, str] = field(default_factory=dict)
    """The role of each device, by its id."""


@dataclass(frozen=True)
class Proposal:
    """What a person is asked: are two devices one, or has one moved to another address?"""

    kind: Literal["merge", "move"]
    device: str
    """The id of the device that is known by these marks."""
    other: str | None
    """merge: the id of the device whose access was used. move: None."""
    address: str | None
    """move: the address at which the device answers now."""
    marks: tuple[str, ...]
    """The names of the marks that agree."""
    confirmed: bool = False
    """Whether a pinned key has proved it already."""


def same_device(one: Marks, other: Marks, not_counted: Collection[Mark] = frozenset()) -> Match:
    """Return whether two sets of marks are of one device.

    Marks that are built in decide: one of them that differs is a contradiction, whatever else agrees (a restored
    configuration brings the old keys to a new machine). Without a built-in mark on both sides the others decide, and a
    mixture of them is unknown. Junk marks and those in `not_counted` say nothing.
    """
    mine, theirs = _counting(one, not_counted), _counting(other, not_counted)
    shared = [name for name in mine if name in theirs]
    agreeing = tuple(name for name in shared if mine[name] == theirs[name])
    contradicting = tuple(name for name in shared if mine[name] != theirs[name])
    for names in (set(BUILT_IN), set(NAMES) - set(BUILT_IN)):
        if names & set(contradicting):
            mixed = names & set(agreeing) and not names & set(BUILT_IN)
            return Match(Likeness.UNKNOWN if mixed else Likeness.CONTRADICTS, agreeing, contradicting)
        if names & set(agreeing):
            return Match(Likeness.EQUAL, agreeing, contradicting)
    return Match(Likeness.UNKNOWN)


def not_counted(devices: Mapping[str, Marks]) -> frozenset[Mark]:
    """Return the marks that two devices share which a built-in mark tells apart: cloned keys, a maker's filler."""
    shared: set[Mark] = set()
    for holders in _holders(devices.values()).values():
        for one, other in combinations(holders, 2):
            common = frozenset(one.strong().items()) & frozenset(other.strong().items())
            if not common <= shared and same_device(one, other, common).likeness is Likeness.CONTRADICTS:
                shared |= common
    return frozenset(shared)


def quarantined(
    known: Marks, snapshot: Snapshot, members: Sequence[Marks] = (), not_counted: Collection[Mark] = frozenset()
) -> Gap | None:
    """Return the gap that stands in the place of a snapshot by another device, None when it may be taken over.

    A member of the known stack or group may answer for it.
    """
    match = same_device(known, snapshot.marks, not_counted)
    if match.likeness is not Likeness.CONTRADICTS:
        return None
    if any(same_device(member, snapshot.marks, not_counted).likeness is Likeness.EQUAL for member in members):
        return None
    named = ", ".join(NAMES[name] for name in match.contradicting)
    return Gap(
        reason=GapReason.IDENTITY_CHANGED,
        text=f"was not taken over: another device answers here (another {named})",
    )


def propose(
    devices: Mapping[str, KnownDevice],
    snapshot: Snapshot,
    asked: str,
    apart: Collection[frozenset[str]] = frozenset(),
) -> tuple[Proposal, ...]:
    """Return what a person should be asked about a snapshot that came by an access of the device `asked`.

    Its marks are another device's: either both are one (merge), or, where they contradict what is known of `asked`, the
    other device has moved to this address. `apart` holds pairs of ids that a person has told apart.
    """
    shared = not_counted({id_: device.marks for id_, device in devices.items()})
    stranger = quarantined(devices[asked].marks, snapshot, devices[asked].members, shared) is not None
    proposals = []
    for id_, device in sorted(devices.items()):
        match = same_device(device.marks, snapshot.marks, shared)
        if id_ == asked or match.likeness is not Likeness.EQUAL or frozenset({id_, asked}) in apart:
            continue
        proved = device.pinned and bool(PINNED & set(match.agreeing))
        if not stranger:
            proposals.append(Proposal("merge", id_, asked, None, match.agreeing, proved))
        elif snapshot.device.address and snapshot.device.address not in device.addresses:
            proposals.append(Proposal("move", id_, None, snapshot.device.address, match.agreeing, proved))
    return tuple(proposals)


def same_devices(snapshots: Iterable[Snapshot]) -> tuple[tuple[Snapshot, ...], ...]:
    """Return the snapshots put together by device: by equal marks, else by name and address, never against a mark.

    The order of what is given changes only the order of the groups and within them.
    """
    told = tuple(snapshots)
    shared = not_counted({str(place): each.marks for place, each in enumerate(told)})
    group_of = {place: {place} for place in range(len(told))}
    for one, other in _likely_pairs(told, shared):
        first, second = group_of[one], group_of[other]
        if first is second:
            continue
        apart = any(
            same_device(told[mine].marks, told[theirs].marks, shared).likeness is Likeness.CONTRADICTS
            for mine in first
            for theirs in second
        )
        if not apart:
            first |= second
            group_of |= dict.fromkeys(second, first)
    groups = {min(group): group for group in group_of.values()}
    return tuple(tuple(told[place] for place in sorted(groups[first])) for first in sorted(groups))


def _likely_pairs(told: Sequence[Snapshot], shared: Collection[Mark]) -> Iterator[tuple[int, int]]:
    """Yield the places of snapshots that share a mark, built-in ones first, then of those with one name and address."""
    by_mark: dict[tuple[int, str, str], list[int]] = {}
    for place, each in enumerate(told):
        marks = _counting(each.marks, shared)
        for name, mark in marks.items():
            by_mark.setdefault((0 if name in BUILT_IN else 1, name, mark), []).append(place)
        if each.device.address:
            by_mark.setdefault((2, each.device.name.casefold(), each.device.address.casefold()), []).append(place)
    for key in sorted(by_mark):
        for one, other in combinations(sorted(by_mark[key], key=lambda place: _words(told[place])), 2):
            match = same_device(told[one].marks, told[other].marks, shared)
            if key[0] == 2 or match.likeness is Likeness.EQUAL:
                yield one, other


def _words(snapshot: Snapshot) -> str:
    return repr((snapshot.observed_at, snapshot.device, snapshot.marks))


def _holders(marks: Iterable[Marks]) -> dict[Mark, list[Marks]]:
    holders: dict[Mark, list[Marks]] = {}
    for each in marks:
        for mark in each.strong().items():
            holders.setdefault(mark, []).append(each)
    return {mark: holding for mark, holding in holders.items() if len(holding) > 1}


def counted_once(devices: Iterable[str], groups: Iterable[Group]) -> tuple[str, ...]:
    """Return what standards over groups count: the name of each group in which a device is, and each device in none."""
    group_of = {device: group.name for group in groups for device in group.roles}
    return tuple(dict.fromkeys(group_of.get(device, device) for device in devices))


def _counting(marks: Marks, not_counted: Collection[Mark]) -> dict[str, str]:
    return {name: mark for name, mark in marks.strong().items() if (name, mark) not in not_counted}
