"""Ports, neighbours, spanning tree, stack and parts as AOS-S (ProCurve) tells them."""

import re

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.sections.management import Config
from collectors.facts.sections.network import Interface, Poe, StackMember, Stp
from collectors.facts.sections.system import Component
from collectors.readers.cisco import cisco_environment
from collectors.readers.outputs import key_blocks
from collectors.readers.outputs.cli_words import (
    address_of,
    duplex_of,
    first,
    hindered,
    said,
    serial_of,
    speed_bps,
    unique,
)
from collectors.readers.procurve import procurve_audit
from collectors.readers.procurve.procurve_config import Configuration
from collectors.replies import TextReplies
from collectors.told import told

SHOW_PORTS = "show interfaces brief"
SHOW_NEIGHBORS = "show lldp info remote-device detail"
SHOW_STP = "show spanning-tree"
SHOW_STACK = "show vsf detail"
SHOW_POE = "show power-over-ethernet brief"
SHOW_SUPPLIES = "show system power-supply"
SHOW_FANS = "show system fans"
SHOW_SSH = "show ip ssh"
SHOW_NTP = "show ntp status"
SHOW_SAVED = "show config status"
ASKS = (
    SHOW_PORTS, SHOW_NEIGHBORS, SHOW_STP, SHOW_STACK, SHOW_POE, SHOW_SUPPLIES, SHOW_FANS, SHOW_SSH, SHOW_NTP,
    SHOW_SAVED,
)  # fmt: skip

_PORT = re.compile(
    r"^ *(?P<name>[A-Za-z]?\d[\w/]*)(?:-(?P<group>Trk\d+|\.\.\.))?\*? +(?P<type>\S.*?)? *\| +(?:Yes|No) +"
    r"(?P<enabled>Yes|No) +(?P<state>Up|Down)\b *(?P<mode>[\w.]*)",
    re.MULTILINE,
)
_PORT_HEAD = re.compile(r"\| *(?:Intrusion|Alert)\b|^[-+ ]+$")
_LLDP_KEYS = {
    "name": ("sysname",), "chassis": ("chassisid",), "port": ("portid",), "port kind": ("porttype",),
    "port description": ("portdescr",), "platform": ("system descr",),
}  # fmt: skip
_MODES = {"mstp": "mstp", "rstp": "rstp", "stp": "stp", "rpvst": "rapid-pvst", "rapid-pvst": "rapid-pvst"}
READY_STATES = {"commander", "standby", "member", "master", "active"}


def model(replies: TextReplies, command: str) -> str | None:
    """Return the model in the switch's own description, else the one model of a stack's members.

    Raises NoReply when the description was asked for and did not come.
    """
    if hindered(replies, command):
        replies[command]
    described = first(said(replies, command) or "", r"System Description *: *(\S.*?), revision ")
    models = set(re.findall(r"^ *Model *: *(\S.*?) *$", said(replies, SHOW_STACK) or "", re.MULTILINE))
    words = described or (models.pop() if len(models) == 1 else None)
    return re.sub(r"^(?:(?:HP|HPE|Aruba|ProCurve) )+|(?: Switch)?(?: Stack)?$", "", words) if words else None


def read_interfaces(replies: TextReplies, config: Configuration | None) -> Part:
    """Return the ports with what the configuration adds; speed and duplex count only while there is a link."""
    text = replies[SHOW_PORTS]
    if "Intrusion" not in text:
        raise UnexpectedReply("is told without the table of ports")
    settings = procurve_audit.port_settings(config) if config else {}
    found = []
    for row in _PORT.finditer(text):
        up = row["state"] == "Up"
        known: dict[str, object] = {
            "name": row["name"],
            "kind": "ethernet",
            "enabled": row["enabled"] == "Yes",
            "up": up,
            "duplex": duplex_of(row["mode"]) if up else None,
            "speed_bps": speed_bps(row["mode"]) if up else None,
        }
        extra = settings.get(row["name"], settings.get(procurve_audit.NO_PORT, {}))
        found.append(Interface.model_validate({**known, **extra}))
    rows = [line for line in text.splitlines() if "|" in line and not _PORT_HEAD.search(line)]
    return Part(tuple(found), complete=len(rows) == len(found))


def read_neighbors(replies: TextReplies) -> Part:
    """Return LLDP's neighbours; those that tell no name are known by their address."""
    text = replies[SHOW_NEIGHBORS]
    if "LLDP Remote Device" not in text:
        raise UnexpectedReply("is told without LLDP's neighbours")
    told_blocks = key_blocks.blocks(text, "local port")
    heard = [key_blocks.neighbor(block, block["local port"], _LLDP_KEYS) for block in told_blocks]
    known = [one for one in heard if one is not None]
    named = unique(known, lambda one: one.name, lambda one, name: one.model_copy(update={"name": name}))
    return Part(named, complete=len(known) == len(heard))


def read_stp(replies: TextReplies) -> Part:
    """Return whether spanning tree is on, its mode and root."""
    fields = key_blocks.fields(replies[SHOW_STP])
    enabled = next(
        (fields[key] for key in ("stp enabled", "rstp enabled", "spanning tree enabled") if key in fields), ""
    )
    if not enabled:
        raise UnexpectedReply("does not say whether it is on")
    on = enabled.split()[0].casefold() == "yes"
    word = (fields.get("force version") or fields.get("mode") or "").casefold()
    root = fields.get("cst root mac address") or fields.get("root mac address") or ""
    return told(
        Stp,
        {
            "enabled": lambda: on,
            "mode": lambda: (
                next((mode for begin, mode in _MODES.items() if word.startswith(begin)), None) if on else None
            ),
            "root": lambda: address_of(root.split("  ")[0]) if on else None,
        },
    )


