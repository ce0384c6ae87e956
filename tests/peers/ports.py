"""Free ports and loopback addresses that no other test uses at the same time."""

import atexit
import os
import socket
import threading
from typing import Final, Literal

CLAIM_PORT: Final = 47_999  # holds a block of addresses; no peer listens there
FIRST_OCTET: Final = 16  # 127.0.x.x to 127.15.x.x stay free for addresses written down in tests
BLOCKS: Final = (255 - FIRST_OCTET) * 256

_lock = threading.Lock()
_claim: socket.socket | None = None
_claimed_by = 0
_block = ""
_next = 2


def family_of(address: str) -> socket.AddressFamily:
    """Returns the socket family of a literal address."""
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def free_port(address: str = "127.0.0.1", kind: Literal["tcp", "udp"] = "tcp") -> int:
    """Returns a port that was free a moment ago; race-free only on an address from loopback_address()."""
    with socket.socket(family_of(address), socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def loopback_address() -> str:
    """Returns an address of 127.0.0.0/8 that was given to nobody else, in this or any other live process."""
    global _next
    with _lock:
        if _claim is None or _claimed_by != os.getpid() or _next > 254:
            _take_block()
        address = f"{_block}.{_next}"
        _next += 1
        return address


def _take_block() -> None:
    """Takes a /24 block by holding a socket on its first address for the life of the process."""
    global _claim, _claimed_by, _block, _next
    start = os.getpid() * 7919  # neighbours in process id land far apart
    for attempt in range(BLOCKS):
        number = (start + attempt) % BLOCKS
        block = f"127.{FIRST_OCTET + number // 256}.{number % 256}"
        holder = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            holder.bind((f"{block}.1", CLAIM_PORT))
        except OSError:
            holder.close()
            continue
        # A full block of this process stays claimed: its addresses may still be in use.
        atexit.register(holder.close)
        _claim, _claimed_by, _block, _next = holder, os.getpid(), block, 2
        return
    raise RuntimeError("no free block of loopback addresses")
