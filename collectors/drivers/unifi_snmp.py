"""Ubiquiti UniFi access points, and UniFi switches with Linux, over SNMP (UBNT-UniFi-MIB)."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part
from collectors.facts.facts import Facts
from collectors.facts.sections.wireless import Ssid
from collectors.readers.mibs import switch_mibs, system_group
from collectors.readers.mibs.snmp_tables import column, need, scalar, text, unread
from collectors.replies import SnmpReplies, as_number, as_text

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Ubiquiti UniFi access points and switches, over SNMP"
DEVICE_CLASS = None

UNIFI = "1.3.6.1.4.1.41112.1.6"
SSID = f"{UNIFI}.1.2.1.6"  # unifiVapEssId, one row a radio
SSID_UP = f"{UNIFI}.1.2.1.22"  # unifiVapUp: TruthValue
SSID_USAGE = f"{UNIFI}.1.2.1.23"  # unifiVapUsage: 'user' or 'guest'
MODEL = f"{UNIFI}.3.3.0"  # unifiApSystemModel
VERSION = f"{UNIFI}.3.6.0"  # unifiApSystemVersion

ASKS = switch_mibs.asks(SSID, SSID_UP, SSID_USAGE, MODEL, VERSION)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "SNMP switched on for the site (UniFi console: Settings, System, SNMP)",
    "ssids": "SNMP switched on for the site (UniFi console: Settings, System, SNMP)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=10)
MATCHES = Matches(
    sys_object_ids=("1.3.6.1.4.1.41112", "1.3.6.1.4.1.8072.3.2.10"),  # the second is net-snmp's own on Linux
    sys_descr=(r"^(?:UAP|U6|U7|UAL|UWB|UXG|UBB|UHD|ULTRA|USW|USF|USC|US)[- ]?\S*(?: [\w+.-]+)* v?\d+\.\d+\.\d+\.\d+",),
    probes=(MODEL,),
    rank=600,  # without a description of ours a Linux host's own driver goes first
)

# 'UAP-nanoHD 5.43.36.12724' | 'USW-Lite-16-PoE 6.2.14.13855'
_DESCRIBED = re.compile(r"^(?P<model>U[\w-]+(?: [A-Z][\w+-]*)*) v?(?P<version>\d+(?:\.\d+){2,3})\b", re.ASCII)
_SWITCH = re.compile(r"^US(?:[WFC]|-|\d)", re.ASCII)
RUNNING = 1


def _described(replies: SnmpReplies) -> re.Match[str] | None:
    return _DESCRIBED.match(switch_mibs.description(replies))


def _model(replies: SnmpReplies) -> str | None:
    described = _described(replies)
    return text(scalar(replies, MODEL)) or (described["model"] if described else None)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with the model; no serial number is told."""
    return switch_mibs.identity(replies, "Ubiquiti", model=_model(replies))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version; no day is told."""
    described = _described(replies)
    version = text(scalar(replies, VERSION)) or (described["version"] if described else None)
    return switch_mibs.firmware(replies, "unifi", version or unread(replies, VERSION))


def read_ssids(replies: SnmpReplies) -> Part:
    """Return the networks that are on the air, each once; how they are secured the console tells, not the device."""
    need(replies, SSID_UP)
    names, states, usages = replies.column(SSID), column(replies, SSID_UP), column(replies, SSID_USAGE)
    found: dict[str, str | None] = {}
    for row, value in names.items():
        name = as_text(value)
        if name and as_number(states.get(row)) in {RUNNING, None}:
            found[name] = "guest" if as_text(usages.get(row)) == "guest" else found.get(name)
    networks = tuple(Ssid.model_validate({"name": name, "purpose": found[name]}) for name in sorted(found))
    return Part(networks or None, complete=replies.complete(SSID, SSID_UP))


def _device_class(replies: SnmpReplies) -> str | None:
    model = _model(replies)
    return None if model is None else "switch" if _SWITCH.match(model) else "access point"


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a UniFi device; an access point has no ports to count."""
    return switch_mibs.facts(
        replies,
        read_identity,
        read_firmware,
        {"ssids": read_ssids},
        device_class=_device_class,
        without={"ports"} if _device_class(replies) == "access point" else (),
    )
