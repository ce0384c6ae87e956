"""Inventory, fans, power supplies and temperatures of switches with Broadcom's FASTPATH (EdgeSwitch, Dell N, Netgear).

The same tables stand under each maker's own branch; `Fastpath` holds the branch.
"""

from collections.abc import Callable
from dataclasses import dataclass

from collectors.readers.mibs.part_states import ABSENT, BAD, OPEN, WELL, Conditions, Verdicts
from collectors.readers.mibs.part_tables import PartTable, TemperatureTable

# boxServicesFanItemState, boxServicesPowSupplyItemState: present without its mains is no supply
ITEM_STATES: Conditions = {1: ABSENT, 2: WELL, 3: BAD, 4: OPEN, 5: BAD, 6: BAD, 7: BAD}
TEMPERATURE_STATES: Verdicts = {
    1: True,
    2: False,
    3: False,
    4: False,
}  # boxServicesTempSensorState: normal, warning, ...


def _placed(kind: str) -> Callable[[str], str]:
    """Return the naming of parts by unit and number; older agents count without units."""

    def name(index: str) -> str:
        unit, _, number = index.rpartition(".")
        return f"unit {unit} {kind} {number}" if unit else f"{kind} {number}"

    return name


@dataclass(frozen=True)
class Fastpath:
    """The tables below one branch."""

    branch: str

    @property
    def model(self) -> str:
        """Return the machine model (agentInventoryMachineModel)."""
        return f"{self.branch}.1.1.1.3.0"

    @property
    def serial(self) -> str:
        """Return the serial number (agentInventorySerialNumber)."""
        return f"{self.branch}.1.1.1.4.0"

    @property
    def version(self) -> str:
        """Return the software version (agentInventorySoftwareVersion)."""
        return f"{self.branch}.1.1.1.13.0"

    @property
    def fans(self) -> PartTable:
        """Return the table of fans."""
        return PartTable(f"{self.branch}.43.1.6.1.3", ITEM_STATES, name=_placed("fan"))

    @property
    def supplies(self) -> PartTable:
        """Return the table of power supplies."""
        return PartTable(f"{self.branch}.43.1.7.1.3", ITEM_STATES, name=_placed("power supply"))

    @property
    def temperatures(self) -> TemperatureTable:
        """Return the table of temperature sensors."""
        return TemperatureTable(
            f"{self.branch}.43.1.8.1.5",
            name=_placed("sensor"),
            states=f"{self.branch}.43.1.8.1.4",
            good=TEMPERATURE_STATES,
        )

    @property
    def asks(self) -> tuple[str, ...]:
        """Return the objects to be read."""
        tables = (*self.fans.asks, *self.supplies.asks, *self.temperatures.asks)
        return (self.model, self.serial, self.version, *tables)
