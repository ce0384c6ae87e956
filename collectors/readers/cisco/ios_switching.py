"""Ports, VLANs, stack, power over Ethernet and SSH server as Cisco IOS and IOS-XE tell them."""

import re
from collections.abc import Mapping
from dataclasses import replace

from collectors.driver import Part
from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.network import Interface, Poe, StackMember
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.outputs import cli_table, port_settings, port_status
from collectors.readers.outputs.cli_words import hindered, kind_of, said
from collectors.readers.outputs.port_settings import ios_name
from collectors.replies import TextReplies

SHOW_PORTS = "show interfaces status"
SHOW_ADDRESSES = "show ip interface brief"
SHOW_VLANS = "show vlan brief"
SHOW_SWITCH = "show switch"
SHOW_POE = "show power inline"
SHOW_SSH = "show ip ssh"
ASKS = (SHOW_PORTS, SHOW_ADDRESSES, SHOW_VLANS, SHOW_SWITCH, SHOW_POE, SHOW_SSH)

_ADDRESS = re.compile(
    r"^(?P<name>[A-Za-z][\w/.:-]*) +(?P<address>[\d.]+|unassigned) +(?:YES|NO) +\w+ +"
    r"(?P<state>administratively down|deleted|reset|\w+) +(?P<protocol>\w+) *$",
    re.MULTILINE,
)
_ADDRESS_HEADER = re.compile(r"^Interface +IP-Address +OK\? +Method +Status +Protocol", re.MULTILINE)
_MEMBER = re.compile(
    r"^ *\*?(?P<number>\d{1,2}) +(?:\w+ +)?(?:[0-9a-fA-F]{4}\.){2}[0-9a-fA-F]{4} +\d+ +\S+ +(?P<state>\S.*?) *$",
    re.MULTILINE,
)
_WATTS = re.compile(r"Available: *(\d+(?:\.\d+)?) *\(w\) +Used: *(\d+(?:\.\d+)?) *\(w\)")
_MODULE_WATTS = re.compile(r"^ *\d{1,2} +(\d+\.\d+) +(\d+\.\d+) +-?\d+\.\d+ *$", re.MULTILINE)
_SSH = re.compile(r"^SSH (?P<word>Enabled|Disabled) - version (?P<version>\d\.\d+)", re.MULTILINE)
_KEY_BITS = re.compile(r"^Modulus Size *: *(\d{3,5}) bits", re.MULTILINE)
_KEY_KIND = re.compile(r"SECSH format\(ssh-(rsa|dss)\b|SECSH format\((ecdsa)-")
_RETRIES = re.compile(r"Authentication retries: *(\d{1,3})")
RESERVED_VLANS = range(1002, 1006)  # for FDDI and Token Ring: there by default, not to be used or removed


def read_interfaces(replies: TextReplies, config: Configuration | None) -> Part:
    """Return the ports of a switch with its other interfaces behind them, or all interfaces of a router.

    Raises the error of the ports' table when the list of addresses could not be read either. The list is whole when
    both are; a router knows no table of ports.
    """
    settings = port_settings.settings(config, ios_name) if config else {}
    roles = port_settings.roles(config, ios_name) if config else {}
    addressed, all_addressed = _addressed(replies, settings, roles)
    try:
        ports, whole = port_status.read_ports(replies[SHOW_PORTS], ios_name)
    except CollectError as error:
        if not addressed:
            raise
        return Part(addressed, complete=all_addressed and error.gap.reason is GapReason.UNSUPPORTED)
    found = [
        port_status.interface(port, {**port_status.role(port, roles), **settings.get(port.name, {})}) for port in ports
    ]
    names = {port.name for port in ports}
    rest = [one for one in addressed if one.name not in names and one.kind != "ethernet"]
    return Part((*found, *rest), complete=whole and all_addressed)


