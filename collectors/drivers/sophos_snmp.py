"""Sophos Firewall (SFOS), over SNMP (SFOS-FIREWALL-MIB)."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, Gap
from collectors.facts.sections.firewall import Ha, Tunnel
from collectors.facts.sections.storage import Part as PowerSupply
from collectors.facts.sections.storage import Temperature
from collectors.facts.sections.system import Firmware, Os
from collectors.readers.mibs import appliance_identity, appliance_mibs, if_mib, kernel_build, licence_ends, system_group
from collectors.readers.mibs.snmp_tables import need
from collectors.replies import SnmpReplies, as_number, as_text
from collectors.told import Teller, amount, no_known, told, word

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Sophos Firewall (SFOS), over SNMP"
DEVICE_CLASS = "firewall"

SFOS = "1.3.6.1.4.1.2604.5.1"
MODEL = f"{SFOS}.1.2.0"  # sfosDeviceType
VERSION = f"{SFOS}.1.3.0"  # '19.5.3 MR-3-Build652'
SERIAL = f"{SFOS}.1.4.0"  # sfosDeviceAppKey: the appliance's serial number
HA = f"{SFOS}.4.1.0"
HA_STATE = f"{SFOS}.4.4.0"
HA_PEER_STATE = f"{SFOS}.4.5.0"
HA_MODE = f"{SFOS}.4.6.0"
MODULES = {  # sfosXGLicenseDetails: .N.1.0 the state, .N.2.0 the last day
    1: "base firewall",
    2: "network protection",
    3: "web protection",
    4: "email protection",
    5: "web server protection",
    6: "zero-day protection",
    7: "enhanced support",
    8: "enhanced plus support",
    9: "central orchestration",
}
STATES = {module: f"{SFOS}.5.{module}.1.0" for module in MODULES}
EXPIRIES = {module: f"{SFOS}.5.{module}.2.0" for module in MODULES}
TUNNEL = f"{SFOS}.6.1.1.1.1"
TUNNEL_NAME = f"{TUNNEL}.2"
TUNNEL_TYPE = f"{TUNNEL}.6"
TUNNEL_STATUS = f"{TUNNEL}.9"
TUNNEL_ACTIVATED = f"{TUNNEL}.10"
TEMPERATURES = {"network processor": f"{SFOS}.9.1.0", "processor": f"{SFOS}.9.2.0"}  # tenths of a degree
SUPPLY_STATE = f"{SFOS}.9.4.1.2"

ASKS = (
    *system_group.ASKS,
    *if_mib.ASKS,
    MODEL,
    VERSION,
    SERIAL,
    HA,
    HA_STATE,
    HA_PEER_STATE,
    HA_MODE,
    *STATES.values(),
    *EXPIRIES.values(),
    TUNNEL_NAME,
    TUNNEL_TYPE,
    TUNNEL_STATUS,
    TUNNEL_ACTIVATED,
    *TEMPERATURES.values(),
    SUPPLY_STATE,
)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "identity": "SNMP allowed for the zone (Administration, Device access), and an agent with this user or community",
    "firmware": "an SNMP view with 1.3.6.1.4.1.2604.5 (read only)",
    "licences": "an SNMP view with 1.3.6.1.4.1.2604.5 (read only)",
    "interfaces": "an SNMP view with 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 (read only)",
}
GENTLE = Gentle(questions_per_s=20, repetitions_count=15)
MATCHES = Matches(sys_object_ids=("1.3.6.1.4.1.2604.5",), probes=(VERSION,))

HA_STATUS = {0: False, 1: True}  # HaStatusType
HA_STATES = {
    0: "other",
    1: "passive",
    2: "active",
    3: "active",
    4: "other",
    5: "other",
}  # 1 auxiliary, 2 alone
PEER_STANDS_BY = {0: False, 1: True, 2: False, 3: True, 4: False, 5: True}  # 4 faulty, 5 ready
SUBSCRIBED = {1, 3, 4}  # SubscriptionStatusType: evaluating, subscribed, expired; the others have no such licence
NO_LICENCE = {0, 2, 5}
SITE_TO_SITE = {1, 2, 3}  # host-to-host, site-to-site, tunnel interface; 0 is remote access
TUNNEL_UP = {0: False, 1: True, 2: False}  # 2: some of its associations stand
SUPPLY_GOOD = {1: True, 2: False}
_EXPIRY_FORMS = ("%b %d %Y", "%d %b %Y", "%B %d, %Y", "%d %B %Y", "%Y-%m-%d", "%a %b %d %H:%M:%S %Y")


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number."""
    return appliance_identity.read_identity(
        replies, vendor="Sophos", model=replies.text(MODEL), serial=replies.text(SERIAL)
    )


