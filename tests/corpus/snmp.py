"""The folder snmp: the driver is chosen by our own detection, from what the recording answers."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from collectors import snmprec
from collectors.detection import Known, detect
from collectors.errors import Unsupported
from collectors.facts.facts import Facts
from collectors.facts.marks import is_junk
from collectors.facts.model import Item, Section
from collectors.replies import SnmpReplies, SnmpValue, as_text
from collectors.session import AnyDriver, Hello
from tests.corpus import compare
from tests.corpus.outcome import Outcome, Place, Result, judge
from tests.corpus.sheet import rows_of

FOLDER = "snmp"
OBSERVED_AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
UPTIME_SLACK_S = 120  # told to the minute, and two clocks
OUTPUTS = {"on_line": "normal", "normal": "normal", "bypass": "bypass", "on_battery": "battery"}
GENERIC_RANK = 500
UNSURE = {Outcome.WRONG, Outcome.MISSING}
DAYS = {"ups_battery_last_replaced", "ups_battery_recommended_replace", "nmc_manufacture_date"}
SHEET_ERRORS = {("apcupsd-snmp-backups-rs500.snmprec", "ups_battery_last_replaced"): "2009-02-26"}
"""The sheet took this year-first day apart as a month-first one; the raw value stands beside it."""
KIND_FACTS = {  # what tells that a recording is of a kind that no driver is for yet, although another one reads it
    "disk_free_percent", "supply", "nas", "access_points", "page_count",
}  # fmt: skip


class Recorded:
    """A recorded agent as a session, for detection."""

    def __init__(self, values: Mapping[str, SnmpValue]) -> None:
        self._values = values
        self.hello = Hello(
            sys_object_id=as_text(values.get("1.3.6.1.2.1.1.2.0")), sys_descr=as_text(values.get("1.3.6.1.2.1.1.1.0"))
        )

    def try_question(self, question: str) -> str | None:
        """Return the value of an object that the recording holds."""
        found = self._values.get(question)
        return None if found is None or found.kind == "null" else as_text(found) or ""

    def ask(self, driver: AnyDriver) -> SnmpReplies:
        """Return the replies to a driver's questions."""
        return snmprec.replies_from(self._values, driver.ASKS, OBSERVED_AT)

    def close(self) -> None:
        """Nothing to close."""


def results(corpus: Path) -> Iterator[Result]:
    """Give what became of every fact of snmp/facts.csv."""
    sheet = rows_of(corpus / "snmp" / "facts.csv")
    for file in dict.fromkeys(row["file"] for row in sheet):
        rows = [row for row in sheet if row["file"] == file]
        session = Recorded(snmprec.parse((corpus / "snmp" / file).read_text(encoding="utf-8"), skip_malformed=True))
        try:
            known = detect(session, "snmp")
        except Unsupported as error:
            for row in rows:
                yield Result(FOLDER, file, row["fact"], Outcome.NO_DRIVER, row["value"], reason=str(error))
            continue
        facts = known.driver.read(session.ask(known.driver))  # type: ignore[arg-type]
        stated = {row["fact"]: row["value"] for row in rows}
        for row in rows:
            result = _result(file, row, facts, stated, known.name)
            yield _without_driver(result, row["oid"], known) if result.outcome in UNSURE else result


def _result(file: str, row: Mapping[str, str], facts: Facts, stated: Mapping[str, str], driver: str) -> Result:
    name = row["fact"]
    value = SHEET_ERRORS.get((file, name), row["value"])
    if name in DAYS and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        value = ""  # an anonymised text is no day
    place = PLACES.get(name) or CLOCKS.get(name)
    if place is None:
        outcome = Outcome.NO_DRIVER if name.startswith(tuple(KIND_FACTS)) else Outcome.NO_PLACE
        return Result(FOLDER, file, name, outcome, value, reason=f"read by {driver}")
    if name in CLOCKS:
        return judge(FOLDER, file, name, str(_up_s(stated)), place, facts)
    found = place.find(facts)
    if found is None and is_junk(value):  # the sheet quotes a filler: a gap says the same
        return Result(FOLDER, file, name, Outcome.RIGHT, value, reason="a filler, told as a gap")
    same = compare.any_of(place.same, row["also_accept"])
    return judge(FOLDER, file, name, value, Place(place.path, place.find, same, place.open_for), facts)


def _without_driver(result: Result, oid: str, known: Known) -> Result:
    """Return the result as 'no driver yet' where the sheet took an object that the generic driver here cannot know."""
    asked = any(oid == ask or oid.startswith(f"{ask}.") for ask in known.driver.ASKS)
    if asked or not oid or known.driver.MATCHES.rank < GENERIC_RANK:
        return result
    why = f"stands in the vendor's own objects; {known.name} is generic"
    return replace(result, outcome=Outcome.NO_DRIVER, reason=why)


def _up_s(stated: Mapping[str, str]) -> float:
    """Return the uptime that both counters mean: the engine's where sysUpTime has begun again since."""
    up, engine = float(stated.get("uptime_seconds") or 0), float(stated.get("engine_time_seconds") or 0)
    lost = round((engine - up) / (2**32 / 100))
    return up + max(0, lost) * 2**32 / 100


