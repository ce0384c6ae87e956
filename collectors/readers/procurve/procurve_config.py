"""The configuration of HP ProCurve and Aruba AOS-S: lines, blocks that end in 'exit', and lists of ports."""

import re
from dataclasses import dataclass, field

from collectors.errors import UnexpectedReply
from collectors.facts.sections.network import Trunk, Vlan
from collectors.readers.outputs.cli_words import VLAN_MAX, stated, vlan_numbers

_HEAD = re.compile(
    r"^; *(?P<model>[\w-]+) Configuration Editor; Created on release #(?P<version>[A-Z]{1,2}\.[\d.]+\w*)", re.MULTILINE
)
_QUOTED_END = re.compile(r'^ *"')
_PORT = re.compile(r"(?:(\d{1,3})/)?([A-Za-z]*)(\d{1,3})", re.ASCII)


@dataclass(frozen=True)
class Block:
    """A top-level line with the lines under it."""

    text: str
    lines: list[str] = field(default_factory=list)

    def below(self, prefix: str) -> list[str]:
        """Return what follows a prefix in the lines under this one."""
        return [line[len(prefix) :].strip() for line in self.lines if line.startswith(prefix)]


@dataclass(frozen=True)
class Configuration:
    """The whole configuration. What it does not state is not off: the platform's default holds."""

    blocks: tuple[Block, ...]
    model: str | None
    """The product's number in the head; the head of a stack names none."""
    version: str | None

    def has(self, text: str) -> bool:
        """Return whether a top-level line is exactly this."""
        return any(block.text == text for block in self.blocks)

    def all(self, prefix: str) -> list[str]:
        """Return what follows a prefix in the top-level lines, in order."""
        return [block.text[len(prefix) :].strip() for block in self.blocks if block.text.startswith(prefix)]

    def under(self, prefix: str) -> list[Block]:
        """Return the top-level lines that begin so, with what is under them."""
        return [block for block in self.blocks if block.text.startswith(prefix)]


def parse(text: str) -> Configuration:
    """Return a running configuration; raises UnexpectedReply when the text has no head of one, or no host name."""
    head = _HEAD.search(text)
    if not head:
        raise UnexpectedReply("is no configuration of AOS-S: it has no head of the configuration editor")
    blocks: list[Block] = []
    for row in text[head.end() :].splitlines()[1:]:
        line = row.strip()
        if not line or line.startswith(";"):
            continue
        if _QUOTED_END.match(row) and blocks:  # a long value goes on in the next line
            blocks[-1] = Block(f"{blocks[-1].text} {line}", blocks[-1].lines)
        elif row.startswith(" "):
            if blocks and line != "exit":
                blocks[-1].lines.append(line)
        elif line != "exit":
            blocks.append(Block(line))
    if not any(block.text.startswith("hostname ") for block in blocks):
        raise UnexpectedReply("is a configuration without a host name, so that it may be a part")
    model = head["model"].upper()
    return Configuration(
        tuple(blocks), model if re.fullmatch(r"J[A-Z]?\d{3,4}[A-Z]?", model) else None, head["version"]
    )


def ports(text: str) -> tuple[str, ...]:
    """Return the ports of a list such as '1-15,17', 'A1-A4', '1/1-1/47,Trk1', in order.

    Raises UnexpectedReply for what is no list of ports: what it would name is then not known.
    """
    found: list[str] = []
    for piece in text.replace(" ", "").split(","):
        first, dash, last = piece.partition("-")
        begin, end = _PORT.fullmatch(first), _PORT.fullmatch(last if dash else first)
        if not begin or not end or (begin[1], begin[2].casefold()) != (end[1] or begin[1], end[2].casefold()):
            raise UnexpectedReply(f"is told as {text[:60]!r}, which is no list of ports")
        member = f"{begin[1]}/" if begin[1] else ""
        found += [f"{member}{begin[2]}{number}" for number in range(int(begin[3]), int(end[3]) + 1)]
    return tuple(found)


def numbered(config: Configuration) -> list[tuple[int, Block]]:
    """Return the VLANs by number with their lines; raises UnexpectedReply for a number that is none."""
    blocks = [block for block in config.under("vlan ") if len(block.text.split()) == 2]
    return [(stated(block.text[5:], VLAN_MAX), block) for block in blocks]


def untagged(block: Block) -> frozenset[str]:
    """Return the ports that are untagged in a VLAN."""
    return frozenset(port for words in block.below("untagged ") for port in ports(words))


def tagged(block: Block) -> frozenset[str]:
    """Return the ports that are tagged in a VLAN."""
    return frozenset(port for words in block.below("tagged ") for port in ports(words))


def read_vlans(config: Configuration) -> tuple[Vlan, ...]:
    """Return the VLANs: an access port is untagged in one and tagged in none."""
    vlans = numbered(config)
    trunked = frozenset[str]().union(*(tagged(block) for _, block in vlans))
    snooped = snooping(config)
    return tuple(
        Vlan(
            number=number,
            name=next((words.strip('"') for words in block.below("name ")), None),
            access_ports_count=len(untagged(block) - trunked),
            has_address=any(line.startswith(("ip address ", "ipv6 address ")) for line in block.lines),
            snooping=number in snooped,
        )
        for number, block in vlans
    )


def snooping(config: Configuration) -> frozenset[int]:
    """Return the VLANs with DHCP snooping, none while it is off as a whole (off unless stated)."""
    if not config.has("dhcp-snooping"):
        return frozenset()
    return frozenset().union(*(vlan_numbers(words) for words in config.all("dhcp-snooping vlan ")))


def read_trunks(config: Configuration) -> tuple[Trunk, ...]:
    """Return the ports that are tagged in some VLAN, with the one in which they are untagged."""
    native: dict[str, int | None] = {}
    vlans = numbered(config)
    for _, block in vlans:
        native |= {port: native.get(port) for port in sorted(tagged(block), key=_natural)}
    for number, block in vlans:
        native |= {port: number for port in untagged(block) if port in native}
    return tuple(Trunk(name=port, native_vlan=vlan) for port, vlan in native.items())


def _natural(port: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdecimal() else (10**6, part) for part in re.findall(r"\d+|\D+", port))
