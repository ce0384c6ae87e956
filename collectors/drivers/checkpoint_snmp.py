"""Check Point firewalls (Gaia and Gaia Embedded), over SNMP (CHECKPOINT-MIB)."""

from datetime import UTC, date, datetime
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, SENTINEL, Gap, GapReason
from collectors.facts.sections.firewall import Ha, Tunnel
from collectors.facts.sections.system import Firmware, Load, Os
from collectors.readers.mibs import appliance_identity, appliance_mibs, if_mib, kernel_build, licence_ends, system_group
from collectors.replies import SnmpReplies, as_number, as_text
from collectors.told import NOT_AVAILABLE, Teller, amount, no_known, told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Check Point Gaia, over SNMP"
DEVICE_CLASS = "firewall"

CHECK_POINT = "1.3.6.1.4.1.2620"
VERSION = f"{CHECK_POINT}.1.6.4.1.0"  # svnVersion
OS_NAME = f"{CHECK_POINT}.1.6.5.1.0"  # osName
SERIAL = f"{CHECK_POINT}.1.6.16.3.0"  # svnApplianceSerialNumber
MODEL = f"{CHECK_POINT}.1.6.16.7.0"  # svnApplianceProductName
CPU = f"{CHECK_POINT}.1.6.7.2.4.0"  # procUsage: percent
HA_STARTED = f"{CHECK_POINT}.1.5.5.0"
HA_STATE = f"{CHECK_POINT}.1.5.6.0"
HA_MODE = f"{CHECK_POINT}.1.5.11.0"  # haWorkMode
BLADE_NAME = f"{CHECK_POINT}.1.6.18.1.1.4"
BLADE_STATE = f"{CHECK_POINT}.1.6.18.1.1.5"
BLADE_EXPIRY = f"{CHECK_POINT}.1.6.18.1.1.6"  # seconds since 1970; 0 for none
TUNNEL_PEER = f"{CHECK_POINT}.500.9002.1.2"
TUNNEL_STATE = f"{CHECK_POINT}.500.9002.1.3"

ASKS = (
    *system_group.ASKS,
    *if_mib.ASKS,
    VERSION,
    OS_NAME,
    SERIAL,
    MODEL,
    CPU,
    HA_STARTED,
    HA_STATE,
    HA_MODE,
    BLADE_NAME,
    BLADE_STATE,
    BLADE_EXPIRY,
    TUNNEL_PEER,
    TUNNEL_STATE,
)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "firmware": "an SNMP view with 1.3.6.1.4.1.2620.1.6 (read only)",
    "ha": "an SNMP view with 1.3.6.1.4.1.2620.1.5 (read only)",
    "licences": "an SNMP view with 1.3.6.1.4.1.2620.1.6.18 (read only)",
    "tunnels": "an SNMP view with 1.3.6.1.4.1.2620.500 (read only)",
    "interfaces": "an SNMP view with 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 (read only)",
}
GENTLE = Gentle(questions_per_s=20, repetitions_count=15)
MATCHES = Matches(sys_object_ids=(f"{CHECK_POINT}.1",), probes=(VERSION,))

HA_ON = {"yes": True, "no": False}
HA_STATES = {"active": "active", "standby": "passive", "down": "other", "ready": "other", "initializing": "other"}
TUNNEL_UP = {3: True, 4: False, 130: False, 131: False, 132: False}  # active, destroy, phase 1, down, init; 129 is idle
IDLE = Gap(reason=GapReason.NOT_TOLD, text="is told as idle: no traffic asks for the tunnel")
NOT_BOUGHT = frozenset({"not entitled", "n/a", ""})


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number; the small appliances tell no serial number."""
    return appliance_identity.read_identity(
        replies, vendor="Check Point", model=replies.text(MODEL), serial=replies.text(SERIAL)
    )


def read_os(replies: SnmpReplies) -> Part:
    """Return the system's name and kernel, and its last start."""
    return told(
        Os,
        {
            "family": lambda: "other" if replies.text(OS_NAME) else None,
            "product": lambda: replies.text(OS_NAME),
            "booted_at": lambda: system_group.booted_at(replies),
            "kernel": lambda: kernel_build.kernel(replies.text(system_group.SYS_DESCR)),
        },
    )


