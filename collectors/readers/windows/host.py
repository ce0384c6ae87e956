"""What a Windows machine is: operating system, identity, hardware, memory, firmware of its board."""

from collectors.driver import Part
from collectors.facts.marks import Marks, is_junk
from collectors.facts.sections.system import Firmware, Hardware, Identity, Load, Os
from collectors.readers.json_shapes import an_object, flag, moment, text, whole
from collectors.replies import JsonReplies
from collectors.told import amount, told

KIB = 1024
VIRTUAL_MODELS = ("virtual", "vmware", "kvm", "hvm domu")  # what hypervisors write into Win32_ComputerSystem.Model
WORKSTATION, CONTROLLER, SERVER = 1, 2, 3  # Win32_OperatingSystem.ProductType


def read_os(replies: JsonReplies) -> Part:
    """Return product, build and update revision (the registry's UBR), and the last start."""
    os = an_object(replies, "os")
    return told(
        Os,
        {
            "family": lambda: "windows",
            "product": lambda: text(os.get("caption")),
            "version": lambda: text(os.get("version")),
            "build": lambda: text(os.get("build")),
            "revision": lambda: whole(os.get("revision")),
            "booted_at": lambda: _to_minute(os.get("booted_at")),
        },
    )


def _to_minute(value: object) -> object:
    at = moment(value if isinstance(value, str) else None)
    return at.replace(second=0, microsecond=0) if at else None


def read_identity(replies: JsonReplies) -> Part:
    """Return name, maker, model and serial number; placeholders of board makers are gaps."""
    identity = an_object(replies, "identity")

    def meant(key: str) -> str | None:
        value = text(identity.get(key))
        return None if value is None or is_junk(value) else value

    return told(
        Identity,
        {
            "name": lambda: text(identity.get("name")),
            "vendor": lambda: meant("manufacturer"),
            "model": lambda: meant("model"),
            "serial": lambda: meant("serial"),
            "domain_joined": lambda: flag(identity.get("part_of_domain")),
            "form": lambda: _form(meant("model")),
        },
    )


def _form(model: str | None) -> str | None:
    """Return 'virtual' for a hypervisor's model; of other machines the model says nothing on their form."""
    return "virtual" if model and any(word in model.casefold() for word in VIRTUAL_MODELS) else None


def read_firmware(replies: JsonReplies) -> Part:
    """Return the board firmware's version and release day."""
    identity = an_object(replies, "identity")

    def released_on() -> object:
        at = moment(identity.get("bios_released_at"))
        return at.date() if at else None

    return told(Firmware, {"version": lambda: text(identity.get("bios_version")), "bios_released_on": released_on})


def read_hardware(replies: JsonReplies) -> Part:
    """Return the memory that Windows can use."""
    memory_kib = whole(an_object(replies, "os").get("memory_kib"))
    return told(Hardware, {"memory_bytes": lambda: memory_kib * KIB if memory_kib else None})


def read_load(replies: JsonReplies) -> Part:
    """Return the use of the memory in percent."""
    os = an_object(replies, "os")
    total, free = whole(os.get("memory_kib")), whole(os.get("free_memory_kib"))
    if not total or free is None:
        return told(Load, {"memory_available_percent": lambda: None})
    return told(
        Load,
        {
            "memory_available_percent": lambda: amount(free, 100 / total, highest=100),
            "memory_used_percent": lambda: amount(total - free, 100 / total, highest=100),
        },
    )


def marks(replies: JsonReplies) -> Marks:
    """Return serial number, SMBIOS UUID and machine GUID."""
    identity = an_object(replies, "identity")
    return Marks(
        serial=text(identity.get("serial")),
        smbios_uuid=text(identity.get("uuid")),
        machine_id=text(identity.get("machine_guid")),
    )


def product_type(replies: JsonReplies) -> int | None:
    """Return Win32_OperatingSystem.ProductType: 1 workstation, 2 domain controller, 3 server."""
    return whole(an_object(replies, "os").get("product_type"))
