"""TP-Link switches (JetStream, Omada, Smart), over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part
from collectors.facts.facts import Facts
from collectors.facts.scalars import Span
from collectors.readers import dates
from collectors.readers.mibs import switch_mibs, system_group
from collectors.readers.mibs.snmp_tables import scalar, text, unread
from collectors.replies import SnmpReplies

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "TP-Link switches, over SNMP"
DEVICE_CLASS = "switch"

TPLINK = "1.3.6.1.4.1.11863"
HARDWARE = f"{TPLINK}.6.1.1.5.0"  # tpSysInfoHwVersion: model and revision
SOFTWARE = f"{TPLINK}.6.1.1.6.0"  # tpSysInfoSwVersion
SERIAL = f"{TPLINK}.6.1.1.8.0"  # tpSysInfoSerialNum
PROBE_SOFTWARE = "1.3.6.1.2.1.16.19.2.0"  # probeSoftwareRev (RMON2-MIB)
PROBE_HARDWARE = "1.3.6.1.2.1.16.19.3.0"  # probeHardwareRev

ASKS = switch_mibs.asks(HARDWARE, SOFTWARE, SERIAL, PROBE_SOFTWARE, PROBE_HARDWARE)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.4.1.11863.6.1 and 1.3.6.1.2.1.16.19 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.4.1.11863.6.1 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=10)
MATCHES = Matches(
    sys_object_ids=(f"{TPLINK}.1", f"{TPLINK}.5"), sys_descr=(r"\bJetStream\b", r"^(?:TP-LINK|TP-Link)\b")
)

_BUILT = re.compile(r"\bBuild (?P<day>20\d{6})\b", re.ASCII)  # year first


def _told(replies: SnmpReplies, *oids: str) -> str | None:
    return switch_mibs.first(text(scalar(replies, oid)) for oid in oids)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model (and its hardware revision) and serial number."""
    model = _told(replies, PROBE_HARDWARE, HARDWARE)
    return switch_mibs.identity(replies, "TP-Link", model=model, serial=_told(replies, SERIAL))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version, whose words hold the build day, year first."""
    version = _told(replies, PROBE_SOFTWARE, SOFTWARE)
    built = _BUILT.search(version or "")
    day = dates.year_or_month_first(built["day"]) if built else None
    return switch_mibs.firmware(
        replies,
        "tp-link",
        version or unread(replies, PROBE_SOFTWARE, SOFTWARE),
        *(() if day is None else (Span.built_on(day),)),
    )


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a TP-Link switch."""
    return switch_mibs.facts(replies, read_identity, read_firmware, serial=lambda told_by: _told(told_by, SERIAL))