def _addressed(
    replies: TextReplies, settings: Mapping[str, dict[str, object]], roles: Mapping[str, str | None]
) -> tuple[tuple[Interface, ...], bool]:
    """Return the interfaces in the list of addresses, and whether they are all: none without such a list."""
    text = said(replies, SHOW_ADDRESSES) or ""
    head = _ADDRESS_HEADER.search(text)
    found, whole = [], head is not None
    for line in text[head.end() :].splitlines() if head else ():
        row = _ADDRESS.match(line)
        if row is None:
            whole = whole and not line.strip()
        elif row["state"] != "deleted":
            name = ios_name(row["name"])
            kind = kind_of(name)
            role = roles.get(name) or ("other" if kind in {"vlan", "loopback"} else None)
            known = {"name": name, "kind": kind, "role": role, "enabled": row["state"] != "administratively down",
                     "up": row["protocol"] == "up"}  # fmt: skip
            found.append(Interface.model_validate({**known, **settings.get(name, {})}))
    return tuple(found), whole


def read_vlans(replies: TextReplies, config: Configuration | None) -> Part:
    """Return the VLANs with their access ports; a configured trunk that is down is listed like one and is none.

    Without the configuration they cannot be told apart, and are not counted.
    """
    found = cli_table.table(replies[SHOW_VLANS], "VLAN", "Name", "Status")
    trunk_names = {trunk.name for trunk in port_settings.trunks(config, ios_name)} if config else set()
    rows, whole = cli_table.vlans_by_number(cli_table.joined(found.rows, ", "))
    counts: dict[int, int] = {}
    for number, row in rows.items():
        ports = [ios_name(port) for port in row[-1].replace(",", " ").split()] if len(row) > 3 else []
        counts[number] = len([port for port in ports if port not in trunk_names])
    numbered = [(number, row[1] or None) for number, row in rows.items() if number not in RESERVED_VLANS]
    return replace(port_settings.vlans(numbered, counts if config else None, config), complete=whole)


def read_stack(replies: TextReplies) -> Part:
    """Return the members of the stack by number; a switch that could be stacked and stands alone is one member."""
    text = replies[SHOW_SWITCH]
    members = [
        StackMember(name=row["number"], state="ready" if row["state"].casefold() == "ready" else "other")
        for row in _MEMBER.finditer(text)
    ]
    if not members:
        raise UnexpectedReply("is told without any member")
    rows = [line for line in text.partition("-----")[2].split("\n\n")[0].splitlines()[1:] if line.strip()]
    return Part(tuple(members), complete=len(rows) <= len(members))


def read_poe(replies: TextReplies) -> Part | None:
    """Return the share of the budget in use, over all modules; None for a device that feeds nothing."""
    text = replies[SHOW_POE]
    watts = _WATTS.findall(text) or _MODULE_WATTS.findall(text)
    available = sum(float(budget) for budget, _ in watts)
    if not available:
        return None
    return Part(Poe(used_percent=round(100 * sum(float(used) for _, used in watts) / available, 6)))


def ssh_fields(replies: TextReplies) -> dict[str, object]:
    """Return the fields of `management` that 'show ip ssh' tells; empty when it could not be read."""
    text = said(replies, SHOW_SSH)
    if text is None:
        hindrance = hindered(replies, SHOW_SSH)  # the configuration may state 2 where the server takes 1 as well
        return {"ssh_version": hindrance} if hindrance else {}
    server = _SSH.search(text)
    if server is None:
        return {"ssh_version": Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is not told by {SHOW_SSH!r}")}
    bits, kind, retries = _KEY_BITS.search(text), _KEY_KIND.search(text), _RETRIES.search(text)
    enabled = server["word"] == "Enabled"
    return {
        "ssh": enabled,
        # 1.99 and 1.5 take version 1 as well: the weaker one counts
        "ssh_version": (2 if server["version"] == "2.0" else 1) if enabled else NOT_TOLD,
        "ssh_key_bits_count": int(bits[1]) if bits else None,
        "ssh_key_kind": {"rsa": "rsa", "dss": "dsa"}.get(kind[1], kind[2]) if kind else None,
        "login_retries_count": int(retries[1]) if retries else None,
    }