def read_os(replies: SnmpReplies) -> Part:
    """Return the last start, and the kernel that the firmware brings."""
    return told(
        Os,
        {
            "booted_at": lambda: system_group.booted_at(replies),
            "kernel": lambda: kernel_build.kernel(replies.text(system_group.SYS_DESCR)),
        },
    )


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version; the kernel's build day is the earliest day on which it can have been released."""
    return told(
        Firmware,
        {
            "product": lambda: "sfos",
            "version": lambda: re.sub(r"^SFOS ", "", replies.text(VERSION) or "") or None,
            "released": lambda: kernel_build.released(replies.text(system_group.SYS_DESCR)),
        },
    )


def read_ha(replies: SnmpReplies) -> Part:
    """Return mode and states of the pair; whether the configurations agree is not told."""
    enabled = replies.number(HA)
    if enabled is None:
        return Part(None, {"mode": NOT_TOLD})
    if HA_STATUS.get(enabled) is False:
        return Part(Ha(mode="none"))
    tellers: dict[str, Teller] = {
        "mode": lambda: _mode(replies),
        "state": lambda: word(replies.number(HA_STATE), HA_STATES, "HA state"),
        "peer_online": lambda: PEER_STANDS_BY.get(replies.number(HA_PEER_STATE) or 0),
        "in_sync": lambda: None,
    }
    return told(Ha, tellers)


def _mode(replies: SnmpReplies) -> str | Gap | None:
    text = replies.text(HA_MODE)
    if text is None:
        return None
    mode = text.casefold().replace(" ", "-")
    if mode in {"active-passive", "active-active"}:
        return mode
    return no_known(text, "HA mode")


def read_licences(replies: SnmpReplies) -> Part:
    """Return the modules that are or were subscribed, with their last day; those never subscribed are left out."""
    ends, complete = [], True
    for module, name in MODULES.items():
        state = replies.number(STATES[module])
        if state not in SUBSCRIBED:
            complete = complete and (state in NO_LICENCE or module not in {1, 2, 3, 4, 5})
            continue
        ends.append((name, licence_ends.last_day(replies.text(EXPIRIES[module]), _EXPIRY_FORMS)))
    return licence_ends.licences(ends, complete)


def read_tunnels(replies: SnmpReplies) -> Part:
    """Return the activated site-to-site connections; one of which only a part stands is not up."""
    need(replies, TUNNEL_ACTIVATED)
    kinds, statuses = replies.column(TUNNEL_TYPE), replies.column(TUNNEL_STATUS)
    activated = replies.column(TUNNEL_ACTIVATED)
    tunnels: dict[str, Tunnel] = {}
    for index, value in replies.column(TUNNEL_NAME).items():
        if as_number(kinds.get(index)) not in SITE_TO_SITE or as_number(activated.get(index)) == 0:
            continue
        name = as_text(value) or index
        tunnels[name] = Tunnel(name=name, up=TUNNEL_UP.get(as_number(statuses.get(index)) or 0))
    whole = replies.complete(TUNNEL_NAME, TUNNEL_TYPE, TUNNEL_STATUS, TUNNEL_ACTIVATED)
    return Part(tuple(tunnels.values()) or None, complete=whole)


def read_temperatures(replies: SnmpReplies) -> Part:
    """Return the processors' temperatures; 0 stands for a sensor that is not fitted."""
    found = []
    for name, oid in TEMPERATURES.items():
        reading = amount(replies.number(oid), 0.1, lowest=-40, highest=150)
        if isinstance(reading, float) and reading != 0:
            found.append(Temperature(name=name, reading_celsius=reading))
    return Part(tuple(found) or None)


def read_power_supplies(replies: SnmpReplies) -> Part:
    """Return the power supplies; 'down' does not tell whether it failed or is not fitted."""
    return Part(
        tuple(
            PowerSupply(name=f"power supply {index}", ok=SUPPLY_GOOD.get(as_number(value) or 0))
            for index, value in replies.column(SUPPLY_STATE).items()
        )
        or None,
        complete=replies.complete(SUPPLY_STATE),
    )


SECTIONS: Sections[SnmpReplies] = {
    "os": read_os,
    "firmware": read_firmware,
    "ha": read_ha,
    "licences": read_licences,
    "tunnels": read_tunnels,
    "temperatures": read_temperatures,
    "power_supplies": read_power_supplies,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Sophos firewall."""
    return appliance_mibs.facts(
        replies, read_identity, SECTIONS, serial=appliance_mibs.serial_unless_junk(SERIAL), device_class=DEVICE_CLASS
    )
