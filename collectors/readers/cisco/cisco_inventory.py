"""'show inventory' of Cisco platforms: name, description, model, revision and serial number of each part."""

import re
from dataclasses import dataclass

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.sections.system import Component
from collectors.readers.outputs.cli_words import serial_of, unique

_ENTRY = re.compile(
    r'^NAME: *(?:"(?P<quoted>[^"\n]*)"|(?P<name>[^,\n]+?)) *, *DESCR: *"?(?P<descr>[^"\n]*?)"? *\n'
    r" *PID: *(?P<model>[^,\n]*?) *, *VID: *(?P<revision>[^,\n]*?) *, *SN: *(?P<serial>[^\n]*?) *$",
    re.MULTILINE,
)
_NAMED = re.compile(r"^ *NAME *:", re.MULTILINE)
_PORT = re.compile(r"(?i)^(?:\w*ethernet|\w*gige|\w*gigabitethernet|eth|te|gi|hu|fo|twe?)[\d ]|transceiver")
_CHASSIS = re.compile(r"(?i)chassis|^switch \d+$|^switch system$|^\d+$|^c\d{3,4}\w* ?stack$|^virtual stack$")
_FAN = re.compile(r"(?i)\bfan\b|fan ?tray|-fan\b")
_POWER = re.compile(r"(?i)power ?(?:supply|module|entry)|\bpsu\b|\bps \d")
_MODULE = re.compile(r"(?i)module|supervisor|slot|\bslot \d|\bnim\b|\bswitch \d+ slot|uplink|processor|card|blade")


@dataclass(frozen=True)
class Entry:
    """One part as it is told."""

    name: str
    description: str
    model: str | None
    revision: str | None
    serial: str | None

    @property
    def is_chassis(self) -> bool:
        """Return whether this is a box: the chassis, or a member of a stack."""
        return bool(_CHASSIS.search(self.name)) and not _POWER.search(self.name) and not _FAN.search(self.name)


def read_entries(text: str) -> tuple[Entry, ...]:
    """Return the parts without transceivers; raises UnexpectedReply when the text holds none."""
    found = [match for match in _ENTRY.finditer(text.replace("\r", "")) if not _is_port(match)]
    if not found:
        raise UnexpectedReply("is told without any part")
    return tuple(
        Entry(
            (match["quoted"] or match["name"] or "").strip(), match["descr"], _told(match["model"]),
            _told(match["revision"]), serial_of(match["serial"]),
        )
        for match in found
    )  # fmt: skip


def _is_port(match: re.Match[str]) -> bool:
    return bool(_PORT.search(match["quoted"] or match["name"] or "")) or "transceiver" in match["descr"].casefold()


def _told(text: str) -> str | None:
    return text if text and text.casefold() not in {"n/a", "unspecified", "unknown", "--"} else None


def only_chassis(text: str) -> Entry | None:
    """Return the one box of this inventory; None for a stack, which has no model and serial number of its own.

    Raises UnexpectedReply when a part is not understood, which may be another box.
    """
    if not _all_understood(text):
        raise UnexpectedReply("is not certain: a part of the inventory is not understood")
    boxes = {(entry.model, entry.serial): entry for entry in read_entries(text) if entry.is_chassis and entry.serial}
    return next(iter(boxes.values())) if len(boxes) == 1 else None


def read_components(text: str) -> Part:
    """Return the parts as components; what is no fan and no module is 'other'."""
    made = [
        Component.model_validate(
            {
                "name": entry.name or entry.description,
                "kind": _kind(entry),
                "model": entry.model,
                "serial": entry.serial,
                "hardware_revision": entry.revision,
            }
        )
        for entry in read_entries(text)
    ]
    named = unique(made, lambda part: part.name, lambda part, name: part.model_copy(update={"name": name}))
    return Part(named, complete=_all_understood(text))


def _all_understood(text: str) -> bool:
    """Return whether each part's name is followed by its model and serial number, in the form that is known."""
    return len(_NAMED.findall(text)) == len(_ENTRY.findall(text.replace("\r", "")))


def _kind(entry: Entry) -> str:
    text = f"{entry.name} {entry.description}"
    if entry.is_chassis or _POWER.search(text):
        return "other"
    if _FAN.search(text):
        return "fan"
    return "module" if _MODULE.search(text) else "other"
