"""Names of devices, asked of the system's resolver once."""

import queue
import socket
import threading
from collections.abc import Callable
from typing import Final

Resolve = Callable[[str], tuple[str, ...]]
"""Returns all addresses of a DNS name; raises OSError or UnicodeError when it has none."""

RESOLVE_S: Final = 10.0
ADDRESSES_LIMIT: Final = 64  # of one name; a device has a few


def system_addresses(name: str) -> tuple[str, ...]:
    """Return all addresses that the system's resolver has for a name; raises OSError also when it takes too long."""
    told: queue.SimpleQueue[tuple[str, ...] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            told.put(error)
        else:
            told.put(tuple(dict.fromkeys(str(place[0]) for *_, place in found)))

    threading.Thread(target=ask, daemon=True, name="resolver").start()  # getaddrinfo knows no time-out
    try:
        answer = told.get(timeout=RESOLVE_S)
    except queue.Empty:
        raise TimeoutError(f"no answer within {RESOLVE_S:g} s") from None
    if isinstance(answer, Exception):
        raise answer
    return answer
