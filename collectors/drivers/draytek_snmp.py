"""DrayTek Vigor routers, over SNMP: all that they say of themselves stands in sysDescr."""

import re
from datetime import datetime
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part
from collectors.facts.facts import Facts
from collectors.facts.scalars import Span
from collectors.facts.sections.system import Firmware
from collectors.readers.mibs import appliance_identity, appliance_mibs, if_mib, system_group
from collectors.replies import SnmpReplies
from collectors.told import told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "DrayTek Vigor, over SNMP"
DEVICE_CLASS = None

ASKS = (*system_group.ASKS, *if_mib.ASKS)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "firmware": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "interfaces": "an SNMP view with 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=10)
MATCHES = Matches(sys_object_ids=("1.3.6.1.4.1.7367",), sys_descr=(r"^DrayTek ",))

# 'DrayTek Corporation, Router Model: Vigor2865, Version: 4.4.3_BT, Build Date/Time:Aug 16 2023 10:20:30'
_MODEL = re.compile(r"Model: ?(?P<model>[^,]+)")
_VERSION = re.compile(r"Version: ?(?P<version>[^,\s]+)")
_BUILT = re.compile(r"Build Date/Time: ?(?P<day>[A-Z][a-z]{2} +\d{1,2},? \d{4})\b", re.ASCII)


def _first(pattern: re.Pattern[str], replies: SnmpReplies) -> str | None:
    found = pattern.search(replies.text(system_group.SYS_DESCR) or "")
    return found[1].strip() if found else None


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with the model; no serial number is told."""
    return appliance_identity.read_identity(replies, vendor="DrayTek", model=_first(_MODEL, replies))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return version and build date of DrayOS."""
    return told(
        Firmware,
        {
            "product": lambda: "drayos",
            "version": lambda: _first(_VERSION, replies),
            "released": lambda: _released(_first(_BUILT, replies)),
        },
    )


def _released(text: str | None) -> Span | None:
    if text is None:
        return None
    try:
        return Span.built_on(datetime.strptime(" ".join(text.replace(",", "").split()), "%b %d %Y").date())  # noqa: DTZ007
    except ValueError:
        return None


def _device_class(replies: SnmpReplies) -> str | None:
    model = (_first(_MODEL, replies) or "").casefold()
    if not model:
        return None
    if "switch" in model:
        return "switch"
    return "access point" if model.startswith("vigorap") else "firewall"


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a DrayTek router."""
    return appliance_mibs.facts(replies, read_identity, {"firmware": read_firmware}, device_class=_device_class)
