"""Words for people: the kinds of devices, and the ways by which they are read."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: Final[dict[str, str | Promise]] = {
    "windows server": _("Windows server"),
    "windows workstation": _("Windows workstation"),
    "linux server": _("Linux server"),
    "hypervisor": _("Hypervisor"),
    "firewall": _("Firewall"),
    "switch": _("Switch"),
    "router": _("Router"),
    "ups": _("UPS"),
    "pdu": _("PDU"),
    "access point": _("Access point"),
    "wireless controller": _("Wireless controller"),
    "nas": _("NAS"),
    "printer": _("Printer"),
    "device": _("Kind not known"),
    "domain": _("Domain"),
    "site": _("Site"),
    "client": _("Client"),
}
TRANSPORTS: Final[dict[str, str | Promise]] = {
    "snmp": "SNMP",
    "ssh": "SSH",
    "winrm": "WinRM",
    "nut": "NUT",
    "local": _("local"),
}


def kind_word(kind: str) -> str:
    """Return the word for a kind of device; one that this version does not know stays as it is."""
    return str(KINDS.get(kind, kind))


def transport_word(transport: str) -> str:
    """Return the word for a way by which devices are read."""
    return str(TRANSPORTS.get(transport, transport))
