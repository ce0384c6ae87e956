"""A Cisco ASA configuration as a tree of lines: banners are one line each, and the end is ': end'."""

import ipaddress
import re

from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.readers.cisco.cisco_config import Configuration, Line

PLATFORM_DEFAULT = Gap(
    reason=GapReason.NOT_TOLD, text="is not stated in the configuration: the default of the platform's release holds"
)
_BEGIN = re.compile(r"^(?:ASA|NGFW) Version \d", re.MULTILINE)
_SYSTEM = re.compile(r"^ASA Version \S+ <system>", re.MULTILINE)
_RELEASE = re.compile(r"^ASA Version (\d+)\.(\d+)", re.MULTILINE)
_END = re.compile(r": end\s*$")
INTERNET_LEVEL = "0"  # the security level of the outside interface; inside ones have 100
HIGHEST_LEVEL = 100


def parse(text: str) -> Configuration:
    """Return a running configuration; raises UnexpectedReply for none, and for one that has no ': end'."""
    if not _BEGIN.search(text):
        raise UnexpectedReply("is no configuration of an ASA")
    if _SYSTEM.search(text):
        raise UnexpectedReply("is the system's own in multiple context mode: what counts stands in the contexts")
    if not _END.search(text):
        raise UnexpectedReply("is a configuration without its end, so that it may have been cut")
    top: list[Line] = []
    branch: list[tuple[int, Line]] = []
    banners, comments = [], []
    for row in text.splitlines():
        line = row.strip()
        if line.startswith("banner "):
            banners.append(line.split()[1])
        elif line.startswith((":", "!")):
            comments.append(line.lstrip(":! "))
        elif line:
            _add(top, branch, len(row) - len(row.lstrip(" ")), Line(line))
    return Configuration(tuple(top), tuple(banners), tuple(comments))


def _add(top: list[Line], branch: list[tuple[int, Line]], indent: int, line: Line) -> None:
    while branch and branch[-1][0] >= indent:
        branch.pop()
    (branch[-1][1].children if branch else top).append(line)
    branch.append((indent, line))


def release_of(text: str) -> tuple[int, int] | None:
    """Return major and minor number of the release, for defaults that changed."""
    found = _RELEASE.search(text)
    return (int(found[1]), int(found[2])) if found else None


def is_threat_defense(text: str) -> bool:
    """Return whether this is the part of a Firepower Threat Defense, whose clock and log are set elsewhere."""
    return re.search(r"^NGFW Version \d", text, re.MULTILINE) is not None


def network_of(words: list[str]) -> str | None:
    """Return '10.0.0.0/8' for an address and its mask, or a prefix; 'any' for all addresses; None for neither."""
    text = words[0] if words and "/" in words[0] else "/".join(words[:2])
    if "/" not in text or (words[0] != text and "." not in words[1]):
        return None
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    return "any" if network.prefixlen == 0 else str(network)


def outside_names(config: Configuration) -> set[str]:
    """Return the names of the interfaces with the lowest security level, which face the internet.

    Raises UnexpectedReply for a level that is none.
    """
    found = set()
    for block in config.blocks("interface "):
        names, levels = block.below("nameif "), block.below("security-level ") or [INTERNET_LEVEL]
        if not re.fullmatch(r"\d{1,3}", levels[-1], re.ASCII) or int(levels[-1]) > HIGHEST_LEVEL:
            raise UnexpectedReply(f"is not certain: {levels[-1]!r:.40} is no security level")
        if names and int(levels[-1]) == int(INTERNET_LEVEL):
            found.add(names[-1])
    return found
