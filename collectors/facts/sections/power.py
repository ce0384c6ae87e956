"""UPS devices and their phases."""

from datetime import date
from typing import ClassVar, Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Text


class Ups(Section):
    """The UPS as a whole. `battery_replace_due` is the vendor's flag, else whether the alarms hold one of the battery.

    From: ups snmp (RFC 1628, vendor MIBs), NUT.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("self_test", "self_test_at"),)
    VOLATILE: ClassVar[frozenset[str]] = frozenset(
        {
            "runtime_s",
            "charge_percent",
            "battery_celsius",
            "input_volts",
            "input_deviation_percent",
            "on_battery_s",
            "transfers_count",
        }
    )

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
        """Return how far the mains is from its nominal voltage, in percent of that, above or below."""
        if not self.nominal_volts or self.input_volts is None:
            return None
        return round(100 * abs(self.input_volts / self.nominal_volts - 1), 6)


class Phase(Item):
    """An output phase of a UPS or PDU.

    From: ups snmp, pdu snmp, NUT.
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"load_percent"})

    name: Text
    load_percent: float | None = None
