"""What Check Point Gaia says of itself in clish: version, parts, interfaces, cluster, licences, uptime."""

import re
from datetime import date, datetime, timedelta

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.marks import is_junk
from collectors.facts.sections.firewall import Ha, Licence
from collectors.facts.sections.network import Interface
from collectors.facts.sections.storage import Part as PowerSupply
from collectors.facts.sections.system import Firmware, Identity, Os
from collectors.replies import TextReplies
from collectors.told import told

SHOW_VERSION = "show version all"
SHOW_ASSET = "show asset all"
SHOW_INTERFACES = "show interfaces all"
SHOW_UPTIME = "show uptime"
SHOW_CLUSTER = "cphaprob state"
SHOW_LICENCES = "cplic print"
SHOW_CONFIG = "show configuration"

_PRODUCT = re.compile(
    r"^Product version +(?:Check Point )?(?P<name>Gaia(?: Embedded)?) +(?P<version>R\d[\w.]*)", re.MULTILINE
)
_BUILD = re.compile(r"^OS build +(\S+)", re.MULTILINE)
_KERNEL = re.compile(r"^OS kernel version +(\S+)", re.MULTILINE)
_UP = re.compile(r"\bup +(?:(?P<days>\d{1,5}) days?, +)?(?:(?P<hours>\d{1,2}):(?P<minutes>\d\d)|(?P<min>\d{1,2}) min)")
_SUPPLY = re.compile(r"^Power supply (?P<number>\d+) status: *(?P<state>\S.*?)\s*$", re.MULTILINE | re.IGNORECASE)
_MODE = re.compile(r"^Cluster Mode: +(?P<mode>\S.*?)\s*$", re.MULTILINE)
_MEMBER = re.compile(
    r"^\d+ +(?P<own>\(local\) )?.*?\b(?P<state>ACTIVE|STANDBY|DOWN|READY|BACKUP|INIT|LOST|ACTIVE\(!\)[\w(!)]*)",
    re.MULTILINE | re.IGNORECASE,
)
_LICENCE = re.compile(r"^\S+ +(?P<until>never|\d{1,2}[A-Z][a-z]{2}\d{4}) +(?P<name>\S.*?)\s*$", re.MULTILINE)
_BLOCK = re.compile(r"^Interface (\S+)\s*$", re.MULTILINE)
_FIELD = re.compile(r"^ +(?P<name>[a-z][\w-]*) +(?P<value>\S.*?)\s*$", re.MULTILINE)
_RECEIVED = re.compile(r"RX bytes:\d+ packets:(\d+) errors:(\d+)")
_KINDS = {"ethernet": "ethernet", "vlan": "vlan", "bond": "lag", "loopback": "loopback"}
_SWITCHES = {"on": True, "off": False}
_LINKS = {"link up": True, "no link": False, "link down": False}
_SUPPLY_STATES = {"up": True, "down": False}
_CLUSTER_STATES = {"ACTIVE": "active", "STANDBY": "passive", "BACKUP": "passive"}


def read_firmware(replies: TextReplies) -> Part:
    """Return product and version."""
    found = _PRODUCT.search(replies[SHOW_VERSION])
    return told(
        Firmware,
        {
            "product": lambda: found["name"].casefold().replace(" ", "-") if found else None,
            "version": lambda: found["version"] if found else None,
        },
    )


def read_identity(replies: TextReplies) -> Part:
    """Return model and serial number, and the name that the configuration has."""
    return told(
        Identity,
        {
            "vendor": lambda: "Check Point",
            "model": lambda: _asset(replies, "Model"),
            "serial": lambda: serial_of(replies),
            "name": lambda: (
                found[1] if (found := re.search(r"^set hostname (\S+)", replies[SHOW_CONFIG], re.MULTILINE)) else None
            ),
        },
    )


def _asset(replies: TextReplies, name: str) -> str | None:
    found = re.search(rf"^{name}: *(\S.*?)\s*$", replies[SHOW_ASSET], re.MULTILINE)
    return found[1] if found else None


def serial_of(replies: TextReplies) -> str | None:
    """Return the serial number, None for a filler; raises NoReply when it was not read."""
    serial = _asset(replies, "Serial Number")
    return None if serial is None or is_junk(serial) else serial