def field(path: str) -> Callable[[Facts], object]:
    """Return the reading of a section's field."""
    section, name = path.split(".")

    def find(facts: Facts) -> object:
        value = getattr(facts, section)
        return getattr(value, name) if isinstance(value, Section) else None

    return find


def first(*paths: str) -> Callable[[Facts], object]:
    """Return the reading of the first field that is told."""
    return lambda facts: next((found for path in paths if (found := field(path)(facts)) is not None), None)


def listed(section: str, field_name: str, **wanted: object) -> Callable[[Facts], object]:
    """Return the reading of a field of the first object that has these values and tells it."""

    def find(facts: Facts) -> object:
        items: tuple[Item, ...] = getattr(facts, section) or ()
        fitting = [item for item in items if all(getattr(item, key) == value for key, value in wanted.items())]
        return next((found for item in fitting if (found := getattr(item, field_name)) is not None), None)

    return find


def _ethernet(*, up: bool) -> Callable[[Facts], object]:
    def find(facts: Facts) -> object:
        if facts.interfaces is None:
            return None
        found = tuple(port for port in facts.interfaces if port.kind == "ethernet")
        return tuple(port for port in found if port.up) if up else found

    return find


def _load(facts: Facts) -> object:
    """Return the highest load of the phases, as the sheet has it."""
    loads = [phase.load_percent for phase in facts.phases or () if phase.load_percent is not None]
    return max(loads) if loads else None


def _uptime_s(facts: Facts) -> object:
    booted_at = facts.os.booted_at if facts.os else None
    return (OBSERVED_AT - booted_at).total_seconds() if isinstance(booted_at, datetime) else None


def _one_clock(facts: Facts) -> str | None:
    """Return why the last start is left open: a counter of 497 days needs a second clock that agrees."""
    gap = facts.gaps.get("os.booted_at")
    return gap.text if gap and gap.text.startswith("is not certain") else None


def _place(path: str, same: compare.Same = compare.text, find: Callable[[Facts], object] | None = None) -> Place:
    return Place(path, find or field(path), same)


_CARD = {"kind": "management-card"}
CLOCKS = {
    name: Place("os.booted_at", _uptime_s, compare.number(UPTIME_SLACK_S), _one_clock)
    for name in ("uptime_seconds", "engine_time_seconds")
}
PLACES: Mapping[str, Place] = {
    "vendor": _place("identity.vendor", compare.holds),
    "manufacturer_reported": _place("identity.vendor", compare.holds),
    "sys_object_id": _place("identity.sys_object_id"),
    "sys_name": _place("identity.name"),
    "location": _place("identity.location"),
    "model": _place("identity.model"),
    "serial": _place("identity.serial"),
    "hardware_revision": _place(
        "identity.hardware_revision",
        find=lambda facts: (
            field("identity.hardware_revision")(facts) or listed("components", "hardware_revision")(facts)
        ),
    ),
    "firmware": _place("firmware.version"),
    "os_version": _place("firmware.version", find=first("firmware.version", "os.version")),
    "os_build": _place("os.build"),
    "os_name": _place("os.product", compare.holds),
    "kernel_version": _place("os.kernel"),
    "cpu_percent": _place("load.cpu_percent", compare.number(0.5)),
    "memory_percent": _place("load.memory_used_percent", compare.number(0.5)),
    "ethernet_interfaces": _place("interfaces", compare.length, _ethernet(up=False)),
    "ethernet_up": _place("interfaces", compare.length, _ethernet(up=True)),
    "ups_runtime_minutes": _place("ups.runtime_s", compare.number(60, scale=60)),
    "ups_runtime_seconds_mge": _place("ups.runtime_s", compare.number(60)),
    "ups_charge_percent": _place("ups.charge_percent", compare.number(0.5)),
    "ups_load_percent": _place("phases", compare.number(0.5), _load),
    "ups_battery_temperature_c": _place("ups.battery_celsius", compare.number(0.5)),
    "ups_battery_status": _place("ups.battery"),
    "ups_battery_replace_needed": _place("ups.battery_replace_due", compare.yes_or_no),
    "ups_battery_last_replaced": _place("ups.battery_installed_on"),
    "ups_battery_recommended_replace": _place("ups.replace_recommended_on"),
    "ups_bad_battery_packs": _place("ups.bad_battery_packs_count", compare.number(0)),
    "ups_seconds_on_battery": _place("ups.on_battery_s", compare.number(0)),
    "ups_output_status": _place("ups.output", compare.word(OUTPUTS)),
    "ups_last_test_result": _place("ups.self_test"),
    "ups_alarms_present": _place("ups.alarms", compare.length),
    "nmc_model": _place("components", find=listed("components", "model", **_CARD)),
    "nmc_serial": _place("components", find=listed("components", "serial", **_CARD)),
    "nmc_firmware": _place("components", compare.holds, listed("components", "version", **_CARD)),
    "nmc_app_version": _place("components", find=listed("components", "version", **_CARD)),
    "nmc_os_version": _place("components", find=listed("components", "version", name="network card system")),
    "nmc_manufacture_date": _place("components", find=listed("components", "made_on", **_CARD)),
    "rom_version": _place("components", find=listed("components", "version", kind="boot")),
    "boot_version": _place("components", find=listed("components", "version", kind="boot")),
    "bmc_firmware": _place("firmware.version"),
}
