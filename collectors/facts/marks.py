"""Marks of identity: what tells one device from another, whatever its address or name (decision 6)."""

import re

from pydantic import BaseModel, ConfigDict

from collectors.facts.scalars import Text

_JUNK_TEXTS = {
    "", "to be filled by o.e.m.", "<private>", "default string", "system serial number", "none", "n/a", "na", "unknown",
    "not specified", "not available", "not applicable", "0123456789", "123456789", "chassis serial number",
    "xxxxxxxxxxxx", "***", "oem", "empty",
}  # fmt: skip
_ONE_CHARACTER = re.compile(r"^(.)\1*$")


def is_junk(mark: str) -> bool:
    """Return whether a serial number, UUID or address says nothing: all F, all 0, one repeated character, a filler."""
    bare = re.sub(r"[-:. ]", "", mark).casefold()
    return mark.strip().casefold() in _JUNK_TEXTS or not bare or bool(_ONE_CHARACTER.match(bare))


def unless_junk(mark: str | None) -> str | None:
    """Return a mark that says something, None for one that says nothing."""
    return None if mark is None or is_junk(mark) else mark


class Marks(BaseModel):
    """What a reading says about which device answered. A missing mark says nothing, and so does a junk one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    serial: Text | None = None
    smbios_uuid: Text | None = None
    snmp_engine_id: Text | None = None
    chassis_mac: Text | None = None
    host_key: Text | None = None
    certificate_key: Text | None = None
    machine_id: Text | None = None

    def strong(self) -> dict[str, str]:
        """Return the marks that count, by name, in one form: without outer spaces, in lower case."""
        told = self.model_dump(exclude_none=True)
        return {name: str(mark).strip().casefold() for name, mark in told.items() if not is_junk(str(mark))}
