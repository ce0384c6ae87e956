"""The system group (SNMPv2-MIB, RFC 3418) and the moment of the last start, which its sysUpTime alone cannot tell."""

from datetime import datetime
from functools import partial

from collectors.driver import Part
from collectors.facts.gaps import NOT_TOLD, SENTINEL, Gap, GapReason
from collectors.facts.sections.system import Identity, Os
from collectors.readers import dates
from collectors.replies import SnmpReplies
from collectors.told import Teller, told

SYSTEM = "1.3.6.1.2.1.1"
SYS_DESCR = f"{SYSTEM}.1.0"
SYS_OBJECT_ID = f"{SYSTEM}.2.0"
SYS_UP_TIME = f"{SYSTEM}.3.0"  # TimeTicks since the agent began; a 32-bit counter
SYS_CONTACT = f"{SYSTEM}.4.0"
SYS_NAME = f"{SYSTEM}.5.0"
SYS_LOCATION = f"{SYSTEM}.6.0"
ENGINE_TIME = "1.3.6.1.6.3.10.2.1.3.0"  # SNMP-FRAMEWORK-MIB (RFC 3411): seconds since the SNMP engine began
ENGINE_ID = "1.3.6.1.6.3.10.2.1.1.0"  # snmpEngineID: asked of every agent at first, as a mark of identity
HOST_UP_TIME = "1.3.6.1.2.1.25.1.1.0"  # hrSystemUptime (RFC 2790): TimeTicks since the host began; a 32-bit counter

ASKS = (SYS_DESCR, SYS_OBJECT_ID, SYS_UP_TIME, SYS_CONTACT, SYS_NAME, SYS_LOCATION, ENGINE_TIME, HOST_UP_TIME)

WRAP_S = 2**32 / dates.TICKS_PER_S  # TimeTicks begin again at zero after 497.1 days
# Two clocks of one device: recordings differ by up to 90 s at once, and by 0.03 % (Extreme XOS: 756 s in 28 days).
CLOCKS_DIFFER_S = 300.0
CLOCKS_DRIFT = 0.0005

_NOT_SET = Gap(reason=GapReason.NOT_TOLD, text="is not set on the device")


def read_identity(
    replies: SnmpReplies, vendor: str | None = None, model: str | None = None, serial: str | None = None
) -> Part:
    """Return name, location, contact and sysObjectID, with vendor, model and serial number where the caller knows them.

    An empty text is a gap, never a fact.
    """
    tellers: dict[str, Teller] = {
        "name": lambda: meant(replies.text(SYS_NAME)),
        "location": lambda: meant(replies.text(SYS_LOCATION)),
        "contact": lambda: meant(replies.text(SYS_CONTACT)),
        "sys_object_id": lambda: _object_id(replies),
    }
    for field, text in (("vendor", vendor), ("model", model), ("serial", serial)):
        if text is not None:
            tellers[field] = partial(meant, text)
    return told(Identity, tellers)


def meant(text: str | None) -> str | Gap:
    """Return a text as the device tells it, a gap when nothing is set.

    A placeholder such as '<private>' or a serial number of all F is what the device says, and stands as a fact; only as
    a mark of identity it does not count (`collectors.facts.marks`).
    """
    return _NOT_SET if text is None or not text.strip() else text.strip()


def read_os(replies: SnmpReplies) -> Part:
    """Return the section `os` with the moment of the last start alone."""
    return told(Os, {"booted_at": lambda: booted_at(replies)})


def booted_at(replies: SnmpReplies) -> datetime | Gap:
    """Return when the device last started, to the minute, or the gap that says why this is not certain.

    sysUpTime and hrSystemUptime begin again at zero after 497 days, so '3 days' may be 500. They are believed only with
    a second clock that does not: snmpEngineTime, in seconds. It must equal sysUpTime, or be larger by whole wraps.
    Taking the larger of the two is wrong: RouterOS counts the engine's time through restarts, others begin it later.
    Where the host tells its own uptime too (sysUpTime being its agent's), that must fit as well: an agent that was
    restarted later proves nothing on the host.
    """
    agent, host, engine = (replies.number(oid) for oid in (SYS_UP_TIME, HOST_UP_TIME, ENGINE_TIME))
    if agent is None and host is None:
        return NOT_TOLD
    if engine is None or engine < 0:
        return _not_certain(agent if host is None else host, "the agent tells no snmpEngineTime to compare with")
    proven_s: float | None = float(engine)
    if agent is not None:
        proven_s = unwrapped_s(agent, float(engine))
    if proven_s is not None and host is not None:
        proven_s = unwrapped_s(host, proven_s)
    if proven_s is None:
        return _not_certain(agent if host is None else host, f"the agent's other clocks differ (engine: {engine} s)")
    return dates.ago(proven_s, replies.observed_at)


def wrapped(replies: SnmpReplies) -> bool | None:
    """Return whether sysUpTime has begun again at zero since the start; None when no other clock can tell.

    Moments that a device tells in its sysUpTime may be compared with each other only while it has not.
    """
    agent, engine = replies.number(SYS_UP_TIME), replies.number(ENGINE_TIME)
    if agent is None or engine is None or engine < 0:
        return None
    seconds = unwrapped_s(agent, float(engine))
    return None if seconds is None else seconds > agent / dates.TICKS_PER_S


def unwrapped_s(ticks: int, other_s: float) -> float | None:
    """Return the seconds of a 32-bit TimeTicks counter with its lost wraps, None when it cannot fit the other clock."""
    counted_s = ticks / dates.TICKS_PER_S
    wraps = max(0, round((other_s - counted_s) / WRAP_S))
    seconds = counted_s + wraps * WRAP_S
    return seconds if abs(seconds - other_s) <= CLOCKS_DIFFER_S + CLOCKS_DRIFT * other_s else None


def _not_certain(ticks: int | None, why: str) -> Gap:
    days = (ticks or 0) / dates.TICKS_PER_S / 86_400
    text = f"is not certain: the counter says {days:.1f} days ago, or that and any number of times 497 days; {why}"
    return Gap(reason=GapReason.NOT_TOLD, text=text)


def _object_id(replies: SnmpReplies) -> str | Gap | None:
    text = replies.text(SYS_OBJECT_ID)
    return SENTINEL if text in {"0.0", "0.0.0"} else text  # zeroDotZero: no identification assigned
