"""What reading one UPS by SNMP costs, with the fast engine and with the reference engine."""

from pydantic import SecretStr

from bench.measured import Measured, cpu_ms
from collectors import driver_index
from collectors.access import Access, Secret
from collectors.credentials import SnmpCommunity
from collectors.transports.snmp import session
from tests.contract.open_circumstances import circumstances
from tests.demo.recorded import replies_in
from tests.peers.snmp_agent import SnmpAgent, snmprec


def _read(agent: SnmpAgent, fast: bool | None = None) -> None:
    access = Access(transport="snmp", address=agent.address, port=agent.port)
    secret = Secret("bench", SnmpCommunity(kind="snmp", version="2c", community=SecretStr("public")))
    opened = session.open_session(access, secret, circumstances(timeout_s=60), fast=fast)
    try:
        opened.ask(driver_index.driver("apc_powernet"))
    finally:
        opened.close()


def measure() -> list[Measured]:
    """Return the processor time of one device; the simulated agent's own is counted with both, as it runs here too."""
    recording = snmprec(replies_in("apc_powernet/smart_ups_on_line", "snmprec"))
    with SnmpAgent(recording, community="public") as agent:
        ours = cpu_ms(lambda: _read(agent))
        theirs = cpu_ms(lambda: _read(agent, fast=False))
    return [Measured("one UPS by SNMP 2c", "ms CPU", ours, "pysnmp alone", theirs)]
