"""Simulated devices of a site for the benchmark of `assess`: switches and UPS that answer by SNMP, 20 ms a question.

`python -m bench.site_devices COUNT` prints an address and port a line, then an empty line, and serves until its input
ends.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.demo.recorded import replies_in
from tests.peers.snmp_agent import SnmpAgent, snmprec

ANSWER_S = 0.02
RECORDINGS = ("cisco_ios_snmp/access_switch", "apc_powernet/smart_ups_on_line")


@contextmanager
def running(count: int) -> Iterator[list[tuple[str, int]]]:
    """Give the addresses and ports of so many devices in a process of their own, and end it after."""
    command = [sys.executable, "-m", "bench.site_devices", str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        places = []
        while line := process.stdout.readline().strip():
            address, port = line.split()
            places.append((address, int(port)))
        try:
            yield places
        finally:
            process.kill()


def main() -> int:
    """Serve until the input ends."""
    recordings = [snmprec(replies_in(name, "snmprec")) for name in RECORDINGS]
    with ExitStack() as keep:
        for number in range(int(sys.argv[1])):
            agent = SnmpAgent(recordings[number % len(recordings)], delay_s=ANSWER_S)
            keep.enter_context(agent)
            print(agent.address, agent.port)
        print(flush=True)
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main())
