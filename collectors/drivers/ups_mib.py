"""Any UPS that speaks the UPS-MIB (RFC 1628): Riello, Generex, Huawei, HP, NetAgent cards, and many others."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.reading import Value
from collectors.facts.sections.system import Firmware
from collectors.readers.mibs import appliance_mibs, if_mib, system_group, ups_mib
from collectors.replies import SnmpReplies
from collectors.told import told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "UPS with the standard UPS-MIB (RFC 1628), over SNMP"
DEVICE_CLASS = "ups"

ASKS = (*system_group.ASKS, *ups_mib.ASKS, *if_mib.ASKS)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "ups": "an SNMP view with 1.3.6.1.2.1.33 (read only)",
    "phases": "an SNMP view with 1.3.6.1.2.1.33 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.2.1.33 (read only)",
    "interfaces": "an SNMP view with 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=6)  # UPS cards have small processors
MATCHES = Matches(
    sys_object_ids=(
        "1.3.6.1.2.1.33",
        "1.3.6.1.4.1.5491",  # Riello (RPS)
        "1.3.6.1.4.1.1356",  # Generex
        "1.3.6.1.4.1.2011.6.174",  # Huawei UPS cards; other Huawei devices have other branches
        "1.3.6.1.4.1.232.165.3",  # HP and HPE UPS cards
    ),
    probes=(ups_mib.BATTERY_STATUS, ups_mib.CHARGE_REMAINING),  # a PDU answers this MIB too, but has no battery
    rank=500,
)

SOLD_AS = {"rps spa": "Riello", "rps s.p.a.": "Riello"}
"""The name on the front, for makers whose cards tell the company behind it."""


def read_identity(replies: SnmpReplies) -> Value | Part | None:
    """Return the system group, with maker and model of the UPS itself."""
    maker, model = replies.text(ups_mib.MANUFACTURER) or "", replies.text(ups_mib.MODEL)
    return system_group.read_identity(replies, vendor=SOLD_AS.get(maker.casefold(), maker), model=model or "")


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version of the UPS's own software."""
    return told(Firmware, {"version": lambda: replies.text(ups_mib.UPS_SOFTWARE)})


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "components": lambda replies: ups_mib.card(replies.text(ups_mib.AGENT_SOFTWARE)),
    "ups": ups_mib.read_ups,
    "phases": ups_mib.read_phases,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a UPS; of a device that answers the MIB without a battery only its identity and a gap."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, device_class=ups_mib.device_class)
