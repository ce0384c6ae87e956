"""The SNMP transport in a child with the fast engine allowed, and with little patience so that the tests are short."""

from collectors.access import Access, Circumstances, Secret
from collectors.transports.snmp import asking, session

TIMEOUTS_S = (0.5, 0.5, 0.6)


def open_session(access: Access, secret: Secret, circumstances: Circumstances) -> session.SnmpSession:
    """Return a session; the patience is set here and not at import, which may happen in the fork server."""
    asking.TIMEOUTS_S = TIMEOUTS_S
    return session.open_session(access, secret, circumstances, fast=True)
