"""A UPS behind a Network UPS Tools server (upsd), by its variables (RFC 9271 and the NUT variable names)."""

from collections.abc import Callable
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, gather
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.power import Phase, Ups
from collectors.readers import dates, nut_variables
from collectors.readers.nut_variables import Variables, number, variables_of
from collectors.replies import JsonReplies
from collectors.told import told

TRANSPORT: Final[Literal["nut"]] = "nut"
TITLE = "UPS behind a Network UPS Tools server"
DEVICE_CLASS = "ups"

ASKS = nut_variables.ASKS
PREPARES = nut_variables.PREPARES
NEEDS = {
    "ups": "nothing: upsd lists variables to everybody it lets connect",
    "identity": "nothing",
    "phases": "nothing",
}
GENTLE = Gentle(questions_per_s=5)
MATCHES = Matches(replies={nut_variables.LIST_VAR: "."}, rank=500)  # what is no other kind is a UPS

SELF_TEST = {
    "done and passed": "passed",
    "passed": "passed",
    "ok": "passed",
    "done and error": "failed",
    "failed": "failed",
    "in progress": "in-progress",
    "testinprogress": "in-progress",
    "no test initiated": "never-run",
}
OUTPUT = {"BYPASS": "bypass", "OFF": "off", "BOOST": "boost", "TRIM": "trim", "OB": "battery", "OL": "normal"}
"""Status words by weight: a UPS that trims is also on line."""
STALE_WORDS = {"WAIT", "NOCOMM"}
MEASURED = ("battery.", "input.", "output.", "ups.load", "ups.alarm")
ALARM_WORDS = {"OVER": "overload", "RB": "replace battery"}  # what older drivers say in the status alone
NO_BATTERY = "no battery installed"
PHASE_LOADS = ("output.{}.power.percent", "ups.{}.load")


def status_of(variables: Variables) -> frozenset[str] | Gap:
    """Return the words of ups.status; a gap when it is missing, stale, or says on line and on battery at once."""
    words = frozenset(variables.get("ups.status", "").upper().split())
    if not words & set(OUTPUT):
        return NOT_TOLD
    if words & STALE_WORDS:
        return Gap(reason=GapReason.NOT_TOLD, text="is not current: the NUT driver has lost the UPS")
    if {"OL", "OB"} <= words:
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text="is told as on line and on battery at once")
    return words


def current_of(replies: JsonReplies) -> Variables:
    """Return the variables; without what was measured when the driver waits for its UPS or has lost it."""
    variables = variables_of(replies)
    if not STALE_WORDS & set(variables.get("ups.status", "").upper().split()):
        return variables
    return {name: text for name, text in variables.items() if not name.startswith(MEASURED) or name == "battery.date"}


def read_ups(replies: JsonReplies) -> Part:
    """Return battery, runtime, output and last self-test."""
    variables = current_of(replies)
    status = status_of(variables)
    return told(
        Ups,
        {
            "battery": lambda: _of(status, lambda words: _battery(words, variables.get("ups.alarm", ""))),
            "battery_replace_due": lambda: _of(status, lambda words: "RB" in words),
            "battery_installed_on": lambda: dates.year_or_month_first(variables.get("battery.date")),
            "runtime_s": lambda: _whole(number(variables, "battery.runtime", highest=10_000_000)),
            "charge_percent": lambda: number(variables, "battery.charge", highest=100),
            "battery_celsius": lambda: number(variables, "battery.temperature", lowest=-40, highest=120),
            "output": lambda: _of(status, lambda words: next(ours for nuts, ours in OUTPUT.items() if nuts in words)),
            "input_volts": lambda: number(variables, "input.voltage", highest=1000),
            "nominal_volts": lambda: number(variables, "input.voltage.nominal", lowest=1, highest=1000),
            "self_test": lambda: self_test(variables.get("ups.test.result")),
            "self_test_at": lambda: dates.at_midnight(dates.year_or_month_first(variables.get("ups.test.date"))),
            "alarms": lambda: alarms(variables, status),
        },
    )


def _battery(words: frozenset[str], alarm: str) -> str:
    if NO_BATTERY in alarm.casefold():
        return "absent"
    return "low" if "LB" in words else "normal"


def _of(status: frozenset[str] | Gap, tell: Callable[[frozenset[str]], object]) -> object:
    return status if isinstance(status, Gap) else tell(status)


def _whole(value: float | Gap | None) -> int | Gap | None:
    return round(value) if isinstance(value, float) else value


def self_test(result: str | None) -> str | Gap | None:
    """Return our word for ups.test.result; drivers write it in a few ways, and 'aborted' or 'unknown' is no result."""
    if not result:
        return None
    ours = SELF_TEST.get(result.casefold())
    return ours or Gap(reason=GapReason.NOT_TOLD, text=f"is told as {result!r}, neither passed nor failed")


def alarms(variables: Variables, status: frozenset[str] | Gap) -> tuple[str, ...] | Gap:
    """Return the alarms: the text of ups.alarm and what the status says; none when the status holds nothing of it."""
    text = variables.get("ups.alarm")
    if isinstance(status, Gap):
        return (text,) if text else status
    if text:
        return (text, ALARM_WORDS["OVER"]) if "OVER" in status else (text,)
    if "ALARM" in status:
        return NOT_TOLD
    return tuple(says for word, says in ALARM_WORDS.items() if word in status)


def read_phases(replies: JsonReplies) -> Part:
    """Return the load by phase where it is listed, else the load of the whole UPS."""
    variables = current_of(replies)
    asked: dict[str, str] = {}
    for name in ("L1", "L2", "L3"):
        listed = [form.format(name) for form in PHASE_LOADS if form.format(name) in variables]
        if listed:
            asked[name] = listed[0]
    phases, gaps = [], {}
    for name, variable in (asked or {"1": "ups.load"}).items():
        load = number(variables, variable, highest=1000)
        if load is None:
            continue
        phases.append(Phase(name=name, load_percent=load if isinstance(load, float) else None))
        if isinstance(load, Gap):
            gaps[f"[{name}].load_percent"] = load
    return Part(tuple(phases), gaps) if phases else Part(None, {"": NOT_TOLD})


def read(replies: JsonReplies) -> Facts:
    """Return the facts of one UPS."""
    return gather(
        replies,
        {
            "identity": nut_variables.read_identity,
            "firmware": nut_variables.read_firmware,
            "components": nut_variables.read_components,
            "temperatures": nut_variables.read_temperatures,
            "ups": read_ups,
            "phases": read_phases,
        },
        marks=nut_variables.marks,
        device_class=lambda _: DEVICE_CLASS,
    )
