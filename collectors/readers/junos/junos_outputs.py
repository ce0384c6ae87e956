"""Version, parts, ports, neighbours and environment as Junos tells them."""

import re

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, Gap
from collectors.facts.scalars import Span
from collectors.facts.sections.network import Interface, Neighbor, StackMember, Vlan
from collectors.facts.sections.storage import Temperature
from collectors.facts.sections.system import Component
from collectors.readers.cisco import cisco_environment
from collectors.readers.dates import year_or_month_first
from collectors.readers.outputs.cli_words import duplex_of, first, kind_of, serial_of, speed_bps, unique

_SUITE = re.compile(r"^JUNOS\b[^\[\n]*\[(?P<version>\d{1,2}\.\d[\w.-]*)\]", re.MULTILINE)
_BUILD = re.compile(r"^JUNOS\b[^\[\n]*\[(?P<day>\d{8})\.\d{6}_builder_junos_", re.MULTILINE)
_PART = re.compile(
    r"(?P<indent> *)(?P<item>Chassis|Midplane|FPM Board"
    r"|(?:Routing Engine|PEM|Power Supply|FPC|Fan Tray|CB|PSM|AFEB|TFEB|FEB|SFB|PDM|CIP|SPMB)(?: \d+)?)$"
)
_PART_KINDS = {"Routing Engine": "controller", "FPC": "module", "Fan Tray": "fan", "CB": "module"}
_HEAD = re.compile(r"^Item +Version +Part number +Serial number +Description *$", re.MULTILINE)
_PHYSICAL = re.compile(
    r"^Physical interface: (?P<name>[\w/.:-]+),? (?P<admin>Enabled|Disabled|Administratively down)\b[^\n]*?"
    r"Physical link is (?P<link>Up|Down)",
    re.MULTILINE,
)
_INTERNAL = re.compile(
    r"(?:as|bme|cbp|demux|dsc|em|esi|fab|fti|fxp|gr|gre|ip|ipip|irb|jsrv|lc|lsi|lt|mams|mif|ms|mt|mtun|pd|pe|pfe|pfh"
    r"|pimd|pime|pip|pp|ppd|ppe|rbeb|rlsq|rsp|si|sp|st|swfab|sxe|tap|ud|umd|vcp|vlan|vme|vt|vtep|xt)"
    r"(?:-?\d+(?:/\d+)*)?(?:\.\d+)?"
)
"""Interfaces of the platform itself (Junos OS interfaces fundamentals, 'Interface naming')."""
_ENVIRONMENT = re.compile(
    r"^(?:(?P<kind>Power|Pem|Temp|Fans?|Misc)\b)? +(?P<item>\S(?:.*?\S)?) {2,}(?P<state>[A-Za-z]\w*)"
    r"(?: +(?P<degrees>-?\d{1,3}) degrees C)?",
    re.MULTILINE,
)
_MEMBER = re.compile(r"^ *(?P<number>\d{1,2}) \(FPC \d+\) +(?P<state>\w+)", re.MULTILINE)


def version(text: str) -> str | None:
    """Return the release: 'Junos: ' where it stands, else the one in the first package's brackets."""
    suite = _SUITE.search(text)
    return first(text, r"^Junos: (\d\S+)") or (suite["version"] if suite else None)


def released(text: str) -> Span | Gap:
    """Return the span of the day on which the release's own packages were built; its kernel may be older."""
    found = _BUILD.search(text)
    day = year_or_month_first(found["day"]) if found else None
    return Span.built_on(day) if day else NOT_TOLD


def read_parts(text: str) -> tuple[Component, ...]:
    """Return chassis, power supplies, fans, routing engines and line cards; raises UnexpectedReply for no list."""
    head = _HEAD.search(text)
    if not head:
        raise UnexpectedReply("is told without the inventory")
    line = head[0]
    at = [line.index(word) for word in ("Version", "Part number", "Serial number", "Description")]
    found, above = [], ""
    for row in text[head.end() :].splitlines():
        part = _PART.fullmatch(row[: at[0]].rstrip())
        if not part:
            continue
        above = above if part["indent"] else part["item"]
        serial = row[at[2] : at[3]].strip()
        found.append(
            Component.model_validate(
                {
                    "name": f"{above} {part['item']}" if part["indent"] else part["item"],
                    "kind": _PART_KINDS.get(re.sub(r" \d+$", "", part["item"]), "other"),
                    "model": row[at[3] :].strip() or None,
                    "serial": None if serial == "BUILTIN" else serial_of(serial or None),
                    "hardware_revision": row[at[0] : at[1]].strip() or None,
                }
            )
        )
    return unique(found, lambda one: one.name, lambda one, name: one.model_copy(update={"name": name}))


def own_parts(text: str) -> tuple[Component, ...]:
    """Return the parts without the chassis of a virtual chassis, which is no box."""
    return tuple(one for one in read_parts(text) if one.model != "Virtual Chassis")


