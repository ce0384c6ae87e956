"""Any computer by the HOST-RESOURCES-MIB: Windows, Linux (net-snmp) and other systems, over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.sections.system import Os
from collectors.readers.mibs import (
    appliance_identity,
    appliance_mibs,
    host_resources,
    if_mib,
    kernel_build,
    system_group,
)
from collectors.readers.windows import windows_builds
from collectors.replies import SnmpReplies
from collectors.told import told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Windows, Linux or another computer by the HOST-RESOURCES-MIB, over SNMP"
DEVICE_CLASS = None

WINDOWS = "1.3.6.1.4.1.311.1.1.3.1"  # .1 workstation, .2 server, .3 domain controller
NET_SNMP = "1.3.6.1.4.1.8072.3.2"  # .8 FreeBSD, .10 Linux, and others

ASKS = (*system_group.ASKS, *host_resources.ASKS, *if_mib.ASKS)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "volumes": "an SNMP view with 1.3.6.1.2.1.25 (read only)",
    "load": "an SNMP view with 1.3.6.1.2.1.25 (read only)",
    "os": "an SNMP view with 1.3.6.1.2.1.1, 1.3.6.1.2.1.25.1 and 1.3.6.1.6.3.10.2.1 (read only)",
    "interfaces": "an SNMP view with 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 (read only)",
}
GENTLE = Gentle(questions_per_s=30, repetitions_count=20)
MATCHES = Matches(
    sys_object_ids=(WINDOWS, NET_SNMP, f"{NET_SNMP}.8", f"{NET_SNMP}.10"),
    sys_descr=(r"\bSoftware: Windows ",),
    probes=(host_resources.STORAGE_TYPE, host_resources.UP_TIME),
    rank=500,
)

_WINDOWS = re.compile(r"\bSoftware: Windows (?:\d+ )?Version (?P<version>\d+\.\d+) \(Build (?P<build>\d{4,6}) ")
_WORKSTATION = f"{WINDOWS}.1"


def _descr(replies: SnmpReplies) -> str:
    return replies.text(system_group.SYS_DESCR) or ""


def _is_workstation(replies: SnmpReplies) -> bool | None:
    told_id = replies.text(system_group.SYS_OBJECT_ID) or ""
    if not told_id.startswith(f"{WINDOWS}."):
        return None
    return told_id == _WORKSTATION


def read_os(replies: SnmpReplies) -> Part:
    """Return family, product, version, kernel and the last start, as far as the description tells them."""
    descr = _descr(replies)
    windows = _WINDOWS.search(descr)
    known: dict[str, str | None] = {}
    if windows:
        workstation = _is_workstation(replies)
        build = int(windows["build"])
        name = None if workstation is None else windows_builds.product(build, server=not workstation)
        known = {"family": "windows", "product": name, "version": windows["version"], "build": windows["build"]}
    elif kernel := kernel_build.kernel(descr):
        known = {"family": "linux", "kernel": kernel}
    elif descr.startswith("Linux "):
        known = {"family": "linux"}
    fields = {field: (lambda text=text: text) for field, text in known.items()}
    return told(Os, {**fields, "booted_at": lambda: system_group.booted_at(replies)})


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group; the MIB has neither maker nor serial number."""
    vendor = "Microsoft" if _WINDOWS.search(_descr(replies)) else None
    return appliance_identity.read_identity(replies, vendor=vendor)


def read_load(replies: SnmpReplies) -> Part:
    """Return processor load, and memory in use where that is no cache (Windows)."""
    return host_resources.read_load(replies, memory=bool(_WINDOWS.search(_descr(replies))))


def _device_class(replies: SnmpReplies) -> str | None:
    workstation, descr = _is_workstation(replies), _descr(replies)
    if workstation is not None:
        return "windows workstation" if workstation else "windows server"
    return "linux server" if descr.startswith("Linux ") else None


SECTIONS: Sections[SnmpReplies] = {
    "os": read_os,
    "hardware": host_resources.read_hardware,
    "load": read_load,
    "volumes": host_resources.read_volumes,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a computer."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, device_class=_device_class)
