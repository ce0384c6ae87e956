"""The variables of a Network UPS Tools server (RFC 9271), the same for every kind of device."""

import math
from collections.abc import Mapping

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import SENTINEL, Gap, GapReason
from collectors.facts.marks import Marks, is_junk
from collectors.facts.sections.storage import Temperature
from collectors.facts.sections.system import Component, Firmware, Identity
from collectors.readers import dates
from collectors.replies import JsonReplies
from collectors.told import NOT_AVAILABLE, told

LIST_UPS = "LIST UPS"
LIST_VAR = "LIST VAR"
ASKS = (LIST_UPS, LIST_VAR)
PREPARES = ("VER", "USERNAME", "PASSWORD", "LOGOUT")

CARD_DRIVERS = {"snmp-ups"}  # of these ups.firmware.aux is the network card's
MARK_LEAST_CHARACTERS = 4

Variables = Mapping[str, str]


def variables_of(replies: JsonReplies) -> Variables:
    """Return the variables; raises UnexpectedReply when they are no variables, NoReply when there are none."""
    listed = replies[LIST_VAR]
    if not isinstance(listed, dict):
        raise UnexpectedReply("is not a list of variables")
    return {name: text.strip() for name, text in listed.items() if isinstance(text, str)}


def number(variables: Variables, name: str, lowest: float = 0, highest: float = math.inf) -> float | Gap | None:
    """Return a variable's number; None when it is not listed, a gap when it is none, a sentinel or out of bounds."""
    text = variables.get(name)
    if text is None or not text:
        return None
    try:
        value = float(text)
    except ValueError:
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {text!r}, which is no number")
    if value in NOT_AVAILABLE:
        return SENTINEL
    if not lowest <= value <= highest:
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {text}, which cannot be")
    return value


def either(variables: Variables, *names: str) -> str | None:
    """Return the first of these variables that says something; fillers say nothing."""
    return next((text for name in names if (text := variables.get(name)) and not is_junk(text)), None)


def read_identity(replies: JsonReplies) -> Part:
    """Return maker, model and serial number."""
    variables = variables_of(replies)
    return told(
        Identity,
        {
            "vendor": lambda: either(variables, "device.mfr", "ups.mfr"),
            "model": lambda: either(variables, "device.model", "ups.model"),
            "serial": lambda: serial(variables),
            "manufactured_on": lambda: dates.year_or_month_first(variables.get("ups.mfr.date")),
        },
    )


def read_firmware(replies: JsonReplies) -> Part:
    """Return the version of the UPS's firmware."""
    variables = variables_of(replies)
    return told(Firmware, {"version": lambda: variables.get("ups.firmware") or None})


def serial(variables: Variables) -> str | Gap | None:
    """Return the serial number; a text without any digit is none: some units send their maker's name there."""
    text = either(variables, "device.serial", "ups.serial")
    return SENTINEL if text is not None and not any(letter.isdigit() for letter in text) else text


def read_components(replies: JsonReplies) -> Part:
    """Return the network card of a device that NUT itself reads by SNMP."""
    variables = variables_of(replies)
    version = variables.get("ups.firmware.aux")
    if not version or variables.get("driver.name") not in CARD_DRIVERS:
        return Part(None)
    return Part((Component(name="network card", kind="management-card", version=version),))


def read_temperatures(replies: JsonReplies) -> Part:
    """Return the temperature inside the device and of a sensor in the room."""
    variables = variables_of(replies)
    found, gaps = [], {}
    for name, variable in (("ups", "ups.temperature"), ("ambient", "ambient.temperature")):
        reading = number(variables, variable, lowest=-40, highest=120)
        if isinstance(reading, float):
            found.append(Temperature(name=name, reading_celsius=reading))
        elif reading is not None:
            found.append(Temperature(name=name))
            gaps[f"[{name}].reading_celsius"] = reading
    return Part(tuple(found) or None, gaps)


def marks(replies: JsonReplies) -> Marks:
    """Return the serial number as a mark where it can be one: '01' is that of every unit of its make."""
    told_serial = serial(variables_of(replies))
    if not isinstance(told_serial, str) or len(told_serial) < MARK_LEAST_CHARACTERS:
        return Marks()
    return Marks(serial=told_serial)
