"""What Cisco's own MIBs tell on IOS, IOS-XE and NX-OS alike: configuration saved, clock, spanning tree, modules."""

from collectors.driver import Part
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.timekeeping import Time
from collectors.readers.mibs import bridge_stp, entity_mib, entity_sensors, system_group
from collectors.readers.mibs.part_states import ABSENT, BAD, OPEN, WELL, Conditions
from collectors.readers.mibs.part_tables import PartTable
from collectors.readers.mibs.snmp_tables import scalar
from collectors.replies import SnmpReplies, as_number
from collectors.told import Teller, told, word

CISCO = "1.3.6.1.4.1.9.9"
RUNNING_CHANGED = f"{CISCO}.43.1.1.1.0"  # ccmHistoryRunningLastChanged: sysUpTime at that moment, TimeTicks
STARTUP_CHANGED = f"{CISCO}.43.1.1.3.0"  # ccmHistoryStartupLastChanged
NTP_STATUS = f"{CISCO}.168.1.1.1.0"  # cntpSysSrvStatus
NTP_STRATUM = f"{CISCO}.168.1.1.2.0"  # cntpSysStratum: 16 is not synchronised
STP_TYPE = f"{CISCO}.82.1.6.1.0"  # stpxSpanningTreeType
BPDU_GUARD = f"{CISCO}.82.1.9.1.0"  # stpxFastStartBpduGuardEnable
SUPPLY_STATUS = f"{CISCO}.117.1.1.2.1.2"  # cefcFRUPowerOperStatus, by entPhysicalIndex
FAN_STATUS = f"{CISCO}.117.1.4.1.1.1"  # cefcFanTrayOperStatus

ASKS = (RUNNING_CHANGED, STARTUP_CHANGED, NTP_STATUS, NTP_STRATUM, STP_TYPE, BPDU_GUARD, SUPPLY_STATUS, FAN_STATUS)

BOOT_TICKS = 30_000  # five minutes: the configuration is loaded, which counts as a change of the running one
NTP_RUNS = {2: False, 3: True, 4: True, 5: True, 6: True}  # 1 unknown, 2 notRunning
NTP_SYNCHRONISED = {
    2: False,
    3: False,
    5: True,
    6: True,
}  # 3 notSynchronized, 4 syncToLocal, 5 refclock, 6 remote server
LAST_STRATUM = 15
STP_MODES = {1: "pvst", 4: "mstp", 5: "rapid-pvst"}
TRUE = {1: True, 2: False}  # TruthValue

SUPPLIES = PartTable(
    SUPPLY_STATUS,
    # off for want of power, too hot, failed; 3: switched off by a person; 9 and 12: on, but a part of it failed
    {2: WELL, 3: OPEN, **dict.fromkeys((1, 4, 5, 6, 7, 8, 9, 10, 11, 12), BAD)},
    names=entity_mib.NAME,
    name="power supply {}".format,
    rows=lambda replies: entity_sensors.of_class(replies, entity_mib.POWER_SUPPLY_CLASS),  # modules stand there too
)
FANS = PartTable(
    FAN_STATUS, {1: OPEN, 2: WELL, 3: BAD, 4: BAD}, names=entity_mib.NAME, name="fan {}".format
)  # cefcFanTrayOperStatus: unknown, up, down, warning
ENVMON: Conditions = {
    1: WELL,
    2: BAD,
    3: BAD,
    4: BAD,
    5: ABSENT,
    6: BAD,
}  # CiscoEnvMonState; Radlan's agents have the same words


def is_saved(
    replies: SnmpReplies, running_oid: str = RUNNING_CHANGED, startup_oid: str = STARTUP_CHANGED
) -> bool | Gap:
    """Return whether the startup configuration was written after the running one's last change; both are sysUpTimes."""
    up = replies.number(system_group.SYS_UP_TIME)
    running, startup = replies.number(running_oid), replies.number(startup_oid)
    if running is None or startup is None or up is None or min(running, startup) < 0:
        return NOT_TOLD
    if system_group.wrapped(replies) is not False or running > up or startup > up:
        return Gap(reason=GapReason.NOT_TOLD, text="is not certain: the counter of the device has begun again")
    if startup == 0 and running < BOOT_TICKS:
        return Gap(reason=GapReason.NOT_TOLD, text="is not certain: nothing was written since the start")
    return startup >= running


def read_time(replies: SnmpReplies) -> Part:
    """Return whether the clock follows NTP (CISCO-NTP-MIB); None where the MIB is not told."""
    status, stratum = as_number(scalar(replies, NTP_STATUS)), as_number(scalar(replies, NTP_STRATUM))
    if status is None and stratum is None:
        replies.value(NTP_STATUS)  # raises what hindered it
        return Part(None)
    synchronised = NTP_SYNCHRONISED.get(status or 0)
    if synchronised is None and status is None and stratum is not None:
        synchronised = 0 < stratum <= LAST_STRATUM
    tellers: dict[str, Teller] = {
        "kind": lambda: "ntp" if NTP_RUNS.get(status or 0) else "none" if status == 2 else None,
        "synchronised": lambda: synchronised,
    }
    if stratum is not None and 0 < stratum <= LAST_STRATUM:
        tellers["stratum"] = lambda: stratum
    return told(Time, tellers)


def read_stp(replies: SnmpReplies) -> Part:
    """Return spanning tree with Cisco's word for its mode, and whether BPDU guard is on by default."""
    extra: dict[str, Teller] = {}
    if (mode := as_number(scalar(replies, STP_TYPE))) is not None:
        extra["mode"] = lambda: word(mode, STP_MODES, "mode of spanning tree")
    if (guard := as_number(scalar(replies, BPDU_GUARD))) is not None:
        extra["bpdu_guard_default"] = lambda: TRUE.get(guard)
    return bridge_stp.read_stp(replies, extra)
