"""A simulated switch with a power unit for the SNMP benchmark, in a process of its own: 484 values.

40 single objects, eight columns of 48 interfaces, five columns of 12 outlets, as in the design's comparison.
`python -m bench.snmp_device` prints its address and port, and serves until its input ends.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.peers.snmp_agent import SnmpAgent, snmprec

SYSTEM = [f"1.3.6.1.2.1.1.{number}.0" for number in range(1, 7)]
BATTERY = [f"1.3.6.1.2.1.33.1.2.{number}.0" for number in range(1, 18)]
PRIVATE = [f"1.3.6.1.4.1.99999.7.1.{number}.0" for number in range(1, 18)]
SCALARS = (*SYSTEM, *BATTERY, *PRIVATE)
INTERFACES = tuple(f"1.3.6.1.2.1.2.2.1.{column}" for column in (1, 2, 3, 5, 7, 8, 10, 16))
OUTLETS = tuple(f"1.3.6.1.2.1.33.1.4.4.1.{column}" for column in range(1, 6))
COLUMNS = (*INTERFACES, *OUTLETS)
INTERFACE_COUNT, OUTLET_COUNT = 48, 12
VALUES_COUNT = len(SCALARS) + len(INTERFACES) * INTERFACE_COUNT + len(OUTLETS) * OUTLET_COUNT


def recording() -> str:
    """Return the values as lines of a recording."""
    lines = [
        "1.3.6.1.2.1.1.1.0|4|A switch that exists only to be measured, release 16.12.4",
        "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1",
        "1.3.6.1.2.1.1.3.0|67|123456789",
        *(f"1.3.6.1.2.1.1.{number}.0|4|text {number} of the system group" for number in (4, 5, 6)),
        *(f"{oid}|2|{100 + number}" for number, oid in enumerate(BATTERY)),
        *(f"{oid}|4|firmware {number}.{number * 3}.{number * 7}" for number, oid in enumerate(PRIVATE)),
    ]
    for port in range(1, INTERFACE_COUNT + 1):
        cells = (
            f"2|{port}", f"4|GigabitEthernet1/0/{port}", "2|6", "66|1000000000", "2|1", f"2|{1 + port % 2}",
            f"65|{3123456789 - port * 77}", f"65|{2123456789 + port * 99}",
        )  # fmt: skip
        lines += [f"{column}.{port}|{cell}" for column, cell in zip(INTERFACES, cells, strict=True)]
    for outlet in range(1, OUTLET_COUNT + 1):
        lines += [f"{column}.{outlet}|2|{230 + outlet}" for column in OUTLETS]
    return "\n".join(lines) + "\n"


@contextmanager
def running() -> Iterator[tuple[str, int]]:
    """Give the address and port of a device in a process of its own, and end it after."""
    command = [sys.executable, "-m", "bench.snmp_device"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address, port = process.stdout.readline().split()
        try:
            yield address, int(port)
        finally:
            process.kill()


def main() -> int:
    """Serve until the input ends."""
    with SnmpAgent(snmprec(recording())) as agent:
        print(agent.address, agent.port, flush=True)
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main())
