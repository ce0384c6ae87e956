"""Platforms whose texts end without a mark of their own: that a reply is whole, only the transport's prompt proves."""

WITHOUT_END_MARK = {
    "cisco_s300": "Cisco Small Business switches end their configuration with whatever section comes last",
    "cisco_nxos": "NX-OS ends its configuration with whatever section comes last",
    "aruba_aoscx": "AOS-CX ends its configuration with whatever section comes last",
    "hp_procurve": "AOS-S ends its configuration with whatever line comes last",
    "dell_powerconnect": "FASTPATH ends its configuration with 'exit', as it ends each of its blocks",
    "ubiquiti_edgeswitch": "FASTPATH ends its configuration with 'exit', as it ends each of its blocks",
}
"""By driver: why nothing in its texts says that they end."""
