"""Power supplies, fans and temperatures as Cisco IOS and NX-OS tell them."""

import re
from collections.abc import Iterable
from dataclasses import replace

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap
from collectors.facts.sections.storage import Part as Piece
from collectors.facts.sections.storage import Temperature
from collectors.readers.outputs import cli_table
from collectors.readers.outputs.cli_words import unique
from collectors.told import no_known

GOOD = {"ok", "good", "normal", "powered-up", "green", "on", "active", "supply normal"}
BAD = {
    "bad", "fail", "failed", "failure", "faulty", "fault", "no input power", "shutdown", "powered-dn", "off",
    "disabled", "err-disable", "red", "critical", "power loss", "fail/shutdown", "degraded", "not ok", "input fail",
    "warning", "yellow", "abnormal", "offline", "stopped", "fail/shut", "off-line",
}  # fmt: skip
ABSENT = {
    "absent",
    "not present",
    "not inserted",
    "empty",
    "none",
    "not installed",
    "notpresent",
    "missing",
    "not exist",
}
_FAN_LINE = re.compile(
    r"^\s*(?:Switch (?P<switch>\d+):? +)?FAN(?: (?P<fan>[\w-]+))? is (?P<state>[\w ]+?)\s*$",
    re.MULTILINE | re.IGNORECASE,
)
_SENSOR = re.compile(
    r"^ {0,8}(?P<sensor>\w{1,20}(?: \w{1,20}){0,3})? ?Temperature Value: *(?P<degrees>-?\d{1,3}) Degree Celsius *\n"
    r" *Temperature State: *(?P<state>\w+)",
    re.MULTILINE,
)
_ANY_SENSOR = re.compile(r"Temperature Value *:", re.IGNORECASE)
_SUPPLY = re.compile(r"^ *(\d{1,2}[A-Z]?) {1,4}(\S.*)$")
_NEXUS_FAN = re.compile(r"^(Fan\S*|PS-?\d\S*) +\S.*? ([A-Za-z][\w/]*) *$")
_NO_FAN = re.compile(r"\s*$|-+\s*$|Fan +Model\b|Fan Zone|Fan Air Filter|\s*\(")
_NEXUS_SENSOR = re.compile(r"^(\S+) +(\S(?:.*?\S)?) +-?\d+ +-?\d+ +(-?\d{1,3}) +(\S+) *$")
_NO_SENSOR = re.compile(r"\s*$|:|-+\s*$|Module +Sensor|\s+\(Celsius\)")
_SWITCH = re.compile(r"^\s*Switch (?P<number>\d+):", re.MULTILINE)


def piece(name: str, state: str) -> tuple[Piece, Gap | None]:
    """Return a supply or fan by the device's word for its state; an unknown word leaves a gap that quotes it."""
    word = " ".join(state.split()).casefold().strip(".")
    if word in ABSENT:
        return Piece(name=name, present=False), None
    if word in GOOD or word in BAD:
        return Piece(name=name, present=True, ok=word in GOOD), None
    return Piece(name=name, present=True), no_known(state, "state")


def pieces(named: Iterable[tuple[str, str]]) -> Part:
    """Return the part of supplies or fans from names and states."""
    made = [piece(name, state) for name, state in named]
    items = unique(
        (one for one, _ in made), lambda one: one.name, lambda one, name: one.model_copy(update={"name": name})
    )
    gaps = {f"[{item.name}].ok": gap for item, (_, gap) in zip(items, made, strict=True) if gap is not None}
    return Part(items, gaps)


def stack_supplies(text: str) -> Part:
    """Return the supplies of 'show environment power all' of Catalyst stacks; a state is the first known word."""
    head = re.search(r"^ *SW +PID\b.*\bStatus\b.*\n *-[- ]+$", text, re.MULTILINE)
    if not head:
        raise UnexpectedReply("is told without a table of power supplies")
    named = []
    rows = [row for row in text[head.end() :].splitlines() if row.strip()]
    for name, rest in (match.groups() for row in rows if (match := _SUPPLY.match(row))):
        cells = re.split(r" {2,}", rest.strip())
        known = GOOD | BAD | ABSENT
        named.append((name, next((cell for cell in cells if cell.casefold() in known), " ".join(cells[2:3] or cells))))
    return replace(pieces(named), complete=len(named) == len(rows))


