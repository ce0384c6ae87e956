"""A power distribution unit behind a Network UPS Tools server, by its variables (RFC 9271, NUT variable names)."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, gather
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, Gap
from collectors.facts.sections.power import Phase
from collectors.readers import nut_variables
from collectors.readers.nut_variables import Variables, number, variables_of
from collectors.replies import JsonReplies

TRANSPORT: Final[Literal["nut"]] = "nut"
TITLE = "Power distribution unit behind a Network UPS Tools server"
DEVICE_CLASS = "pdu"

ASKS = nut_variables.ASKS
PREPARES = nut_variables.PREPARES
NEEDS = {
    "phases": "nothing: upsd lists variables to everybody it lets connect",
    "identity": "nothing",
}
GENTLE = Gentle(questions_per_s=5)
MATCHES = Matches(replies={nut_variables.LIST_VAR: r"'device\.type': '(pdu|ats)'"})

LOAD_MAX_PERCENT = 1000


def read_phases(replies: JsonReplies) -> Part:
    """Return the load by phase of the input, else of the input as a whole."""
    variables = variables_of(replies)
    named = [name for name in ("L1", "L2", "L3") if any(word.startswith(f"input.{name}.") for word in variables)]
    phases, gaps = [], {}
    for name in named or ["1"]:
        load = _load(variables, f"input.{name}" if named else "input")
        if load is None and not named:
            continue
        phases.append(Phase(name=name, load_percent=load if isinstance(load, float) else None))
        if not isinstance(load, float):
            gaps[f"[{name}].load_percent"] = load or NOT_TOLD
    return Part(tuple(phases), gaps) if phases else Part(None, {"": NOT_TOLD})


def _load(variables: Variables, place: str) -> float | Gap | None:
    """Return the load in percent of what the input bears, as told, else by current and nominal current in amperes."""
    told_load = number(variables, f"{place}.load", highest=LOAD_MAX_PERCENT)
    if told_load is not None:
        return told_load
    current = number(variables, f"{place}.current", highest=10_000)
    nominal = number(variables, f"{place}.current.nominal", lowest=0.1, highest=10_000)
    if not isinstance(current, float) or not isinstance(nominal, float):
        return current if isinstance(current, Gap) else nominal if isinstance(nominal, Gap) else None
    return round(100 * current / nominal, 6)


def read(replies: JsonReplies) -> Facts:
    """Return the facts of one power distribution unit."""
    return gather(
        replies,
        {
            "identity": nut_variables.read_identity,
            "firmware": nut_variables.read_firmware,
            "phases": read_phases,
        },
        marks=nut_variables.marks,
        device_class=lambda _: DEVICE_CLASS,
    )
