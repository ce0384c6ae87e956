"""What reading one device of 484 values by SNMP costs, beside net-snmp's binding and pysnmp used as well as we know."""

from bench import snmp_device
from bench.apart import spent_apart
from bench.measured import Measured
from bench.snmp_clients import V3_AUTH, V3_PRIVACY, V3_USER
from tests.peers.net_snmp import NetSnmpd, missing_snmpd
from tests.peers.snmp import SnmpV3User

CLIENTS = "bench.snmp_clients"


def measure() -> list[Measured]:
    """Return the processor time of one device with both engines, and what version 3 adds."""
    return [*_version_2c(), *_version_3()]


def _version_3() -> list[Measured]:
    """Return version 3 with privacy beside version 2c, both from one net-snmp; nothing without snmpd."""
    if missing_snmpd():
        return []
    user = SnmpV3User(V3_USER, "SHA", V3_AUTH, "AES", V3_PRIVACY)
    rows = []
    with NetSnmpd(v3_users=[user]) as agent:
        for fast, name in ((True, "fast"), (False, "reference")):
            costs = {
                version: spent_apart(CLIENTS, "ours_of_net_snmp", agent.address, agent.port, fast, version, repeats=20)
                for version in ("2c", "3")
            }
            what = f"a net-snmp by version 3 with keys kept, {name} engine"
            rows.append(
                Measured(what, "ms CPU", costs["3"].cpu_ms, "ours by 2c", costs["2c"].cpu_ms, times_at_least=0.5)
            )
    return rows


def _version_2c() -> list[Measured]:
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
