"""System, ports, stack, parts and clock as AOS-CX tells them."""

import re
from collections import Counter
from collections.abc import Mapping

from collectors.driver import Part
from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.sections.network import Interface, StackMember, Stp, Trunk, Vlan
from collectors.facts.sections.system import Component
from collectors.readers.cisco import cisco_environment
from collectors.readers.cisco.cisco_stp import mode_of
from collectors.readers.outputs import cli_table, key_blocks
from collectors.readers.outputs.cli_words import (
    address_of,
    duplex_of,
    first,
    hindered,
    kind_of,
    number_of,
    said,
    serial_of,
    speed_bps,
    unique,
)
from collectors.replies import TextReplies
from collectors.told import told

SHOW_INTERFACES = "show interface"
SHOW_VLANS = "show vlan"
SHOW_LLDP = "show lldp neighbor-info detail"
SHOW_STACK = "show vsf detail"
SHOW_MODULES = "show module"
SHOW_STP = "show spanning-tree summary root"
SHOW_SUPPLIES = "show environment power-supply"
SHOW_FANS = "show environment fan"
SHOW_NTP = "show ntp status"
ASKS = (
    SHOW_INTERFACES, SHOW_VLANS, SHOW_LLDP, SHOW_STACK, SHOW_MODULES, SHOW_STP, SHOW_SUPPLIES, SHOW_FANS, SHOW_NTP,
)  # fmt: skip

_INTERFACE = re.compile(r"^(?:Interface|Aggregate) (?P<name>\S+) is (?P<state>up|down)\b.*$", re.MULTILINE)
_VLAN = re.compile(r"^(?P<number>\d{1,4}) +(?P<name>\S.*?) {2,}(?P<state>up|down)\b", re.MULTILINE)
_LLDP_KEYS = {
    "name": ("neighbor chassis-name",), "chassis": ("neighbor chassis-id",), "port": ("neighbor port-id",),
    "port description": ("neighbor port-desc",), "platform": ("neighbor chassis-description",),
}  # fmt: skip
UNSYNCHRONISED = 16  # the stratum of a clock that follows none (RFC 5905, section 7.3)
READY = {"master", "standby", "member", "conductor"}


def _bodies(text: str) -> list[tuple[str, bool, str]]:
    """Return name, link and text of each interface; raises UnexpectedReply for none."""
    heads = list(_INTERFACE.finditer(text))
    if not heads:
        raise UnexpectedReply("is told without any interface")
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return [
        (head["name"], head["state"] == "up", text[head.end() : end]) for head, end in zip(heads, ends, strict=True)
    ]


def read_interfaces(text: str, settings: Mapping[str, Mapping[str, object]]) -> Part:
    """Return the interfaces with what the configuration adds; speed and duplex count only while there is a link."""
    found = []
    for name, up, body in _bodies(text):
        kind = kind_of(name)
        speed = first(body, r"^ Speed *:? *(\d+ *Mb/s)") or ""
        duplex = first(body, r"^ (Full|Half)-duplex") or ""
        carries = up and kind in {"ethernet", "lag"}
        admin = first(body, r"^ Admin state is (\w+)")
        fields: dict[str, object] = {
            "name": name,
            "kind": kind,
            "description": first(body, r"^ Description *:[ \t]*(\S.*)$"),
            "enabled": None if admin is None else admin != "down",
            "up": up,
            "duplex": duplex_of(duplex) if carries else None,
            "speed_bps": speed_bps(speed) if carries else None,
            **_counters(body),
        }
        found.append(Interface.model_validate({**fields, **settings.get(name, {})}))
    return Part(tuple(found), complete=_all_heads(text))


def _all_heads(text: str) -> bool:
    """Return whether every interface begins with a line that is understood."""
    begins = re.findall(r"^(?:Interface|Aggregate) .* is ", text, re.MULTILINE)
    return len(begins) == len(_INTERFACE.findall(text)) and len(begins) >= len(
        re.findall(r"^ Admin state is ", text, re.MULTILINE)
    )