def read_firmware(replies: SnmpReplies) -> Part:
    """Return product and version; the kernel's build day is the earliest day on which it can have been released."""
    name = (replies.text(OS_NAME) or "").casefold()
    return told(
        Firmware,
        {
            "product": lambda: "gaia-embedded" if "embedded" in name else "gaia",
            "version": lambda: replies.text(VERSION),
            "released": lambda: kernel_build.released(replies.text(system_group.SYS_DESCR)),
        },
    )


def read_load(replies: SnmpReplies) -> Part:
    """Return the processor's use in percent."""
    return told(Load, {"cpu_percent": lambda: amount(replies.number(CPU), highest=100)})


def read_ha(replies: SnmpReplies) -> Part:
    """Return mode and own state of the cluster; the other member's state is not told by these objects."""
    started = HA_ON.get((replies.text(HA_STARTED) or "").casefold())
    if started is None:
        return Part(None, {"mode": NOT_TOLD})
    if not started:
        return Part(Ha(mode="none"))
    tellers: dict[str, Teller] = {
        "mode": lambda: _mode(replies.text(HA_MODE)),
        "state": lambda: _state(replies.text(HA_STATE)),
        "peer_online": lambda: None,
        "in_sync": lambda: None,
    }
    return told(Ha, tellers)


def _mode(text: str | None) -> str | Gap | None:
    if text is None:
        return None
    words = text.casefold()
    if "load sharing" in words or "active active" in words or "active-active" in words:
        return "active-active"
    if "high availability" in words:
        return "active-passive"
    return no_known(text, "mode of a cluster")


def _state(text: str | None) -> str | Gap | None:
    if text is None:
        return None
    word = next((ours for theirs, ours in HA_STATES.items() if text.casefold().startswith(theirs)), None)
    return word or no_known(text, "state")


def read_licences(replies: SnmpReplies) -> Part:
    """Return the blades that are or were licensed, with their last day; those not entitled are left out."""
    states, expiries = replies.column(BLADE_STATE), replies.column(BLADE_EXPIRY)
    ends = {
        as_text(name) or index: _day(as_number(expiries.get(index)))
        for index, name in replies.column(BLADE_NAME).items()
        if (as_text(states.get(index)) or "").casefold() not in NOT_BOUGHT
    }
    return licence_ends.licences(ends.items(), replies.complete(BLADE_NAME, BLADE_STATE, BLADE_EXPIRY))


def _day(seconds: int | None) -> date | Gap:
    if seconds is None:
        return NOT_TOLD
    if seconds in NOT_AVAILABLE or seconds <= 0:
        return SENTINEL
    return datetime.fromtimestamp(min(seconds, 2**33), tz=UTC).date()


def read_tunnels(replies: SnmpReplies) -> Part:
    """Return the tunnels by their peer; an idle one leaves open whether it would stand."""
    states = replies.column(TUNNEL_STATE)
    tunnels: dict[str, Tunnel] = {}
    gaps: dict[str, Gap] = {}
    for index, value in replies.column(TUNNEL_PEER).items():
        name = as_text(value) or index
        state = as_number(states.get(index)) or 0
        if state == 129:
            gaps[f"[{name}].up"] = IDLE
        tunnels[name] = Tunnel(name=name, up=TUNNEL_UP.get(state))
    return Part(tuple(tunnels.values()) or None, gaps, replies.complete(TUNNEL_PEER, TUNNEL_STATE))


SECTIONS: Sections[SnmpReplies] = {
    "os": read_os,
    "firmware": read_firmware,
    "load": read_load,
    "ha": read_ha,
    "licences": read_licences,
    "tunnels": read_tunnels,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Check Point firewall."""
    return appliance_mibs.facts(
        replies, read_identity, SECTIONS, serial=appliance_mibs.serial_unless_junk(SERIAL), device_class=DEVICE_CLASS
    )
