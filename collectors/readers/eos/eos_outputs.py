"""Version, parts and environment as Arista EOS tells them."""

import re

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.system import Component
from collectors.readers.cisco import cisco_environment
from collectors.readers.dates import year_or_month_first
from collectors.readers.outputs import cli_table
from collectors.readers.outputs.cli_words import first, serial_of

_VERSION = re.compile(
    r"^Software image version: (?P<version>\d+\.\d+\.\d+\w*)(?P<build>\S*)(?P<words>[^\n]*)$", re.MULTILINE
)
_BOX = re.compile(r"^ *(?P<revision>\d\S*) +(?P<serial>[A-Z0-9]{8,}) +(?P<made>\d{4}-\d\d-\d\d)\b", re.MULTILINE)
_MODEL = re.compile(r"^System information *\n(?:.*\n){1,3}? *-[- ]*\n *(?P<model>\S+)", re.MULTILINE)
_SECTION = re.compile(r"^System has \d+ (?P<what>[a-z ]+)$", re.MULTILINE)
NO_SUPPLIES = re.compile(r"no power supplies", re.IGNORECASE)


def version(text: str) -> str | Gap | None:
    """Return the image's version; an engineering build is no release and leaves a gap."""
    found = _VERSION.search(text)
    if not found:
        return None
    if "engineering" in found["words"]:
        told_as = f"{found['version']}{found['build']}"
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {told_as!r:.60}, which is no release")
    return found["version"]


def model(version_text: str, inventory: str) -> str | None:
    """Return the model: the first line of 'show version', else the inventory's."""
    found = _MODEL.search(inventory)
    return first(version_text, r"^Arista (\S+)") or (found["model"] if found else None)


def box_serial(inventory: str) -> str | None:
    """Return the chassis's serial number in the inventory."""
    found = _BOX.search(inventory)
    return serial_of(found["serial"]) if found else None


def read_components(text: str) -> Part:
    """Return chassis, power supplies and fan modules; raises UnexpectedReply for no inventory."""
    found = []
    box, box_model = _BOX.search(text), model("", text)
    if box:
        found.append(
            Component(
                name="Chassis",
                kind="other",
                model=box_model,
                serial=serial_of(box["serial"]),
                hardware_revision=box["revision"],
                made_on=year_or_month_first(box["made"]),
            )
        )
    sections = list(_SECTION.finditer(text))
    for place, section in enumerate(sections):
        body = text[section.end() : sections[place + 1].start() if place + 1 < len(sections) else None]
        if section["what"].startswith("power supply"):
            rows = re.findall(r"^ *(\d+) +(\S+) +(\S+) *$", body, re.MULTILINE)
            found += [Component(name=f"Power Supply {slot}", kind="other", model=what, serial=serial_of(number))
                      for slot, what, number in rows if what != "Not"]  # fmt: skip
        elif section["what"].startswith("fan module"):
            rows = re.findall(r"^ *(\d+) +\d+ +(\S+) +(\S+) *$", body, re.MULTILINE)
            found += [Component(name=f"Fan Module {slot}", kind="fan", model=what, serial=serial_of(number))
                      for slot, what, number in rows]  # fmt: skip
    if not found:
        raise UnexpectedReply("is told without any part")
    return Part(tuple(found))


def read_supplies(text: str) -> Part:
    """Return the power supplies; a virtual switch says that it has none."""
    if NO_SUPPLIES.search(text) and "----" not in text:
        return Part(())
    for found in cli_table.tables(text):
        if found.column("Status") is not None:
            return cisco_environment.pieces((row[0], found.cell(row, "Status")) for row in found.rows)
    raise UnexpectedReply("is told without the table of power supplies")


def read_fans(text: str) -> Part:
    """Return the fans of the switch and of its supplies."""
    row = r"^([A-Za-z]{0,20}\d[\w/]{0,12}) +([A-Za-z]+(?: [A-Za-z]+){0,3}) +(?:\d+%|N/A)"
    rows = re.findall(row, text, re.MULTILINE)
    if not rows:
        raise UnexpectedReply("is told without any fan")
    return cisco_environment.pieces(rows)