def stack_fans(text: str) -> Part:
    """Return the fans of 'show environment fan', as sentences or as the table of newer stacks."""
    told_fans = [(_fan_name(match), match["state"]) for match in _FAN_LINE.finditer(text)]
    lines = sum(bool(line.strip()) and "direction" not in line.casefold() for line in text.splitlines())
    if not told_fans:
        head = re.search(r"^ *Switch +FAN +Speed +State\b.*\n *-+ *$", text, re.MULTILINE)
        if not head:
            raise UnexpectedReply("is told without any fan")
        rows = re.findall(r"^ *(\d{1,2}) +(\d{1,2}) +\d+ +([A-Za-z]+(?: [A-Za-z]+)?)", text[head.end() :], re.MULTILINE)
        told_fans = [(f"{switch}/{fan}", _first_known(state)) for switch, fan, state in rows]
        lines = sum(bool(line.strip()) for line in text[head.end() :].splitlines())
    return replace(pieces(told_fans), complete=len(told_fans) == lines)


def _first_known(words: str) -> str:
    """Return the state at the begin of words that go on with another column."""
    known = GOOD | BAD | ABSENT
    return words if words.casefold() in known else words.split(maxsplit=1)[0]


def _fan_name(match: re.Match[str]) -> str:
    """Return '2/1' for the first fan of switch 2, '1' for the fan of a switch that stands alone."""
    number = match["fan"] or "1"
    return f"{match['switch']}/{number}" if match["switch"] else number


def stack_temperatures(text: str) -> Part:
    """Return the sensors of 'show environment temperature' of Catalyst switches, by switch and place."""
    switches = [(match.start(), match["number"]) for match in _SWITCH.finditer(text)]
    found = []
    for match in _SENSOR.finditer(text):
        number = next((number for start, number in reversed(switches) if start < match.start()), None)
        name = " ".join(word for word in (number, match["sensor"]) if word) or "system"
        state = match["state"].casefold()
        ok = state in GOOD if state in GOOD | BAD else None
        found.append(Temperature(name=name, reading_celsius=float(match["degrees"]), ok=ok))
    if not found:
        raise UnexpectedReply("is told without any temperature")
    named = unique(found, lambda one: one.name, lambda one, name: one.model_copy(update={"name": name}))
    return Part(named, complete=len(named) == len(_ANY_SENSOR.findall(text)))


def nexus_supplies(text: str) -> Part:
    """Return the supplies of 'show environment' of NX-OS."""
    for found in cli_table.tables(text):
        if found.column("Supply") is not None or "Supply" in " ".join(found.header):
            return pieces((row[0], _last(row, found)) for row in found.rows)
    raise UnexpectedReply("is told without a table of power supplies")


def nexus_fans(text: str) -> Part:
    """Return the fans of 'show environment' of NX-OS."""
    body = [line for line in _after(text, r"^Fan:").splitlines() if not _NO_FAN.match(line)]
    rows = [match.groups() for line in body if (match := _NEXUS_FAN.match(line))]
    return replace(pieces((name, state) for name, state in rows), complete=len(rows) == len(body))


def nexus_temperatures(text: str) -> Part:
    """Return the sensors of 'show environment' of NX-OS, by module and sensor."""
    body = [line for line in _after(text, r"^Temperature").splitlines() if not _NO_SENSOR.match(line)]
    rows = [match.groups() for line in body if (match := _NEXUS_SENSOR.match(line))]
    found = [
        Temperature(name=f"{module} {sensor}", reading_celsius=float(degrees), ok=_judged(state))
        for module, sensor, degrees, state in rows
    ]
    named = unique(found, lambda one: one.name, lambda one, name: one.model_copy(update={"name": name}))
    return Part(named or None, complete=len(rows) == len(body))


def _judged(state: str) -> bool | None:
    word = state.casefold()
    return word in GOOD if word in GOOD | BAD else None


def _after(text: str, head: str) -> str:
    """Return what follows a head, up to the next one (a word with a colon at a line's begin)."""
    start = re.search(head, text, re.MULTILINE)
    if not start:
        raise UnexpectedReply("is not told by this output")
    rest = text[start.end() :]
    end = re.search(r"^[A-Z][\w ]*:\s*$", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def _last(row: tuple[str, ...], found: cli_table.Table) -> str:
    return found.cell(row, "Status") or row[-1]
