"""Which product of the catalogue a device means by the name it gives itself."""

from rules.lifecycle.catalogue import Catalogue
from rules.lifecycle.rows import ProductRow

# Beginnings of names as devices write them, in small letters; the longest that fits counts. None: known, not listed.
_BEGINNINGS = {
    "windows server": "windows-server",
    "microsoft windows server": "windows-server",
    "hyper-v server": "windows-server",
    "windows": "windows",
    "microsoft windows": "windows",
    "windows embedded": None,
    "debian": "debian",
    "red hat enterprise linux": "rhel",
    "centos stream": "centos-stream",
    "centos": "centos",
    "rocky": "rocky-linux",
    "almalinux": "almalinux",
    "oracle linux": "oracle-linux",
    "suse linux enterprise server": "sles",
    "ubuntu": "ubuntu",
    "freebsd": "freebsd",
    "macos": "macos",
    "vmware esxi": "vmware-esxi",
    "esxi": "vmware-esxi",
    "vmware vcenter": "vmware-vcenter",
    "pan-os": "pan-os",
    "cisco ios xe": "cisco-ios-xe",
    "cisco ios-xe": "cisco-ios-xe",
    "ios-xe": "cisco-ios-xe",
    "ios xe": "cisco-ios-xe",
}
_SHORT = {"ol": "oracle-linux", "rocky": "rocky-linux"}  # ids of os-release


def product_of(name: str, catalogue: Catalogue) -> ProductRow | None:
    """Return the product by id, by the catalogue's own name, or by how such a device begins its name; else None."""
    wanted = " ".join(name.casefold().split())
    listed = catalogue.product(wanted)
    if listed or wanted in _SHORT:
        return listed or catalogue.product(_SHORT[wanted])
    fitting = [begin for begin in _BEGINNINGS if wanted == begin or wanted.startswith(f"{begin} ")]
    product = _BEGINNINGS[max(fitting, key=len)] if fitting else None
    return catalogue.product(product) if product else None
