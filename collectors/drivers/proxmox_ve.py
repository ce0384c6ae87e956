"""Proxmox VE hypervisors, over SSH: a Linux machine with virtual machines and stores."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, gather
from collectors.errors import UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.sections.storage import Datastore
from collectors.facts.sections.system import Os
from collectors.facts.sections.virtualization import Vm
from collectors.readers.linux import machine, questions
from collectors.readers.linux.lines import lines_of
from collectors.readers.linux.sections import SECTIONS
from collectors.replies import TextReplies

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Proxmox VE, over SSH"
DEVICE_CLASS = "hypervisor"
SHELL = "sh"

VERSIONS = "pveversion -v"
MACHINES = questions.as_root("qm list")
STORES = questions.as_root("pvesm status")
AT_START = questions.as_root("grep -s '^onboot:' -r /etc/pve/qemu-server")
ASKS = (*questions.ASKS, VERSIONS, MACHINES, STORES, AT_START)
PREPARES: tuple[str, ...] = ()
NEEDS = {
    **questions.NEEDS,
    "vms": "root, or sudo without a password for: qm list",
    "datastores": "root, or sudo without a password for: pvesm status",
}
GENTLE = Gentle()
MATCHES = Matches(replies={VERSIONS: r"^pve-manager: "})

_MANAGER = re.compile(r"^pve-manager: (?P<version>\d+(?:\.\d+)+)", re.MULTILINE)
_MACHINE = re.compile(r" +(?P<number>\d+) (?P<name>.+?) +(?P<state>running|stopped|paused|suspended) +\d.*")
_STORE = re.compile(r"(?P<name>\S+) +\S+ +(?P<state>\w+) +(?P<size>\d{1,18}) +\d+ +(?P<free>\d{1,18}) .*")
_AT_START = re.compile(r"/(?P<number>\d+)\.conf:onboot: *(?P<on>[01])$", re.MULTILINE)


def read_os(replies: TextReplies) -> Part:
    """Return the system, whose version is that of Proxmox VE and not of the Debian below it."""
    part = machine.read_os(replies)
    found = _MANAGER.search(replies[VERSIONS])
    if not isinstance(part.value, Os) or found is None:
        raise UnexpectedReply(f"is not told by {VERSIONS!r}")
    value = part.value.model_copy(update={"product": "proxmox-ve", "version": found["version"]})
    gaps = {field: gap for field, gap in part.gaps.items() if field not in {"product", "version"}}
    return Part(value, gaps)


def read_vms(replies: TextReplies) -> Part:
    """Return the virtual machines of this node, and whether they start with it; templates are listed too."""
    at_start = {found["number"]: found["on"] == "1" for found in _AT_START.finditer(replies[AT_START])}
    vms = []
    seen: dict[str, int] = {}
    for found in filter(None, map(_MACHINE.fullmatch, lines_of(replies[MACHINES]))):
        name = found["name"].strip()
        seen[name] = seen.get(name, 0) + 1
        vms.append(
            Vm(
                name=name if seen[name] == 1 else f"{name} #{seen[name]}",
                running=found["state"] == "running",
                autostart="start" if at_start.get(found["number"]) else "nothing",  # onboot is off by default
            )
        )
    return Part(tuple(vms))


def read_datastores(replies: TextReplies) -> Part:
    """Return the active stores with size and free space, which are told in KiB."""
    stores = [
        Datastore(name=found["name"], size_bytes=int(found["size"]) * 1024, free_bytes=int(found["free"]) * 1024)
        for found in map(_STORE.fullmatch, lines_of(replies[STORES]))
        if found and found["state"] == "active"
    ]
    return Part(tuple(stores))


def read(replies: TextReplies) -> Facts:
    """Return the facts of a Proxmox VE node."""
    return gather(
        replies,
        {**SECTIONS, "os": read_os, "vms": read_vms, "datastores": read_datastores},
        marks=machine.marks,
        device_class=lambda _: DEVICE_CLASS,
    )
