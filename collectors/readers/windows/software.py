"""Installed programs, remote-control tools among them, and which malware protection runs."""

from collections.abc import Mapping

from collectors.driver import Part
from collectors.errors import CollectError
from collectors.facts.sections.patches import InstalledSoftware
from collectors.readers.json_shapes import name_of, rows, text
from collectors.readers.windows.asked import unique
from collectors.replies import JsonReplies

_REMOTE_TOOLS = """
Action1: action1
AnyDesk: anydesk
Ammyy Admin: ammyy
Atera: atera
BeyondTrust: bomgar, beyondtrust remote
Chrome Remote Desktop: chrome remote desktop, chromoting
ConnectWise Automate: ltservice, connectwise automate
DWAgent: dwagent
DameWare: dameware, dwmrcs
Datto RMM: centrastage, cagservice, datto rmm
FixMe.IT: fixme.it
GoToMyPC: gotomypc, gotoassist
ISL Online: isl light, isl alwayson
Kaseya: kaseya
Level: levelagent
LogMeIn: logmein
MeshAgent: mesh agent, meshagent
N-able: n-able, advanced monitoring agent, solarwinds msp
NetSupport: netsupport
NinjaOne: ninjarmm, ninjaone
Parsec: parsec
Pulseway: pulseway
Radmin: radmin
Remote Utilities: remote utilities, rutserv
RustDesk: rustdesk
ScreenConnect: screenconnect, connectwise control
Splashtop: splashtop
Supremo: supremo
Syncro: syncro
Tactical RMM: tacticalrmm, tactical rmm
TeamViewer: teamviewer
VNC: vnc
Zoho Assist: zoho assist, zohomeeting
"""
REMOTE_TOOLS: Mapping[str, tuple[str, ...]] = {
    line.partition(": ")[0]: tuple(line.partition(": ")[2].split(", ")) for line in _REMOTE_TOOLS.strip().splitlines()
}
"""Product to parts of names of its programs and services; which of them are approved is a client's setting."""

_PROTECTION = """
avp: Kaspersky
cbdefense: Carbon Black
csfalconservice: CrowdStrike Falcon
cylancesvc: Cylance
cyserver: Cortex XDR
ds_agent: Trend Micro Deep Security
ekrn: ESET
elasticendpoint: Elastic Defend
epprotectedservice: Bitdefender
epsecurityservice: Bitdefender
fsma: WithSecure
huntressagent: Huntress
mbamservice: Malwarebytes
mcshield: McAfee
mfemms: Trellix
ntrtscan: Trend Micro
psanhost: WatchGuard Panda
savservice: Sophos
sentinelagent: SentinelOne
sepmasterservice: Symantec
sophos endpoint defense service: Sophos
wrsvc: Webroot
"""
PROTECTION_SERVICES: Mapping[str, str] = {
    line.partition(": ")[0]: line.partition(": ")[2] for line in _PROTECTION.strip().splitlines()
}
"""Short name of a service to the product that it belongs to."""
WATCHERS = {"Huntress"}
"""Products that watch beside another malware protection and do not stand in for it."""


def read_installed(replies: JsonReplies) -> tuple[InstalledSoftware, ...]:
    """Return the installed programs with their versions, by name; the same one listed twice counts once."""
    pairs = {(name_of(row, "software"), text(row.get("version"))) for row in rows(replies, "software")}
    programs: list[InstalledSoftware] = []
    for name, version in sorted(pairs, key=lambda pair: (pair[0], pair[1] or "")):
        programs.append(InstalledSoftware(name=unique(name, [one.name for one in programs]), version=version))
    return tuple(programs)


def read_software(replies: JsonReplies) -> tuple[str, ...]:
    """Return the names of the installed programs."""
    return tuple(sorted({name_of(row, "software") for row in rows(replies, "software")}))


def read_remote_tools(replies: JsonReplies) -> Part:
    """Return the known remote-control tools among programs and services; without the services the list is partial."""
    names = [name.casefold() for name in read_software(replies)]
    complete = True
    try:
        names += [name_of(row, "services").casefold() for row in rows(replies, "services")]
    except CollectError:
        complete = False
    found = [tool for tool, signs in REMOTE_TOOLS.items() if any(sign in name for sign in signs for name in names)]
    return Part(tuple(sorted(found)), complete=complete)


def protection_running(replies: JsonReplies) -> tuple[str, ...] | None:
    """Return the malware protections of other makers whose service runs; None when that was not read for sure."""
    try:
        services = rows(replies, "services")
    except CollectError:
        return None
    states = {name_of(row, "services").casefold(): row.get("state") for row in services}
    if any(states[service] is None for service in PROTECTION_SERVICES if service in states):
        return None
    running = {service for service, state in states.items() if state == "Running"}
    return tuple(sorted({product for service, product in PROTECTION_SERVICES.items() if service in running} - WATCHERS))
