"""What a standard may be asked of: classes of devices, and the three subjects that are not devices."""

DEVICE_KINDS = (
    "windows server",
    "windows workstation",
    "linux server",
    "hypervisor",
    "firewall",
    "switch",
    "router",
    "ups",
    "pdu",
    "access point",
    "wireless controller",
    "nas",
    "printer",
)
OTHER_KINDS = ("domain", "site", "client")
KINDS = (*DEVICE_KINDS, *OTHER_KINDS)
