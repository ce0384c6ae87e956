"""An APC network management card, as it describes itself in sysDescr (PowerNet-MIB devices: UPS, rack PDU)."""

import re

from collectors.driver import Part
from collectors.facts.marks import is_junk
from collectors.facts.sections.system import Component
from collectors.readers import dates
from collectors.readers.mibs import system_group
from collectors.replies import SnmpReplies, as_text

MODULE_VERSION = "1.3.6.1.4.1.318.1.4.2.4.1.4"  # row 1: operating system, row 2: application

ASKS = (MODULE_VERSION,)

# 'MB:v4.1.0 PF:v6.2.0 PN:... AF1:v6.2.0 AN1:... MN:AP9631 HR:05 SN: ... MD:06/12/2012': boot monitor, platform
# firmware, application, model, hardware revision, serial number, day of manufacture (no release day)
_SAID = re.compile(r"\b(MB|PF|AF1|MN|HR|SN|MD):\s?([^\s()]+)")
_OPERATING_SYSTEM = "network card system"
_BOOT_MONITOR = "network card boot monitor"


def read_components(replies: SnmpReplies) -> Part:
    """Return the card with its application's version, its operating system and its boot monitor."""
    said = dict(_SAID.findall(replies.text(system_group.SYS_DESCR) or ""))
    modules = replies.column(MODULE_VERSION)
    application = said.get("AF1") or as_text(modules.get("2"))
    platform = said.get("PF") or as_text(modules.get("1"))
    serial = said.get("SN")
    components = []
    if application or said.get("MN"):
        card = Component(
            name="network card",
            kind="management-card",
            model=said.get("MN"),
            version=application,
            hardware_revision=said.get("HR"),
            serial=serial if serial and not is_junk(serial) else None,
            made_on=dates.month_first(said.get("MD")),
        )
        components.append(card)
    if platform:
        components.append(Component(name=_OPERATING_SYSTEM, kind="other", version=platform))
    if said.get("MB"):
        components.append(Component(name=_BOOT_MONITOR, kind="boot", version=said["MB"]))
    return Part(tuple(components) or None, complete=replies.complete(MODULE_VERSION))