def _counters(body: str) -> dict[str, object]:
    """Return packets and errors received, from the table of newer or the list of older releases."""
    packets = number_of(first(body, r"^ Packets +(\d+) +\d+ +\d+", r"^ Rx *\n +(\d+) total packets"))
    errors = number_of(
        first(body, r"^ Errors +(\d+) +\d+ +\d+", r"^ Rx *\n(?: {2,}\d+.*\n){1,4}? +(\d+) (?:input )?errors")
    )
    if packets is None or errors is None:
        return {}
    return {"in_packets_count": packets, "in_errors_count": errors}


def access_counts(text: str) -> Counter[int] | None:
    """Return how many ports are access ports of each VLAN; None where not every port is understood."""
    if not _all_heads(text) or not re.search(r"^ VLAN Mode: ", text, re.MULTILINE):
        return None
    found = (first(body, r"^ Access VLAN: *(\d{1,4})\b") for _, _, body in _bodies(text))
    return Counter(int(number) for number in found if number)


def read_trunks(text: str) -> Part:
    """Return the ports that carry several VLANs, with the native one."""
    trunks = []
    for name, _, body in _bodies(text):
        if re.search(r"^ VLAN Mode: *(native-(un)?tagged|trunk)", body, re.MULTILINE):
            native = first(body, r"^ Native VLAN: *(\d{1,4})\b")
            trunks.append(Trunk(name=name, native_vlan=int(native) if native else None))
    return Part(tuple(trunks), complete=_all_heads(text))


def read_vlans(replies: TextReplies, addressed: frozenset[int] | None, snooped: frozenset[int] | None) -> Part:
    """Return the VLANs of 'show vlan' with their access ports and what the configuration adds."""
    text = replies[SHOW_VLANS]
    head = re.search(r"^VLAN +Name +Status.*\n-+$", text, re.MULTILINE)
    if not head:
        raise UnexpectedReply("is told without the table of VLANs")
    rows = list(_VLAN.finditer(text, head.end()))
    begins = [line for line in text[head.end() :].splitlines() if line[:1].strip()]
    counts: Counter[int] | None = None
    try:
        counts = access_counts(replies[SHOW_INTERFACES])
    except CollectError:
        counts = None
    return Part(
        tuple(
            Vlan(
                number=int(row["number"]),
                name=row["name"],
                access_ports_count=None if counts is None else counts[int(row["number"])],
                has_address=None if addressed is None else int(row["number"]) in addressed,
                snooping=None if snooped is None else int(row["number"]) in snooped,
            )
            for row in rows
        ),
        complete=len(begins) == len(rows),
    )


def read_neighbors(text: str) -> Part:
    """Return LLDP's neighbours; those that tell no name are known by their chassis."""
    if "LLDP Neighbor Information" not in text:
        raise UnexpectedReply("is told without LLDP's neighbours")
    told_blocks = [block for block in key_blocks.blocks(text, "port") if "neighbor chassis-id" in block]
    heard = [key_blocks.neighbor(block, block["port"], _LLDP_KEYS) for block in told_blocks]
    known = [one for one in heard if one is not None]
    named = unique(known, lambda one: one.name, lambda one, name: one.model_copy(update={"name": name}))
    return Part(named, complete=len(known) == len(heard))


def members(replies: TextReplies) -> list[dict[str, str]]:
    """Return the blocks of a stack's members; empty where there is no stack or nothing was told."""
    return key_blocks.blocks(said(replies, SHOW_STACK) or "", "member id")


def read_stack(replies: TextReplies) -> Part | None:
    """Return the members of a stack by number; None for a switch that is in none."""
    replies[SHOW_STACK]  # a stack whose members could not be read is not told as none
    found = [
        StackMember(name=one["member id"], state="ready" if one.get("status", "").casefold() in READY else "other")
        for one in members(replies)
    ]
    return Part(tuple(found)) if found else None


