"""Facts in which a sheet is at fault, or asks for another thing than ours is: counted apart, with the reason."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tests.corpus.outcome import Outcome, Result

ASSERTED = "the recording does not tell it: it is what its keeper knew, and the MIB has no object for the maker"
HOST_CLOCK = "sysUpTime is of the agent, which began later: ours is hrSystemUptime, the start of the host"
CLOCKS = ("uptime_seconds", "engine_time_seconds")
FILLER = "'CPS' is the maker's short name in the place of a serial number, the same for all: it is no serial number"
SERVED = "a community is written down, but the SNMP service is off: nothing answers to it"
SILENT = ("snmp_communities", "snmp_community_public_or_private")

MODEL = "identity.model"

DISPUTED = {
    **{
        ("snmp", f"{file}.snmprec", clock): HOST_CLOCK
        for file in ("sophos-xg-xgs2100", "zyxelusg-usgflex100", "junos-rpm", "dsm")
        for clock in CLOCKS
    },
    **{
        ("snmp", f"{file}.snmprec", "vendor"): ASSERTED
        for file in ("linux-icecast", "linux-hostresources", "windows-server-fr-hostresources")
    },
    ("snmp", "vmware-esxi.snmprec", "vendor"): "the agent tells the maker of the server; VMware is the system's",
    ("snmp", "hpe-ilo-4.snmprec", "uptime_seconds"): "the clock is the board's; our facts are of the server it sits in",
    ("snmp", "aruba-instant.snmprec", "serial"): (
        "three access points, and the sheet took the first row: not even that of the one that answers (model 225)"
    ),
    ("snmp", "cyberpower-pr2200rt2uc.snmprec", "manufacturer_reported"): "'CPS' is CyberPower's short name",
    ("snmp", "netmanplus-204.snmprec", "manufacturer_reported"): "'RPS SpA' is the company that sells as Riello",
    ("snmp", "apcupsd-snmp-backups-rs500.snmprec", "ups_battery_last_replaced"): (
        "the sheet took the year-first day 2009-02-26 apart as a month-first one"
    ),
    ("nut", "Grafenthal__PR-3000-HS__snmp-ups__2.6.5__01.dev", "device.mfr"): (
        "the variable is empty in the dump; the sheet has the next line in its place"
    ),
    **{
        ("nut", f"Cyber_Power_Systems__{dump}__01.dev", "device.serial"): FILLER
        for dump in (
            "CP1000PFCLCD__usbhid-ups__2.6.0",
            "CP1500EPFCLCD__usbhid-ups__2.7.3",
            "CP850PFCLCD__usbhid-ups__2.4.3",
        )
    },
    **{
        ("configs", file, item): SERVED
        for file in (
            "opnsense-opnsense-docs-carp-ha-master.xml",
            "opnsense-sample.config.5.xml",
            "pfsense-config-pfSense.xml",
        )
        for item in SILENT
    },
    **{
        (
            "cli",
            f"mikrotik_routeros/system_resource_print/mikrotik_routeros_system_resource_print_{number}.raw",
            MODEL,
        ): ("stands in for the model of '/system routerboard print' only where that was read and names none")
        for number in (1, 3)
    },
    ("configs", "routeros-user-contrib-crs310-ros7.rsc", "snmp_communities"): SERVED,
    ("configs", "opnsense-opnsense-docs-carp-ha-master.xml", "ssh_root_login"): (
        "<permitrootlogin> is there ('enabled'), and its presence is what allows it"
    ),
    ("configs", "checkpoint_gaia-show-configuration.txt", "syslog"): (
        "no line names a host, but a gateway sends its log to its management server, which none of its lines names"
    ),
    ("configs", "arista_eos-ksator-dcs-7150s64-eos4224.txt", "os_version"): (
        "the comment at the head of the file names it: EOS-4.22.4M"
    ),
}
"""By folder, file and fact."""


def apart(results: Iterable[Result]) -> Iterator[Result]:
    """Give the results, those that are not right and are listed here as disputed with the reason."""
    for result in results:
        reason = DISPUTED.get((result.folder, result.file, result.fact))
        disputed = reason is not None and result.outcome is not Outcome.RIGHT
        yield replace(result, outcome=Outcome.DISPUTED, reason=reason or "") if disputed else result
