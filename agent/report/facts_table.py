"""Facts for the terminal: sections with their values in words, and the gaps with their reasons."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from agent.report.terminal import said
from collectors.facts import words
from collectors.facts.gaps import Gap
from collectors.facts.model import Fact, Item
from collectors.facts.plain_text import plain_line
from collectors.facts.reading import Reading, Snapshot

if TYPE_CHECKING:
    from rich.console import Console

ITEMS_SHOWN: Final = 40  # objects of one list; the JSON document holds all


def draw_facts(console: "Console", snapshot: Snapshot) -> None:
    """Print a snapshot: a block a section, then what could not be read."""
    from rich.text import Text

    device = snapshot.device
    parts = [part for part in (device.device_class, device.driver, device.address) if part]
    console.print(Text.assemble((plain_line(device.name), "bold"), f"  {', '.join(parts)}" if parts else ""))
    console.print(said(f"read at {snapshot.observed_at:%Y-%m-%d %H:%M:%S} UTC", style="dim"))
    if snapshot.problem is not None:
        console.print(said(f"not read: this device {snapshot.problem.text} ({snapshot.problem.reason})"))
    for reading in snapshot.readings:
        if reading.value is not None:
            _draw_section(console, reading, snapshot.observed_at)
    gaps = _gaps(snapshot)
    if gaps:
        console.print()
        console.print(said("not known", style="bold"))
        for gap, names in gaps.items():
            told = said(f"  {', '.join(names)}: {gap.text}")
            console.print(Text.assemble(told, (f"  ({gap.reason})", "dim")))


def _draw_section(console: "Console", reading: Reading, at: datetime) -> None:
    from rich.table import Table
    from rich.text import Text

    value = reading.value
    console.print()
    title = words.noun(reading.section)
    if isinstance(value, Fact):
        console.print(said(title, style="bold"))
        table = Table.grid(padding=(0, 2))
        for name, text in _fields(reading.section, value, at):
            table.add_row(said(f"  {name}", style="dim"), said(text))
        console.print(table)
        return
    items: Sequence[Item | str] = value or ()
    partly = "" if reading.complete else ", only partly read"
    console.print(said(f"{title} ({len(items)}{partly})", style="bold"))
    for item in items[:ITEMS_SHOWN]:
        if isinstance(item, str):
            console.print(said(f"  {item}"))
            continue
        told = "; ".join(f"{name} {text}" for name, text in _fields(reading.section, item, at, skip=item.KEY))
        console.print(Text.assemble("  ", (plain_line(item.key), "bold"), f"  {told}"))
    if len(items) > ITEMS_SHOWN:
        console.print(said(f"  and {len(items) - ITEMS_SHOWN} more", style="dim"))


def _fields(path: str, owner: Fact, at: datetime, skip: str = "") -> list[tuple[str, str]]:
    """Return the known fields of a section or object as pairs of name and value in words."""
    told = []
    for name in type(owner).model_fields:
        value = getattr(owner, name)
        if value is None or name in {skip, "partial"}:
            continue
        where = f"{path}.{name}"
        told.append((words.noun(where), words.say(where, value, at=at)))
    return told


def _gaps(snapshot: Snapshot) -> dict[Gap, list[str]]:
    """Return what is not known, by its reason in the device's words."""
    told: dict[Gap, list[str]] = {}
    for reading in snapshot.readings:
        if reading.gap is not None:
            told.setdefault(reading.gap, []).append(words.noun(reading.section))
        for path, gap in reading.field_gaps.items():
            where = f"{reading.section}{path}" if path.startswith("[") else f"{reading.section}.{path}"
            sentence = words.gap_sentence(where, gap)
            told.setdefault(gap, []).append(sentence.removesuffix(f" {gap.text}"))
    return told
