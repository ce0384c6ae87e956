"""From an address or name to the places where an agent may answer."""

import contextlib
import ipaddress
import socket
from collections.abc import Iterator

from collectors.access import Access, Deadline
from collectors.errors import Unreachable
from collectors.transports.snmp.engine import Peer


def resolve(access: Access, deadline: Deadline) -> Iterator[Peer]:
    """Yield the addresses of an access, one a family; raises Unreachable when the name has none."""
    deadline.left_s()
    port = access.port_or_default
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(access.dial_address)
        yield Peer(access.dial_address, port)
        return
    try:
        found = socket.getaddrinfo(access.address, port, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"cannot be asked: the name {access.address} is not known") from error
    seen: set[int] = set()
    for family, _, _, _, place in found:
        if family in {socket.AF_INET, socket.AF_INET6} and family not in seen:
            seen.add(family)
            yield Peer(str(place[0]), port)
