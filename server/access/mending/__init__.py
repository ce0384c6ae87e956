"""What would mend an access: the platform's own commands, ready to copy, by platform and by what went wrong.

Sources: docs/accounts/*.md of this project, and the makers' references named beside each block. ACCOUNT, AGENT and
the other words in capitals are for the person who runs them; none of this is ever run by us (decision 26).
"""

from typing import Final

from server.access.mending import machines, network
from server.access.mending.block import CLOSED, REFUSED, RIGHT, Mending

MENDINGS: Final[dict[tuple[str, str], Mending]] = {**machines.MENDINGS, **network.MENDINGS}
_FAMILIES: Final = {"cisco_nxos": "cisco_ios", "proxmox_ve": "linux", "pfsense_opnsense": "ssh", "aruba_os": "ssh"}
_KINDS: Final = {
    "windows server": "windows", "windows workstation": "windows", "linux server": "linux", "hypervisor": "linux",
}  # fmt: skip
_SNMP: Final = {
    "windows server": "snmp_windows", "windows workstation": "snmp_windows", "linux server": "snmp_linux",
    "ups": "snmp_ups", "pdu": "snmp_ups",
}  # fmt: skip
_SNMP_DRIVERS: Final = {"cisco_ios_snmp": "snmp_cisco", "fortigate_snmp": "snmp_fortios"}


def family_of(transport: str, driver: str, kind: str) -> str:
    """Return the platform whose commands fit: by the driver where it is known, else by the kind of device."""
    if transport == "snmp":
        return _SNMP_DRIVERS.get(driver) or _SNMP.get(kind, "snmp")
    if transport in {"winrm", "nut"}:
        return "windows" if transport == "winrm" else "nut"
    family = _FAMILIES.get(driver, driver)
    if (family, CLOSED) in MENDINGS:
        return family
    return _KINDS.get(kind, "ssh") if not driver else "ssh"


def mending_for(family: str, state: str) -> Mending | None:
    """Return what would mend an access of a platform in this state, None where no command would."""
    found = MENDINGS.get((family, state))
    if found is None and family.startswith("snmp") and state in {REFUSED, RIGHT}:
        return MENDINGS.get(
            (family, CLOSED)
        )  # SNMP does not tell a wrong user from a closed port, nor a view from both
    return found
