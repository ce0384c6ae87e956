"""The section `identity` of an appliance: the system group, and what its own MIB or chassis tells."""

from collectors.driver import Part
from collectors.facts.gaps import NOT_TOLD
from collectors.facts.sections.system import Identity
from collectors.readers.mibs import system_group
from collectors.replies import SnmpReplies


def read_identity(
    replies: SnmpReplies,
    vendor: str | None,
    model: str | None = None,
    serial: str | None = None,
    hardware_revision: str | None = None,
) -> Part:
    """Return the system group with vendor, model and serial number; what is not given is a gap, not 'not set'."""
    part = system_group.read_identity(replies, vendor, model, serial)
    silent = [field for field, text in (("vendor", vendor), ("model", model), ("serial", serial)) if text is None]
    value = part.value
    if isinstance(value, Identity) and hardware_revision:
        value = value.model_copy(update={"hardware_revision": hardware_revision})
    return Part(value, {**part.gaps, **dict.fromkeys(silent, NOT_TOLD)})