def box(text: str) -> Component | None:
    """Return the chassis where there is exactly one; None for a virtual chassis and for the nodes of a cluster."""
    found = [one for one in read_parts(text) if one.name.startswith("Chassis") and one.model != "Virtual Chassis"]
    return found[0] if len(found) == 1 else None


def read_interfaces(text: str, settings: dict[str, dict[str, object]]) -> Part:
    """Return the physical interfaces with what the configuration adds; internal ones of the platform are left out."""
    heads = list(_PHYSICAL.finditer(text))
    if not heads:
        raise UnexpectedReply("is told without any interface")
    found, whole = [], len(heads) == len(re.findall(r"^Physical interface:", text, re.MULTILINE))
    for place, head in enumerate(heads):
        name, kind = head["name"], kind_of(head["name"])
        if kind == "other" and not name.startswith(("st0", "fxp")):
            whole = whole and _INTERNAL.fullmatch(name) is not None
            continue
        end = heads[place + 1].start() if place + 1 < len(heads) else None
        body = text[head.end() : end].partition("Logical interface")[0]
        up = head["link"] == "Up"
        mode = first(body, r"(?:Link-mode|Duplex): *([\w-]+)") or ""
        speed = (first(body, r"\bSpeed: *([\w.]+)") or "").replace("mbps", "M")
        fields: dict[str, object] = {
            "name": name,
            "kind": kind,
            "description": first(body, r"^ *Description: (.+)$"),
            "enabled": head["admin"] == "Enabled",
            "up": up,
            "duplex": duplex_of(mode.partition("-")[0]) if up else None,
            "speed_bps": speed_bps(speed) if up else None,
        }
        found.append(Interface.model_validate({**fields, **settings.get(name, {})}))
    return Part(tuple(found), complete=whole)


def read_vlans(text: str) -> Part:
    """Return the VLANs of 'show vlans', with and without routing instances in front."""
    if not re.search(r"^(Routing instance +VLAN name|Name) +Tag +Interfaces", text, re.MULTILINE):
        raise UnexpectedReply("is told without the table of VLANs")
    instance = r"\S+ +" if "Routing instance" in text else ""
    rows = re.findall(rf"^{instance}(\S+) +(\d{{1,4}})(?: +\S.*)? *$", text, re.MULTILINE)
    return Part(tuple({int(number): Vlan(number=int(number), name=name) for name, number in rows}.values()))


def read_neighbors(text: str) -> Part:
    """Return LLDP's neighbours; those that tell no name are known by their chassis."""
    head = re.search(r"^Local Interface +Parent Interface +Chassis Id +Port info +System Name", text, re.MULTILINE)
    if not head:
        raise UnexpectedReply("is told without LLDP's table")
    found, whole = [], True
    for line in text[head.end() :].splitlines():
        cells = re.split(r" {2,}", line.strip())
        if len(cells) >= 4:
            name = cells[4] if len(cells) > 4 else cells[2]
            found.append(Neighbor(name=name, local_port=cells[0], port=cells[3]))
        elif line.strip() and not line.startswith("{"):
            whole = False
    named = unique(found, lambda one: one.name, lambda one, name: one.model_copy(update={"name": name}))
    return Part(named, complete=whole)


def read_pieces(text: str, kinds: set[str]) -> Part:
    """Return supplies ('power', 'pem') or fans ('fans') of 'show chassis environment'."""
    rows = [(item, state) for kind, item, state, _ in _environment(text) if kind in kinds]
    return cisco_environment.pieces(rows)


def read_temperatures(text: str) -> Part:
    """Return the sensors of 'show chassis environment' that tell degrees."""
    found = [
        Temperature(name=item, reading_celsius=float(degrees), ok=state.casefold() == "ok")
        for kind, item, state, degrees in _environment(text)
        if degrees and kind in {"temp", "pem", "power"}
    ]
    return Part(unique(found, lambda one: one.name, lambda one, name: one.model_copy(update={"name": name})))


def _environment(text: str) -> list[tuple[str, str, str, str]]:
    found, kind = [], ""
    for row in _ENVIRONMENT.finditer(text):
        if row["item"].startswith("Item") or "Status" in row["state"]:
            continue
        kind = (row["kind"] or kind).casefold()
        found.append(("fans" if kind == "fan" else kind, row["item"], row["state"], row["degrees"] or ""))
    if not found:
        raise UnexpectedReply("is told without the table of parts")
    return found


def read_stack(text: str) -> Part | None:
    """Return the members of a virtual chassis; None for one that stands alone."""
    members = [StackMember(name=row["number"], state="ready" if row["state"] == "Prsnt" else "other")
               for row in _MEMBER.finditer(text)]  # fmt: skip
    return Part(tuple(members)) if len(members) > 1 else None
