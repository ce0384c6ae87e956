"""What pysnmp decoded, as our values."""

from typing import Any, Final

from pysnmp.proto import rfc1905

from collectors.errors import UnexpectedReply
from collectors.replies import SnmpKind, SnmpValue

# By the name of its class: version 1's classes and the later ones differ, their names do not.
KINDS: Final[dict[str, SnmpKind]] = {
    "Integer": "integer",
    "Integer32": "integer",
    "Counter": "integer",
    "Counter32": "integer",
    "Gauge": "integer",
    "Gauge32": "integer",
    "Unsigned32": "integer",
    "TimeTicks": "integer",
    "Counter64": "integer",
    "OctetString": "octets",
    "Opaque": "opaque",
    "ObjectIdentifier": "oid",
    "IpAddress": "ip",
    "NetworkAddress": "ip",
    "Null": "null",
}


def is_absent(value: Any) -> bool:
    """Return whether the agent said that it has no such object, or that none follows."""
    return isinstance(value, rfc1905.NoSuchObject | rfc1905.NoSuchInstance | rfc1905.EndOfMibView)


def value_of(value: Any) -> SnmpValue:
    """Return a value; numbers of all types become the kind 'integer'. Raises UnexpectedReply for any other class."""
    kind = KINDS.get(type(value).__name__)
    if kind is None:
        raise UnexpectedReply(f"is answered with a {type(value).__name__}, which no object may hold")
    match kind:
        case "integer":
            return SnmpValue(kind, int(value))
        case "oid":
            return SnmpValue(kind, ".".join(str(arc) for arc in value))
        case "ip":
            return SnmpValue(kind, ".".join(str(octet) for octet in bytes(value)))
        case "null":
            return SnmpValue(kind, None)
        case _:
            return SnmpValue(kind, bytes(value))
