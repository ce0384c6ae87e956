"""The contract of a driver: one module that says what it asks and reads replies into facts, and does no I/O."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar, cast, runtime_checkable

from collectors.errors import CollectError
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.marks import Marks
from collectors.facts.model import Item, doubled
from collectors.facts.reading import TransportName, Value
from collectors.facts.scalars import TEXT_LIMIT


@dataclass(frozen=True)
class Gentle:
    """What a platform bears: connections at once, questions a second, rows an SNMP answer, pause after logout."""

    connections_count: int = 1
    questions_per_s: float = 20.0
    repetitions_count: int = 20
    pause_after_s: float = 0.0


@dataclass(frozen=True)
class Matches:
    """How a device is known as this driver's. Every given kind of text is tried; any hit counts.

    `sys_object_ids` are prefixes; the longest one of all drivers wins. `sys_descr`, `banner`, `prompt` and `ident` are
    regular expressions over what the device says by itself. `probes` are OIDs of which one must have a value, asked
    only where sysObjectID and sysDescr decide nothing. `replies` maps a question of ASKS to an expression that its
    reply must match.
    """

    sys_object_ids: tuple[str, ...] = ()
    sys_descr: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    ident: tuple[str, ...] = ()
    banner: tuple[str, ...] = ()
    prompt: tuple[str, ...] = ()
    replies: Mapping[str, str] = field(default_factory=dict)
    rank: int = 100
    """Among equal hits the lower rank wins: a vendor's driver 100, a generic one 500."""


@dataclass(frozen=True)
class Part:
    """A section with what is missing inside it: gaps by path after the section's name, and whether a list is whole.

    The path '' is the section itself.
    """

    value: Value | None
    gaps: Mapping[str, Gap] = field(default_factory=dict)
    complete: bool = True


Replies_contra = TypeVar("Replies_contra", contravariant=True)
R = TypeVar("R")

Sections = Mapping[str, Callable[[R], Value | Part | None]]
"""What reads each section."""


@runtime_checkable
class Driver(Protocol[Replies_contra]):
    """A module of `collectors.drivers`. Its name is the module's name."""

    TRANSPORT: TransportName
    TITLE: str
    """The platform in words: 'Cisco IOS and IOS-XE, over SSH'."""
    DEVICE_CLASS: str | None
    """The class of every such device, or None when `read` tells it."""
    ASKS: tuple[str, ...]
    """All that is read: OIDs, commands, script blocks, NUT commands, local questions."""
    PREPARES: tuple[str, ...]
    """All else that goes over the wire: paging, width, enable, context."""
    NEEDS: Mapping[str, str]
    """The least rights, by section."""
    GENTLE: Gentle
    MATCHES: Matches

    @staticmethod
    def read(replies: Replies_contra) -> Facts:
        """Return the facts in the replies; never raises for a device's words."""


def gather(
    replies: R,
    sections: Sections[R],
    marks: Callable[[R], Marks] | None = None,
    device_class: Callable[[R], str | None] | str | None = None,
) -> Facts:
    """Return the facts of all sections, each read by its function on its own.

    A function that raises a CollectError leaves its error's gap in the section's place; None means that the device
    has nothing to say on it and leaves nothing. One failed part never loses the others.
    """
    values: dict[str, Value] = {}
    gaps: dict[str, Gap] = {}
    incomplete: set[str] = set()
    for section, read_section in sections.items():
        try:
            told = read_section(replies)
        except CollectError as error:
            gaps[section] = error.gap
            continue
        part = told if isinstance(told, Part) else Part(told)
        if part.value is not None:
            values[section] = numbered(part.value)
            if (key := doubled(values[section])) is not None:
                del values[section]
                gaps[section] = Gap(
                    reason=GapReason.UNEXPECTED_REPLY, text=f"is not certain: two are told of the name {key!r:.60}"
                )
                continue
        if not part.complete:
            incomplete.add(section)
        for path, gap in part.gaps.items():
            gaps[section if not path else f"{section}{path}" if path.startswith("[") else f"{section}.{path}"] = gap
    return Facts.model_validate(
        {
            **values,
            "gaps": gaps,
            "incomplete": frozenset(incomplete),
            "marks": _told_or(Marks(), marks, replies),
            "device_class": device_class if isinstance(device_class, str) else _told_or(None, device_class, replies),
        }
    )


def numbered(value: Value) -> Value:
    """Return a list whose objects all have names of their own: one that comes again is called 'name #2', in order."""
    if not isinstance(value, tuple):
        return value
    taken = {part.key for part in value if isinstance(part, Item)}
    counts: Counter[str] = Counter()
    found: list[Item | str] = []
    for part in value:
        if isinstance(part, Item) and type(part).model_fields[part.KEY].annotation is str:
            counts[part.key] += 1
            again = counts[part.key] > 1
            found.append(part.model_copy(update={part.KEY: _free_name(part.key, counts, taken)}) if again else part)
        else:
            found.append(part)
    return cast("Value", tuple(found))


def _free_name(name: str, counts: Counter[str], taken: set[str]) -> str:
    """Return the name with the next number that no other object has, not longer than a text may be."""
    while (numbered_name := name[: TEXT_LIMIT - len(mark := f" #{counts[name]}")] + mark) in taken:
        counts[name] += 1
    taken.add(numbered_name)
    return numbered_name


def _told_or(otherwise: Marks | str | None, tell: Callable[[R], Marks | str | None] | None, replies: R) -> object:
    try:
        return otherwise if tell is None else tell(replies)
    except CollectError:
        return otherwise