def read_components(replies: TextReplies) -> Part:
    """Return the members of a stack, and the modules of a chassis, with their serial numbers."""
    stacked = [
        Component(
            name=f"Member {one['member id']}",
            kind="other",
            model=one.get("model") or None,
            serial=serial_of(one.get("serial number") or None),
        )
        for one in members(replies)
    ]
    unread = hindered(replies, SHOW_STACK) is not None
    if not stacked:
        return Part(_modules(replies[SHOW_MODULES]), complete=not unread)
    try:
        return Part((*stacked, *_modules(replies[SHOW_MODULES])))
    except CollectError:
        return Part(tuple(stacked), complete=hindered(replies, SHOW_MODULES) is None)


def _modules(text: str) -> tuple[Component, ...]:
    found = []
    for section in re.split(r"^(?=\w+ Modules\s*\n=+)", text, flags=re.MULTILINE):
        kind = first(section, r"^(\w+) Modules")
        for listed in cli_table.tables(section) if kind else ():
            for row in listed.rows if len(listed.header) >= 5 else ():
                if row[1] and row[1] != "N/A":
                    what = f"{row[1]} {row[2]}"
                    found.append(
                        Component(name=f"{kind} {row[0]}", kind="module", model=what, serial=serial_of(row[3]))
                    )
    if not found:
        raise UnexpectedReply("is told without any module")
    return tuple(found)


def read_stp(text: str) -> Part:
    """Return whether spanning tree is on, its mode and the one root."""
    state, mode = first(text, r"STP status *: *(\w+)"), first(text, r"Protocol *: *(\w+)")
    if state is None:
        raise UnexpectedReply("does not say whether it is on")
    on = state.casefold() == "enabled"
    rows = re.sub(r"^System ID.*$", "", text, flags=re.MULTILINE)  # the switch itself, which may not be the root
    found = {address_of(match) for match in re.findall(r"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b", rows)}
    return told(
        Stp,
        {
            "enabled": lambda: on,
            "mode": lambda: mode_of(mode) if on and mode else None,
            "root": lambda: next(iter(found)) if on and len(found) == 1 else None,
        },
    )


def read_supplies(text: str) -> Part:
    """Return the power supplies by member and number."""
    states = r"OK|Absent|Output Fault|Input Fault|Fault|Warning|Unsupported|Unknown"
    return _pieces(text, re.compile(rf"^ *(\d{{1,3}}/\d{{1,3}}) +\S+ +(?:\S+ +)?({states})\b", re.MULTILINE))


def _pieces(text: str, expression: re.Pattern[str]) -> Part:
    """Return the supplies or fans of the tables that hold any; complete when each line of these is understood."""
    rows: list[tuple[str, str]] = []
    complete = True
    for section in re.split(r"^-{20,} *$", text, flags=re.MULTILINE)[1:]:
        body = section.strip("\n").split("\n\n")[0]
        found = expression.findall(body)
        complete = complete and len(found) in {0, len([line for line in body.splitlines() if line.strip()])}
        rows += found
    if not rows:
        raise UnexpectedReply("is told without any such part")
    part = cisco_environment.pieces(rows)
    return Part(part.value, part.gaps, complete=complete)


def read_fans(text: str) -> Part:
    """Return the fans by member, tray and number."""
    states = r"ok|fault\w*|empty|absent|uninitialized"
    return _pieces(text, re.compile(rf"^ *(\d{{1,3}}(?:/\d{{1,3}}){{1,2}}) +.*\b({states})\b", re.MULTILINE))


def clock(replies: TextReplies) -> tuple[bool | None, int | None]:
    """Return whether the clock is in step and its stratum, by 'show ntp status'."""
    text = said(replies, SHOW_NTP) or ""
    if re.search(r"not synchroni[sz]ed|unsynchroni[sz]ed|NTP *: *Disabled|\b127\.127\.", text, re.IGNORECASE):
        return False, None
    stratum = first(text, r"[Ss]tratum *:? *(\d{1,2})\b")
    if stratum and int(stratum) >= UNSYNCHRONISED:
        return False, None
    in_step = True if re.search(r"\bsynchroni[sz]ed\b", text, re.IGNORECASE) or stratum else None
    return in_step, int(stratum) if stratum else None
