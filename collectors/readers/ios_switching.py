"""Ports, VLANs, stack, power over Ethernet and SSH server as Cisco IOS and IOS-XE tell them."""

import re
from collections import Counter

from collectors.driver import Part
from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.gaps import NOT_TOLD
from collectors.facts.sections.network import Interface, Poe, StackMember
from collectors.readers import cli_table, port_settings, port_status
from collectors.readers.cisco_config import Configuration
from collectors.readers.cli_words import kind_of, said
from collectors.readers.port_settings import ios_name
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

    Raises the error of the ports' table when the list of addresses could not be read either.
    """
    settings = port_settings.settings(config, ios_name) if config else {}
    addressed = _addressed(replies, settings)
    try:
        ports, whole = port_status.read_ports(replies[SHOW_PORTS], ios_name)
    except CollectError:
        if addressed is None:
            raise
        return Part(addressed)
    found = [port_status.interface(port, settings.get(port.name)) for port in ports]
    names = {port.name for port in ports}
    rest = [one for one in addressed or () if one.name not in names and one.kind != "ethernet"]
    return Part((*found, *rest), complete=whole)


def _addressed(replies: TextReplies, settings: dict[str, dict[str, object]]) -> tuple[Interface, ...] | None:
    """Return the interfaces in the list of addresses, None when there is no such list."""
    text = said(replies, SHOW_ADDRESSES)
    if text is None or not _ADDRESS_HEADER.search(text):
        return None
    found = []
    for row in _ADDRESS.finditer(text):
        if row["state"] != "deleted":
            name = ios_name(row["name"])
            known = {"name": name, "kind": kind_of(name), "enabled": row["state"] != "administratively down",
                     "up": row["protocol"] == "up"}  # fmt: skip
            found.append(Interface.model_validate({**known, **settings.get(name, {})}))
    return tuple(found)


def read_vlans(replies: TextReplies, config: Configuration | None) -> Part:
    """Return the VLANs with their access ports; a configured trunk that is down is listed like one and is none."""
    found = cli_table.table(replies[SHOW_VLANS], "VLAN", "Name", "Status")
    trunk_names = {trunk.name for trunk in port_settings.trunks(config, ios_name)} if config else set()
    counts: Counter[int] = Counter()
    numbered: list[tuple[int, str | None]] = []
    for row in cli_table.joined(found.rows, ", "):
        if row[0].isdecimal() and int(row[0]) not in RESERVED_VLANS:
            numbered.append((int(row[0]), row[1] or None))
            ports = [ios_name(port) for port in row[-1].replace(",", " ").split()] if len(row) > 3 else []
            counts[int(row[0])] = len([port for port in ports if port not in trunk_names])
    return port_settings.vlans(numbered, counts, config)


def read_stack(replies: TextReplies) -> Part:
    """Return the members of the stack by number; a switch that could be stacked and stands alone is one member."""
    members = [
        StackMember(name=row["number"], state="ready" if row["state"].casefold() == "ready" else "other")
        for row in _MEMBER.finditer(replies[SHOW_SWITCH])
    ]
    if not members:
        raise UnexpectedReply("is told without any member")
    return Part(tuple(members))


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
    server = _SSH.search(text) if text else None
    if text is None or server is None:
        return {}
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
