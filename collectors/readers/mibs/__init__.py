"""Objects of SNMP: standard MIBs, and what several makers share."""