def read_os(replies: TextReplies) -> Part:
    """Return build and kernel, and the last start to the minute."""

    def of_version(pattern: re.Pattern[str]) -> str | None:
        found = pattern.search(replies[SHOW_VERSION])
        return found[1] if found else None

    return told(
        Os,
        {
            "family": lambda: "other" if replies[SHOW_VERSION] else None,
            "build": lambda: of_version(_BUILD),
            "kernel": lambda: of_version(_KERNEL),
            "booted_at": lambda: _booted_at(replies),
        },
    )


def _booted_at(replies: TextReplies) -> datetime:
    found = _UP.search(replies[SHOW_UPTIME])
    if not found:
        raise UnexpectedReply(f"is not told by {SHOW_UPTIME!r}")
    up = timedelta(
        days=int(found["days"] or 0), hours=int(found["hours"] or 0), minutes=int(found["minutes"] or found["min"] or 0)
    )
    return (replies.observed_at - up).replace(second=0, microsecond=0)


def read_power_supplies(replies: TextReplies) -> Part:
    """Return the power supplies that the appliance names."""
    supplies = tuple(
        PowerSupply(name=f"power supply {found['number']}", ok=_SUPPLY_STATES.get(found["state"].casefold()))
        for found in _SUPPLY.finditer(replies[SHOW_ASSET])
    )
    return Part(supplies or None)


def read_interfaces(replies: TextReplies) -> Part:
    """Return the interfaces; a VLAN's link is not told."""
    text = replies[SHOW_INTERFACES]
    heads = list(_BLOCK.finditer(text))
    if not heads:
        raise UnexpectedReply(f"is not told by {SHOW_INTERFACES!r}")
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return Part(
        tuple(_interface(head[1], text[head.end() : ends_at]) for head, ends_at in zip(heads, ends, strict=True))
    )


def _interface(name: str, text: str) -> Interface:
    fields = {found["name"]: found["value"] for found in _FIELD.finditer(text)}
    speed = re.fullmatch(r"(\d{1,6})M", fields.get("speed", ""))
    received = _RECEIVED.search(text)
    return Interface.model_validate(
        {
            "name": name,
            "kind": _KINDS.get(fields.get("type", ""), "other") if "type" in fields else None,
            "description": fields.get("comments"),
            "enabled": _SWITCHES.get(fields.get("state", "")),
            "up": _LINKS.get(fields.get("link-state", "")),
            "duplex": fields["duplex"] if fields.get("duplex") in {"full", "half"} else None,
            "speed_bps": int(speed[1]) * 1_000_000 if speed else None,
            "in_packets_count": int(received[1]) if received else None,
            "in_errors_count": int(received[2]) if received else None,
        }
    )


def read_ha(replies: TextReplies) -> Part:
    """Return the cluster's mode and the states of its members, as this one sees them."""
    text = replies[SHOW_CLUSTER]
    if re.search(r"HA module not started", text):
        return Part(Ha(mode="none"))
    found = _MODE.search(text)
    if not found:
        raise UnexpectedReply(f"is not told by {SHOW_CLUSTER!r}")
    members = [(bool(member["own"]), member["state"].upper()) for member in _MEMBER.finditer(text)]
    own = next((state for local, state in members if local), None)
    others = [state for local, state in members if not local]
    shared = re.search(r"load sharing|active active", found["mode"], re.IGNORECASE)
    return told(
        Ha,
        {
            "mode": lambda: "active-active" if shared else "active-passive",
            "state": lambda: None if own is None else _CLUSTER_STATES.get(own, "other"),
            "peer_online": lambda: all(state in _CLUSTER_STATES for state in others) if others else None,
            "in_sync": lambda: None,
        },
    )


def read_licences(replies: TextReplies) -> Part:
    """Return the licences with their last day; 'never' has none."""
    licences: dict[str, Licence] = {}
    gaps: dict[str, Gap] = {}
    for found in _LICENCE.finditer(replies[SHOW_LICENCES]):
        name = " ".join(word for word in found["name"].split() if not word.startswith("CK-")) or found["name"]
        until = None if found["until"] == "never" else _day(found["until"])
        if until is None:
            endless = Gap(reason=GapReason.NOT_TOLD, text="is never: the licence has no end")
            gaps[f"[{name}].valid_until_on"] = endless if found["until"] == "never" else NOT_TOLD
        licences[name] = Licence(name=name, valid_until_on=until)
    return Part(tuple(licences.values()) or None, gaps)


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%d%b%Y").date()  # noqa: DTZ007
    except ValueError:
        return None
