"""Interfaces by the IF-MIB (RFC 2863) and EtherLike-MIB (RFC 3635)."""

from collections.abc import Mapping

from collectors.driver import Part
from collectors.errors import NoReply
from collectors.facts.gaps import Gap
from collectors.facts.sections.network import Interface
from collectors.replies import SnmpReplies, SnmpValue, as_number, as_text

IF_ENTRY = "1.3.6.1.2.1.2.2.1"
IF_X_ENTRY = "1.3.6.1.2.1.31.1.1.1"
IF_DESCR = f"{IF_ENTRY}.2"
IF_TYPE = f"{IF_ENTRY}.3"
IF_SPEED = f"{IF_ENTRY}.5"  # bits a second; 2^32-1 when it is more
IF_ADMIN_STATUS = f"{IF_ENTRY}.7"
IF_OPER_STATUS = f"{IF_ENTRY}.8"
IF_IN_ERRORS = f"{IF_ENTRY}.14"
IF_NAME = f"{IF_X_ENTRY}.1"
IF_HC_IN_UCAST = f"{IF_X_ENTRY}.7"
IF_HC_IN_MULTICAST = f"{IF_X_ENTRY}.8"
IF_HC_IN_BROADCAST = f"{IF_X_ENTRY}.9"
IF_HIGH_SPEED = f"{IF_X_ENTRY}.15"  # millions of bits a second
IF_ALIAS = f"{IF_X_ENTRY}.18"
DUPLEX = "1.3.6.1.2.1.10.7.2.1.19"  # dot3StatsDuplexStatus

ASKS = (
    IF_DESCR, IF_TYPE, IF_SPEED, IF_ADMIN_STATUS, IF_OPER_STATUS, IF_IN_ERRORS, IF_NAME, IF_HC_IN_UCAST,
    IF_HC_IN_MULTICAST, IF_HC_IN_BROADCAST, IF_HIGH_SPEED, IF_ALIAS, DUPLEX,
)  # fmt: skip

# IANAifType-MIB; what is not here is 'other'
KINDS = {
    6: "ethernet", 26: "ethernet", 62: "ethernet", 69: "ethernet", 117: "ethernet",
    161: "lag", 135: "vlan", 136: "vlan", 24: "loopback",
}  # fmt: skip
DUPLEXES = {2: "half", 3: "full"}
ADMINISTRATIVE = {1: True, 2: False}  # 3: testing, neither
OPERATIONAL = {1: True, 2: False, 5: False, 6: False, 7: False}  # 3 testing, 4 unknown
LOW_SPEED_MAX_BPS = 2**32 - 2  # ifSpeed says 2^32-1 for 'look at ifHighSpeed'
HIGH_SPEED_MAX_MBPS = 10_000_000  # 10 Tb/s: beyond it an agent has written bits into the field of megabits

_Columns = Mapping[str, Mapping[str, SnmpValue]]
_FIELDS = {
    IF_TYPE: ("kind",),
    IF_ADMIN_STATUS: ("enabled",),
    IF_OPER_STATUS: ("up",),
    IF_IN_ERRORS: ("in_errors_count",),
    IF_ALIAS: ("description",),
    DUPLEX: ("duplex",),
    IF_SPEED: ("speed_bps",),
    IF_HIGH_SPEED: ("speed_bps",),
    IF_HC_IN_UCAST: ("in_packets_count",),
    IF_HC_IN_MULTICAST: ("in_packets_count",),
    IF_HC_IN_BROADCAST: ("in_packets_count",),
}


