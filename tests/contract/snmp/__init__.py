"""The SNMP transport against agents on loopback."""
