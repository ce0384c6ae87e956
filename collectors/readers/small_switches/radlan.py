"""Units, fans and power supplies of switches with Radlan's software (Cisco Small Business, Dell PowerConnect).

The same tables stand under each maker's own branch; `Radlan` holds the branch.
"""

from dataclasses import dataclass

from collectors.facts.sections.network import StackMember
from collectors.readers.mibs.cisco_state import ENVMON
from collectors.readers.mibs.part_tables import PartTable
from collectors.readers.mibs.snmp_tables import column, ordered, text
from collectors.replies import SnmpReplies

UNIT = "53.14.1"  # rlPhdUnitGenParamEntry (RADLAN-Physicaldescription-MIB)


@dataclass(frozen=True)
class Radlan:
    """The tables below one branch, by unit of the stack."""

    branch: str

    @property
    def version(self) -> str:
        """Return the column of software versions."""
        return f"{self.branch}.{UNIT}.2"

    @property
    def boot_version(self) -> str:
        """Return the column of boot versions."""
        return f"{self.branch}.{UNIT}.3"

    @property
    def serial(self) -> str:
        """Return the column of serial numbers."""
        return f"{self.branch}.{UNIT}.5"

    @property
    def released(self) -> str:
        """Return the column of software dates."""
        return f"{self.branch}.{UNIT}.8"

    @property
    def model(self) -> str:
        """Return the column of model names."""
        return f"{self.branch}.{UNIT}.11"

    @property
    def fans(self) -> PartTable:
        """Return the table of fans (RADLAN-HWENVIROMENT)."""
        return PartTable(f"{self.branch}.83.1.1.1.3", ENVMON, f"{self.branch}.83.1.1.1.2", "fan {}".format)

    @property
    def supplies(self) -> PartTable:
        """Return the table of power supplies."""
        return PartTable(f"{self.branch}.83.1.2.1.3", ENVMON, f"{self.branch}.83.1.2.1.2", "power supply {}".format)

    @property
    def asks(self) -> tuple[str, ...]:
        """Return the columns to be read."""
        units = (self.version, self.boot_version, self.serial, self.released, self.model)
        return (*units, *self.fans.asks, *self.supplies.asks)


def first_text(replies: SnmpReplies, oid: str) -> str | None:
    """Return the text of the first row that says something."""
    rows = column(replies, oid)
    return next((told for row in ordered(rows) if (told := text(rows[row]))), None)


def only_text(replies: SnmpReplies, oid: str) -> str | None:
    """Return the text of the only row; None for a stack of several units."""
    rows = column(replies, oid)
    return text(next(iter(rows.values()))) if len(rows) == 1 else None


def members(replies: SnmpReplies, oid: str) -> tuple[StackMember, ...] | None:
    """Return the units that answer for a column, as members of a stack; None for a single unit."""
    rows = column(replies, oid)
    return tuple(StackMember(name=row, state="ready") for row in ordered(rows)) if len(rows) > 1 else None
