"""The names of transports, apart from the readings: whoever needs only these loads none of the sections."""

from typing import Literal

TransportName = Literal["snmp", "ssh", "winrm", "nut", "local"]
