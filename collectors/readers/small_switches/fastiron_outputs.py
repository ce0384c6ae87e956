"""Version, ports, VLANs, neighbours and parts as FastIron (Ruckus ICX, Brocade) tells them."""

import re

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.sections.network import Interface, Neighbor, StackMember, Vlan
from collectors.facts.sections.system import Component
from collectors.readers.cisco import cisco_environment
from collectors.readers.outputs.cli_words import address_of, duplex_of, first, kind_of, serial_of, speed_bps, unique

_UNIT = re.compile(
    r"^UNIT (?P<unit>\d{1,2}): SL 1: (?P<model>\S+)[^\n]*\n(?: +.*\n)*? +Serial +#: ?(?P<serial>\S+)", re.MULTILINE
)
_PORT = re.compile(
    r"^(?P<name>(?:mgmt|lg|ve|lb|tn)?\d[\d/]*) +(?P<link>Up|Down|Disabled?|ERR-DIS|DisErr) +\S+ +(?P<duplex>\S+)"
    r" +(?P<speed>\S+) +\S+ +\S+ +(?P<pvid>\S+) +\S+ +[0-9a-f.]{14}(?: +(?P<words>\S.*?))? *$",
    re.MULTILINE,
)
_PORT_HEAD = re.compile(r"^Port +Link +State\b")
_VLAN = re.compile(r"^PORT-VLAN (?P<number>\d{1,4}), Name (?P<name>[^,\n]+),[^\n]*", re.MULTILINE)
_BLOCK = re.compile(r"^Local port: *(?P<port>\S+)", re.MULTILINE)
_MEMBER = re.compile(
    r"^ *(?P<number>\d{1,2}) +[SD] +\S+ +(?P<role>active|standby|member|alone)\b.*?(?P<state>\b\w+)? *$", re.MULTILINE
)


def read_units(text: str) -> tuple[Component, ...]:
    """Return the units with model and serial number."""
    return tuple(
        Component(name=f"Unit {row['unit']}", kind="other", model=row["model"], serial=serial_of(row["serial"]))
        for row in _UNIT.finditer(text)
    )


def read_interfaces(text: str, settings: dict[str, dict[str, object]]) -> Part:
    """Return the interfaces; speed and duplex count only while there is a link."""
    lines = [line for line in text.splitlines() if line.strip() and not _PORT_HEAD.match(line)]
    rows = [row for line in lines if (row := _PORT.match(line))]
    if not rows:
        raise UnexpectedReply("is told without the table of interfaces")
    found = []
    for row in rows:
        up = row["link"] == "Up"
        fields: dict[str, object] = {
            "name": row["name"],
            "kind": "vlan" if row["name"].startswith("ve") else kind_of(row["name"]),
            "description": row["words"],
            "enabled": not row["link"].startswith("Disable"),
            "up": up,
            "err_disabled": True if row["link"].casefold() in {"err-dis", "diserr"} else None,
            "duplex": duplex_of(row["duplex"]) if up else None,
            "speed_bps": speed_bps(row["speed"]) if up else None,
        }
        found.append(Interface.model_validate({**fields, **settings.get(row["name"], {})}))
    return Part(tuple(found), complete=len(rows) == len(lines))


def read_vlans(text: str, addressed: frozenset[int] | None) -> Part:
    """Return the VLANs with their names; which of their ports are access ports the list does not say."""
    if "PORT-VLAN" not in text:
        raise UnexpectedReply("is told without any VLAN")
    return Part(
        tuple(
            Vlan(
                number=int(row["number"]),
                name=None if row["name"] == "[None]" else row["name"],
                has_address=None if addressed is None else int(row["number"]) in addressed,
            )
            for row in _VLAN.finditer(text)
        )
    )


def read_neighbors(text: str) -> Part:
    """Return LLDP's neighbours; a port told as an address is named by its description."""
    heads = list(_BLOCK.finditer(text))
    if not heads:
        raise UnexpectedReply("is told without any neighbour, and without saying that there is none")
    ends = [head.start() for head in heads[1:]] + [len(text)]
    found = []
    for head, end in zip(heads, ends, strict=True):
        body = text[head.end() : end]
        chassis = first(body, r"\+ Chassis ID \([^)]*\): *(\S+)") or ""
        name = first(body, r'\+ System name +: *"?([^"\n]+)"?') or address_of(chassis) or chassis
        kind, port = (
            first(body, r"\+ Port ID \(([^)]*)\)") or "",
            first(body, r'\+ Port ID \([^)]*\): *"?([^"\n]+?)"? *$'),
        )
        described = first(body, r'\+ Port description +: *"?([^"\n]+)"?')
        shown = described or address_of(port or "") if "MAC" in kind else port or described
        if name:
            found.append(Neighbor(name=name, local_port=head["port"], port=shown))
    return Part(unique(found, lambda one: one.name, lambda one, name: one.model_copy(update={"name": name})))


def read_supplies(text: str) -> Part:
    """Return the power supplies of 'show chassis', by unit."""
    return cisco_environment.pieces(
        _pieces(text, r"Power supply (\d{1,3}) .*?(present, status ok|present, status \w+|not present)")
    )


def read_fans(text: str) -> Part:
    """Return the fans of 'show chassis', by unit."""
    return cisco_environment.pieces(_pieces(text, r"Fan (\d{1,3}) (ok|failed|not present|status: \w+)"))


def _pieces(text: str, pattern: str) -> list[tuple[str, str]]:
    found, unit = [], ""
    for line in text.splitlines():
        head = re.match(r"^The stack unit (\d{1,3}) chassis info", line)
        unit = head[1] if head else unit
        row = re.match(rf"^ *{pattern}", line)
        if row:
            state = row[2].rpartition("status ")[2].rpartition("status: ")[2]
            found.append((f"{unit}/{row[1]}" if unit else row[1], state))
    if not found:
        raise UnexpectedReply("is not told by this output")
    return found


def read_stack(text: str) -> Part | None:
    """Return the members of a stack by number; None for a switch that is alone."""
    found = [StackMember(name=row["number"], state="ready" if (row["state"] or "").casefold() == "ready" else "other")
             for row in _MEMBER.finditer(text)]  # fmt: skip
    return Part(tuple(found)) if len(found) > 1 else None
