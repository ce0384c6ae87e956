"""The variables of a Network UPS Tools server (RFC 9271), the same for every kind of device."""

import math
from collections.abc import Mapping

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import SENTINEL, Gap, GapReason
from collectors.facts.marks import Marks, is_junk
from collectors.facts.sections.system import Firmware, Identity
from collectors.readers import dates
from collectors.replies import JsonReplies
from collectors.told import NOT_AVAILABLE, told

LIST_UPS = "LIST UPS"
LIST_VAR = "LIST VAR"
ASKS = (LIST_UPS, LIST_VAR)
PREPARES = ("VER", "USERNAME", "PASSWORD", "LOGOUT")

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
            "serial": lambda: either(variables, "device.serial", "ups.serial"),
            "manufactured_on": lambda: dates.year_or_month_first(variables.get("ups.mfr.date")),
        },
    )


def read_firmware(replies: JsonReplies) -> Part:
    """Return the version of the UPS's firmware."""
    variables = variables_of(replies)
    return told(Firmware, {"version": lambda: variables.get("ups.firmware") or None})


def marks(replies: JsonReplies) -> Marks:
    """Return the serial number, where one is told."""
    return Marks(serial=either(variables_of(replies), "device.serial", "ups.serial"))