def read_interfaces(replies: SnmpReplies) -> Part:
    """Return the interfaces, named by ifName, else ifDescr; a name that comes again gets '#2', in ifIndex order.

    A column that broke off leaves a gap at each interface that misses its value. The list is whole when both columns of
    names are. Raises NoReply when no name could be read.
    """
    columns: dict[str, dict[str, SnmpValue]] = {}
    broken: dict[str, Gap] = {}
    for oid in ASKS:
        try:
            columns[oid] = replies.column(oid)
        except NoReply as error:
            columns[oid], broken[oid] = {}, error.gap
    if not columns[IF_DESCR] and not columns[IF_NAME] and IF_DESCR in broken:
        raise NoReply(broken[IF_DESCR])
    if not names(columns):
        return Part(None)
    broken |= {oid: replies.gaps[oid] for oid in ASKS if oid in replies.gaps}
    interfaces: list[Interface] = []
    gaps: dict[str, Gap] = {}
    for index, name in names(columns).items():
        if index not in columns[IF_NAME] and (
            IF_NAME in broken or (IF_DESCR in broken and index not in columns[IF_DESCR])
        ):
            continue  # its own name was cut off: by another one it would not be found again
        interface = _interface(name, index, columns)
        interfaces.append(interface)
        for oid, gap in broken.items():
            for field in _FIELDS.get(oid, ()):
                if getattr(interface, field) is None:
                    gaps[f"[{name}].{field}"] = gap
    return Part(tuple(interfaces), gaps, replies.complete(IF_DESCR, IF_NAME))


def names(columns: _Columns) -> dict[str, str]:
    """Return each interface's name by its ifIndex, in order of the index.

    An interface that any column tells of is there, though a restricted view may hide its name.
    """
    indexes = sorted({index for column in columns.values() for index in column}, key=_by_number)
    seen: dict[str, int] = {}
    named: dict[str, str] = {}
    for index in indexes:
        name = as_text(columns[IF_NAME].get(index)) or as_text(columns[IF_DESCR].get(index)) or f"interface {index}"
        seen[name] = seen.get(name, 0) + 1
        named[index] = name if seen[name] == 1 else f"{name} #{seen[name]}"
    return named


def speed_bps(speed: int | None, high_speed: int | None) -> int | None:
    """Return the speed in bits a second from ifSpeed and ifHighSpeed; 0 and 'too large' are no speed.

    ifHighSpeed goes first: some agents cut ifSpeed of a 10 Gb/s port to 32 bits (1410065408).
    """
    if high_speed is not None and 0 < high_speed <= HIGH_SPEED_MAX_MBPS:
        return high_speed * 1_000_000
    return speed if speed is not None and 0 < speed <= LOW_SPEED_MAX_BPS else None


def _interface(name: str, index: str, columns: _Columns) -> Interface:
    def number(oid: str) -> int | None:
        return as_number(columns[oid].get(index))

    kind = number(IF_TYPE)
    return Interface.model_validate(
        {
            "name": name,
            "kind": None if kind is None else KINDS.get(kind, "other"),
            "description": as_text(columns[IF_ALIAS].get(index)),
            "enabled": ADMINISTRATIVE.get(number(IF_ADMIN_STATUS) or 0),
            "up": OPERATIONAL.get(number(IF_OPER_STATUS) or 0),
            "duplex": DUPLEXES.get(number(DUPLEX) or 0),
            "speed_bps": speed_bps(number(IF_SPEED), number(IF_HIGH_SPEED)),
            "in_errors_count": _counted(number(IF_IN_ERRORS)),
            "in_packets_count": _packets(
                number(IF_HC_IN_UCAST), number(IF_HC_IN_MULTICAST), number(IF_HC_IN_BROADCAST)
            ),
        }
    )


def _packets(*parts: int | None) -> int | None:
    """Return all packets received, None unless all three 64-bit counters are told: 32-bit ones wrap within minutes."""
    counted = [part for part in parts if part is not None and part >= 0]
    return sum(counted) if len(counted) == len(parts) else None


def _counted(number: int | None) -> int | None:
    return number if number is not None and number >= 0 else None


def _by_number(index: str) -> tuple[int, ...]:
    return tuple(int(arc) for arc in index.split("."))
