"""Which order belongs to which scheme and product."""

from rules.lifecycle.order import appliances, cisco, dotted, firewalls, juniper, microsoft, switches
from rules.lifecycle.order.relation import Scheme

# scheme: its order, then the products that use it (ids of the catalogue, and names by which drivers call firmware)
_SCHEMES: dict[str, tuple[Scheme, str]] = {
    "fortios": (firewalls.FORTIOS, ""),
    "panos": (firewalls.PANOS, "pan-os"),
    "sonicos": (firewalls.SONICOS, "sonicwall"),
    "sfos": (firewalls.SFOS, "sophos-firewall sophos-xg"),
    "fireware": (firewalls.FIREWARE, "watchguard"),
    "checkpoint": (firewalls.CHECKPOINT, "gaia check-point-gaia"),
    "pfsense": (firewalls.PFSENSE, ""),
    "opnsense": (firewalls.OPNSENSE, ""),
    "cisco_ios": (cisco.IOS, "ios"),
    "cisco_iosxe": (cisco.IOSXE, "cisco-ios-xe ios-xe iosxe"),
    "cisco_nxos": (cisco.NXOS, "nx-os nxos cisco-nx-os"),
    "cisco_asa": (cisco.ASA, "asa"),
    "cisco_smb": (dotted.CISCO_SMB, "small-business cisco-small-business"),
    "junos": (juniper.JUNOS, ""),
    "aos_s": (switches.AOS_S, "officeconnect procurve arubaos-switch"),
    "aos_cx": (switches.AOS_CX, ""),
    "comware": (switches.COMWARE, ""),
    "dell_os6": (dotted.DELL_OS6, ""),
    "dell_os9": (switches.DELL_OS9, "dnos9 ftos"),
    "dell_os10": (dotted.DELL_OS10, ""),
    "zyxel": (switches.ZYXEL, "zynos"),
    "routeros": (switches.ROUTEROS, ""),
    "edgeos": (switches.EDGEOS, ""),
    "unifi": (dotted.UNIFI, ""),
    "apc_nmc": (appliances.APC_NMC, "nmc nmc3 apc-aos"),
    "ilo": (appliances.ILO, "ilo4 ilo5 ilo6 ilo7"),
    "synology_dsm": (appliances.SYNOLOGY_DSM, "dsm"),
    "vmware_update": (appliances.VMWARE, "vmware-esxi vmware-vcenter esxi"),
    "windows_build": (microsoft.WINDOWS_BUILD, "windows windows-server windows-server-core windows-embedded"),
    "sqlserver": (microsoft.SQLSERVER, "mssqlserver sql-server"),
    "exchange": (microsoft.EXCHANGE, "msexchange"),
    "dotted": (
        dotted.DOTTED,
        "pan-gp sns-firmware openwrt big-ip proxmox-ve proxmox-backup-server xcp-ng nutanix-aos sharepoint ubuntu "
        "debian rhel centos centos-stream rocky-linux almalinux oracle-linux sles freebsd netapp-ontap citrix-vad "
        "veeam-backup-and-replication veeam-one veeam-backup-for-microsoft-365 commvault zerto dotnetfx powershell "
        "windows-powershell internet-explorer openssl openvpn zabbix macos",
    ),
    "model": (dotted.MODEL, "sns-hardware surface"),
    "name": (dotted.NAME, "office"),
}


def _normal(name: str) -> str:
    return name.strip().casefold().replace("_", "-").replace(" ", "-")


_BY_NAME = {_normal(name): scheme for own, (scheme, products) in _SCHEMES.items() for name in (own, *products.split())}


def scheme_of(scheme_or_product: str) -> Scheme | None:
    """Return the order of a scheme or product, in any case, with spaces, dashes or underscores; None if unknown."""
    return _BY_NAME.get(_normal(scheme_or_product))
