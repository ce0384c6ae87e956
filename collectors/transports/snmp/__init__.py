"""SNMP versions 1, 2c and 3: one port, two engines, under our own walk. Nothing here can write to a device."""

from collectors.transports.snmp.session import HELLO_ASKS, open_session

__all__ = ["HELLO_ASKS", "open_session"]
