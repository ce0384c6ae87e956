"""`make bench`: the benchmarks, all or those named, as a table beside their peers; nothing here is a test."""

import argparse
import sys
from importlib import import_module

from bench.apart import NotHere
from bench.measured import Measured, table

BENCHMARKS = {
    "start": "bench.start_up",
    "snmp": "bench.snmp_engines",
    "ssh": "bench.ssh_sessions",
    "rules": "bench.rules_speed",
    "assess": "bench.assess_site",
    "hostile": "bench.hostile_share",
    "ingest": "bench.ingest",
    "pages": "bench.pages",
    "agent": "bench.agent_idle",
}


def main() -> int:
    """Print the table; 2 for a name that is no benchmark."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)}; all when none is given"
    )
    names = parser.parse_args().names
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    rows: list[Measured] = []
    for name in names or BENCHMARKS:
        try:
            rows += import_module(BENCHMARKS[name]).measure()
        except NotHere as reason:
            print(f"{name}: not measured: {reason}", file=sys.stderr)
    print(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
