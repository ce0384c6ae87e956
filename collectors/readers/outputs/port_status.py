"""'show interfaces status' of Cisco IOS, NX-OS and Arista EOS: one port a line, with columns that names may push."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from collectors.errors import UnexpectedReply
from collectors.facts.sections.network import Interface
from collectors.readers.outputs.cli_words import duplex_of, kind_of, speed_bps

_PORT = r"(?P<port>[A-Za-z][A-Za-z-]*\d[\w/.:-]*)"
# Words are cut to nine letters by NX-OS; a colon and more may follow on IOS ('notconnect: TDR').
_STATUS = (
    r"connected|notconnec\w*|disabled|adminCfgD\w*|err-?dis\w*|linkFlap\w*|suspend\w*|monitor\w*|inactive|faulty"
    r"|sfpAbsent?|xcvrAbsen\w*|xcvrInval\w*|channelDo\w*|noOperMem\w*|down|parent-?do\w*|vlan-?unav\w*|standby"
)
_ROW = re.compile(
    rf"^{_PORT}(?:\s+(?P<name>.*))?\s+(?P<status>{_STATUS})(?::[ \w]*?)?\s+(?P<vlan>in \S+|pvlan \S+|\S+)\s+"
    r"(?P<duplex>a-full|a-half|full|half|auto|unknown|--)\s+(?P<speed>[\w.()-]+)(?:\s.*)?$",
    re.IGNORECASE,
)
_HEADER = re.compile(r"^\s*Port\s+(?:Name|Description)\b.*\bStatus\b.*\bDuplex\b", re.MULTILINE)
_REASONS = re.compile(r"^\s*Port\s+Name\s+Status\s+(?:Err-[Dd]isabled )?Reason", re.MULTILINE)
_PORT_LINE = re.compile(rf"^{_PORT}\s")
_NAME_COLUMN = re.compile(r"\b(?:Name|Description)\s+(?=Status\b)")
_NO_ROW = re.compile(r"[-\s]*")
_CUT_AT = 3
"""How much shorter than its column a description is that was surely not cut: one space stands behind the column, the
last letter may be a space, and a port's long name may take one more."""
UP = "connected"
DOWN = ("notconnec", "sfpabsen", "xcvr", "channeldo", "suspend", "nooperm", "down", "faulty", "parent")
SHUT = ("disabled", "admincfgd")
ERROR = ("err-dis", "errdis", "linkflap")


@dataclass(frozen=True)
class Port:
    """A port's line."""

    name: str
    description: str | None
    status: str
    vlan: str
    duplex: str
    speed: str

    @property
    def access_vlan(self) -> int | None:
        """Return the number of the VLAN that the port is in, None for trunks, routed ports and lists."""
        return int(self.vlan) if re.fullmatch(r"\d{1,4}", self.vlan, re.ASCII) else None


def read_ports(text: str, name_of: Callable[[str], str]) -> tuple[tuple[Port, ...], bool]:
    """Return the ports, named by `name_of`, and whether every line of a port was understood.

    Raises UnexpectedReply for a text without the table's head. A description that fills its column may go on behind
    it, and is not told.
    """
    text = text.expandtabs()
    head = _HEADER.search(text)
    if not head:
        raise UnexpectedReply("is told without a table of port, name, status and duplex")
    column = _NAME_COLUMN.search(text, head.start())
    longest = len(column[0]) - _CUT_AT if column else 0
    ports, whole = [], True
    for line in text[head.start() :].splitlines():
        row = _ROW.match(line.rstrip())
        if row:
            description = (row["name"] or "").strip()
            told = description not in {"", "--"} and len(description) <= longest
            ports.append(
                Port(
                    name_of(row["port"]), description if told else None,
                    row["status"].casefold(), row["vlan"], row["duplex"], row["speed"],
                )
            )  # fmt: skip
        elif not _HEADER.match(line) and not _NO_ROW.fullmatch(line):
            whole = False
    return tuple(ports), whole


def interface(port: Port, settings: Mapping[str, object] | None = None) -> Interface:
    """Return the interface of a port's line; duplex and speed count only while there is a link.

    `settings` are fields that the configuration tells; a description there is the whole one, the table cuts it.
    """
    up = True if port.status == UP else False if port.status.startswith((*DOWN, *SHUT, *ERROR)) else None
    told: dict[str, object] = {
        "name": port.name,
        "kind": kind_of(port.name),
        "description": port.description,
        "enabled": not port.status.startswith(SHUT),
        "up": up,
        "duplex": duplex_of(port.duplex) if up else None,
        "speed_bps": speed_bps(port.speed) if up else None,
        "err_disabled": port.status.startswith(ERROR),
    }
    return Interface.model_validate({**told, **(settings or {})})


def role(port: Port, configured: Mapping[str, str | None]) -> dict[str, object]:
    """Return the role of a port as a field: as configured; where no mode is stated, as the link works now.

    `configured` holds the ports of the configuration; without it nothing is told, for members of a bundle look alike.
    """
    if not configured:
        return {}
    works = "access" if port.access_vlan else "other" if port.vlan in {"trunk", "routed"} else None
    return {"role": configured.get(port.name) or (works if port.status == UP else None)}


def err_disabled(text: str, name_of: Callable[[str], str]) -> tuple[str, ...] | None:
    """Return the ports in the list of 'show interfaces status err-disabled', None for a text that is no such list."""
    if text.strip() and not _REASONS.search(text):
        return None
    found = (_PORT_LINE.match(line) for line in text.splitlines())
    return tuple(dict.fromkeys(name_of(match["port"]) for match in found if match))
