"""`make bench`: every benchmark, as a table of ratios; nothing here is a test."""

import sys

from bench import rules_speed, snmp_engines, start_up
from bench.measured import table


def main() -> int:
    """Print the table."""
    print(table([*start_up.measure(), *snmp_engines.measure(), *rules_speed.measure()]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
