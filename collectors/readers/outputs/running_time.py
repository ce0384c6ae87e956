"""The section `os` of a device that tells in words how long it has been running."""

from datetime import datetime

from collectors.driver import Part
from collectors.facts.sections.system import Os
from collectors.readers.outputs.cli_words import booted_at
from collectors.told import told


def read_os(up: str | None, observed_at: datetime) -> Part:
    """Return the last start, so long before the observation as these words say."""
    return told(Os, {"booted_at": lambda: booted_at(up, observed_at)})
