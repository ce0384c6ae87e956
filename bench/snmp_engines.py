"""What reading one device of 484 values by SNMP costs, beside net-snmp's binding and pysnmp used as well as we know."""

from bench import snmp_device
from bench.apart import spent_apart
from bench.measured import Measured

CLIENTS = "bench.snmp_clients"


def measure() -> list[Measured]:
    """Return the processor time of one device with the fast engine and with the reference."""
    with snmp_device.running() as where:
        fast = spent_apart(CLIENTS, "ours", *where, True, repeats=200).cpu_ms
        reference = spent_apart(CLIENTS, "ours", *where, False, repeats=10).cpu_ms
        binding = spent_apart(CLIENTS, "ezsnmp", *where, repeats=30).cpu_ms
        pysnmp = spent_apart(CLIENTS, "pysnmp_v1arch", *where, repeats=10).cpu_ms
    what, unit = "a device of 484 values by SNMP 2c, {} engine", "ms CPU"
    return [
        Measured(what.format("fast"), unit, fast, "ezsnmp (net-snmp)", binding, times_at_least=20),
        Measured(what.format("fast"), unit, fast, "pysnmp v1arch", pysnmp, times_at_least=40),
        Measured(what.format("reference"), unit, reference, "pysnmp v1arch", pysnmp, times_at_least=1 / 1.2),
    ]
