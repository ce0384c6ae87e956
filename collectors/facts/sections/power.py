"""UPS devices and their phases."""

from datetime import date
from typing import Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Text


class Ups(Section):
    """ups snmp (RFC 1628, vendor MIBs), NUT"""

    battery: Literal["normal", "low", "depleted", "fault", "absent"] | None = None
    battery_replace_due: bool | None = None
    battery_installed_on: date | None = None
    runtime_s: int | None = None
    charge_percent: float | None = None
    battery_celsius: float | None = None
    output: Literal["normal", "battery", "bypass", "boost", "trim", "off", "other"] | None = None
    input_volts: float | None = None
    nominal_volts: float | None = None
    self_test: Literal["passed", "failed", "in-progress", "never-run"] | None = None
    self_test_at: Instant | Never | None = None
    on_battery_s: int | None = None
    bad_battery_packs_count: int | None = None
    replace_recommended_on: date | None = None
    transfers_count: int | None = None
    alarms: tuple[Text, ...] | None = None

    @property
    def input_deviation_percent(self) -> float | None:
        return (
            None
            if not self.nominal_volts or self.input_volts is None
            else round(100 * abs(self.input_volts / self.nominal_volts - 1), 6)
        )


class Phase(Item):
    """ups snmp, pdu snmp, NUT"""

    name: Text
    load_percent: float | None = None
