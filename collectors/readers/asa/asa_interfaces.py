"""The interfaces of a Cisco ASA, by 'show interface'."""

import re

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.sections.network import Interface
from collectors.replies import TextReplies

SHOW_INTERFACE = "show interface"
_HEAD = re.compile(
    r'^Interface (?P<name>\S+) "[^"\n]*", is (?P<state>[\w ]+?), line protocol is (?P<line>up|down)', re.MULTILINE
)
_ANY_HEAD = re.compile(r"^Interface \S", re.MULTILINE)
_DUPLEX = re.compile(r"\b(?:Auto|Full|Half)-[Dd]uplex\((?P<duplex>full|half)", re.IGNORECASE)
_SPEED = re.compile(r"\b(?:Auto-Speed|\d+ Mbps)\((?P<number>\d{1,6}) ?(?P<unit>[MG])bps\)", re.IGNORECASE)
_BANDWIDTH = re.compile(r"\bBW (?P<number>\d{1,7}) Mbps")
_DESCRIPTION = re.compile(r"^\s*Description: (?P<text>\S.*?)\s*$", re.MULTILINE)
_PACKETS = re.compile(r"^\s*(\d{1,18}) packets input, \d+ bytes, \d+ no buffer", re.MULTILINE)
_ERRORS = re.compile(r"^\s*(\d{1,18}) input errors,", re.MULTILINE)
_KINDS = (
    (re.compile(r"Port-channel|Redundant", re.IGNORECASE), "lag"),
    (re.compile(r"Vlan|BVI|\S+\.\d+$", re.IGNORECASE), "vlan"),
    (re.compile(r"Loopback", re.IGNORECASE), "loopback"),
    (re.compile(r"(?:\w*Ethernet|Management)\d", re.IGNORECASE), "ethernet"),
)
_UNITS = {"M": 1_000_000, "G": 1_000_000_000}


def read_interfaces(replies: TextReplies) -> Part | None:
    """Return the interfaces; speed and duplex are those of the link, and not told where there is none."""
    if SHOW_INTERFACE not in replies.replies:
        return None
    text = replies[SHOW_INTERFACE]
    heads = list(_HEAD.finditer(text))
    if not heads:
        raise UnexpectedReply(f"is not told by {SHOW_INTERFACE!r}")
    ends = [head.start() for head in heads[1:]] + [len(text)]
    found = tuple(_interface(head, text[head.end() : ends_at]) for head, ends_at in zip(heads, ends, strict=True))
    return Part(found, complete=len(found) == len(_ANY_HEAD.findall(text)))


def _interface(head: re.Match[str], text: str) -> Interface:
    name = head["name"]
    kind = next((word for pattern, word in _KINDS if pattern.match(name)), "other")
    up = head["state"] == "up" and head["line"] == "up"
    duplex, speed, bandwidth = _DUPLEX.search(text), _SPEED.search(text), _BANDWIDTH.search(text)
    described, packets, errors = _DESCRIPTION.search(text), _PACKETS.search(text), _ERRORS.search(text)
    bps = int(speed["number"]) * _UNITS[speed["unit"].upper()] if speed else None
    if kind == "lag":
        bps = int(bandwidth["number"]) * 1_000_000 if bandwidth else None
    return Interface.model_validate(
        {
            "name": name,
            "kind": kind,
            "description": described["text"] if described else None,
            "enabled": not head["state"].startswith("admin"),
            "up": up,
            "duplex": duplex["duplex"].casefold() if duplex and up else None,
            "speed_bps": bps if up else None,
            "in_packets_count": int(packets[1]) if packets else None,
            "in_errors_count": int(errors[1]) if errors else None,
        }
    )