def read_stack(replies: TextReplies) -> Part | None:
    """Return the members of a stack by number; None for a switch that is in none."""
    members = key_blocks.blocks(replies[SHOW_STACK], "member id")
    if not members:
        return None
    return Part(
        tuple(
            StackMember(
                name=member["member id"],
                state="ready" if member.get("status", "").casefold() in READY_STATES else "other",
            )
            for member in members
        )
    )


def read_components(replies: TextReplies) -> Part | None:
    """Return the members of a stack with their serial numbers; None for a switch that is in none."""
    members = key_blocks.blocks(replies[SHOW_STACK], "member id")
    if not members:
        return None
    return Part(
        tuple(
            Component(
                name=f"Member {member['member id']}",
                kind="other",
                model=re.sub(r"^Aruba |^HP |^HPE | Switch$", "", member.get("model", "")) or None,
                serial=serial_of(member.get("serial number")),
            )
            for member in members
        )
    )


def read_poe(replies: TextReplies) -> Part | None:
    """Return the share of the budget in use, over all members; None for a switch that feeds nothing."""
    text, watts = replies[SHOW_POE], r"(\d{1,6}(?:\.\d{1,3})?) *W"
    budgets = re.findall(rf"Available *: *{watts} +Used *: *{watts}", text)
    if len(budgets) != len(re.findall(r"Available *:", text)):
        raise UnexpectedReply("is told with a budget that is not understood")
    available = sum(float(budget) for budget, _ in budgets)
    if not available:
        return None
    return Part(Poe(used_percent=round(100 * sum(float(used) for _, used in budgets) / available, 6)))


def read_supplies(replies: TextReplies) -> Part:
    """Return the power supplies; a switch with a built-in one has no such list."""
    text = replies[SHOW_SUPPLIES]
    rows = re.findall(
        r"^ *(\d{1,2}(?:/\d)?)(?: +(\d{1,2}))? .*?\b(Powered|Not Present|Not Powered|Faulted|Failed|Permanent Failure|"
        r"Not Plugged|Aux Not Powered)\b",
        text,
        re.MULTILINE,
    )
    if not rows:
        raise UnexpectedReply("is told without any power supply")
    part = cisco_environment.pieces((f"{one}/{two}" if two else one, state) for one, two, state in rows)
    return Part(part.value, part.gaps, complete=len(rows) == len(_below_rule(text)))


def _below_rule(text: str) -> list[str]:
    """Return the rows that stand under the first rule of dashes, up to an empty line, a second rule or a footnote."""
    lines = iter(text.splitlines())
    for line in lines:
        if re.fullmatch(r"[ |+]*-{3,}[-+| ]*", line):
            break
    rows: list[str] = []
    for line in lines:
        if not line.strip() or re.match(r"[ |+]*-{3}|.*supply bays", line):
            break
        rows.append(line)
    return rows


def read_fans(replies: TextReplies) -> Part:
    """Return the fans."""
    text = replies[SHOW_FANS]
    rows = re.findall(r"^ *(?:(\d{1,2}) *\| *)?([\w-]+) *\| *Fan (\w[\w ]*?) *\|", text, re.MULTILINE)
    if not rows:
        raise UnexpectedReply("is told without any fan")
    part = cisco_environment.pieces((f"{member}/{fan}" if member else fan, state) for member, fan, state in rows)
    told_rows = [line for line in text.splitlines() if "|" in line and re.search(r"\bFan\b", line)]
    return Part(part.value, part.gaps, complete=len(told_rows) == len(rows))


def ssh(replies: TextReplies) -> dict[str, object]:
    """Return what 'show ip ssh' tells: whether the server is on, kind and size of its key."""
    text = said(replies, SHOW_SSH) or ""
    enabled = first(text, r"SSH Enabled *: *(Yes|No)")
    kind, bits = first(text, r"Host Key Type *: *(\w+)"), first(text, r"Host Key(?:/Curve)? Size *: *(\d{2,5})\b")
    kinds = {"rsa": "rsa", "ecdsa": "ecdsa", "dsa": "dsa"}
    found = {
        "ssh": None if enabled is None else enabled == "Yes",
        "kind": kinds.get((kind or "").casefold()),
        "bits": int(bits) if bits else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def clock(replies: TextReplies) -> tuple[bool | None, int | None]:
    """Return whether the clock is in step and its stratum, by 'show ntp status'; it tells nothing of SNTP."""
    text = said(replies, SHOW_NTP) or ""
    if re.search(r"NTP Status *: *Disabled", text):
        return None, None
    state = first(text, r"Synchronization Status *: *(\w+)")
    stratum = first(text, r"Stratum Number *: *(\d{1,2})")
    in_step = None if state is None else state.casefold() == "synchronized"
    return in_step, int(stratum) if stratum and in_step and int(stratum) < 16 else None


def read_config(replies: TextReplies) -> Part:
    """Return whether the running configuration is saved."""
    text = " ".join(replies[SHOW_SAVED].split()).casefold()
    same = re.search(r"is the same as|has not been changed|no changes", text)
    differs = re.search(r"has been changed|differs?\b|needs? to be saved|not (been )?saved", text)
    return told(Config, {"saved": lambda: True if same else False if differs else None})
