"""The SNMP transport in a child with the reference engine alone, and with little patience."""

from collectors.access import Access, Circumstances, Secret
from collectors.transports.snmp import asking, session
from tests.contract.hostile.fast_snmp import TIMEOUTS_S


def open_session(access: Access, secret: Secret, circumstances: Circumstances) -> session.SnmpSession:
    """Return a session; the patience is set here and not at import, which may happen in the fork server."""
    asking.TIMEOUTS_S = TIMEOUTS_S
    return session.open_session(access, secret, circumstances, fast=False)
