"""What a Windows machine is: operating system, identity, hardware, memory, firmware of its board."""

from collectors.driver import Part
from collectors.facts.gaps import Gap
from collectors.facts.marks import Marks, is_junk
from collectors.facts.sections.system import Firmware, Hardware, Identity, Load, Os
from collectors.readers.json_shapes import an_object, flag, moment, rows, text, texts, whole
from collectors.replies import JsonReplies, JsonValue
from collectors.told import amount, told, word

KIB = 1024
VIRTUAL_MODELS = ("virtual", "vmware", "kvm", "hvm domu")  # what hypervisors write into Win32_ComputerSystem.Model
FORMS = {  # Win32_SystemEnclosure.ChassisTypes (SMBIOS, table 17)
    "laptop": {8, 9, 10, 14, 30, 31, 32},
    "desktop": {3, 4, 5, 6, 7, 13, 15, 16, 35},
    "server": {17, 23, 25, 28, 29},
}
LICENSED, GRACE = 1, {2, 3, 4, 6}  # SoftwareLicensingProduct.LicenseStatus: 0 unlicensed, 5 only notified
EVALUATION = "TIMEBASED_EVAL"  # the channel in a licence's description, the same in every language
CRASH_DUMPS = {0: "none", 1: "complete", 2: "kernel", 3: "small", 7: "automatic"}  # CrashDumpEnabled
BOOT_MODES = {1: "bios", 2: "uefi"}  # PEFirmwareType
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
            "licence": lambda: _licence(replies),
            "crash_dump": lambda: word(whole(_startup(replies, "crash_dump")), CRASH_DUMPS, "kind of crash dump"),
            "crash_restart": lambda: flag(_startup(replies, "crash_restart")),
            "dotnet_release": lambda: whole(_startup(replies, "dotnet_release")),
        },
    )


def _startup(replies: JsonReplies, key: str) -> JsonValue:
    return an_object(replies, "startup").get(key)


def _licence(replies: JsonReplies) -> str | None:
    """Return the activation of Windows itself; an evaluation counts as one as long as it runs."""
    found = rows(replies, "licence")
    states = {whole(row.get("status")) for row in found}
    if LICENSED in states:
        channels = [text(row.get("description")) for row in found]
        trial = any(EVALUATION in (channel or "") for channel in channels)
        return "evaluation" if trial else None if None in channels else "licensed"
    return None if not states or None in states else "grace" if states & GRACE else "unlicensed"


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
            "form": lambda: _form(meant("model"), replies),
        },
    )


def _form(model: str | None, replies: JsonReplies) -> str | None:
    """Return 'virtual' for a hypervisor's model, else the form that all its cases have in common."""
    if model and any(word in model.casefold() for word in VIRTUAL_MODELS):
        return "virtual"
    kinds = _startup(replies, "chassis")
    forms = {
        form
        for form, codes in FORMS.items()
        if isinstance(kinds, list) and codes & {k for k in kinds if isinstance(k, int)}
    }
    return forms.pop() if len(forms) == 1 else None


def read_firmware(replies: JsonReplies) -> Part:
    """Return the board firmware's version and release day."""
    identity = an_object(replies, "identity")

    def released_on() -> object:
        at = moment(identity.get("bios_released_at"))
        return at.date() if at else None

    return told(
        Firmware,
        {
            "version": lambda: text(identity.get("bios_version")),
            "bios_released_on": released_on,
            "secure_boot": lambda: flag(_startup(replies, "secure_boot")),
            "boot_mode": lambda: word(whole(_startup(replies, "firmware_type")), BOOT_MODES, "kind of firmware"),
        },
    )


def read_hardware(replies: JsonReplies) -> Part:
    """Return the memory that Windows can use, and the version of its TPM."""
    memory_kib = whole(an_object(replies, "os").get("memory_kib"))

    def tpm() -> str | None:
        versions = texts(replies["tpm"]) or ()
        return versions[0].partition(",")[0].strip() or None if versions else None

    return told(Hardware, {"memory_bytes": lambda: memory_kib * KIB if memory_kib else None, "tpm_version": tpm})


def read_load(replies: JsonReplies) -> Part:
    """Return the use of memory and processor in percent."""
    os = an_object(replies, "os")
    total, free = whole(os.get("memory_kib")), whole(os.get("free_memory_kib"))

    def share(kib: int | None) -> float | Gap | None:
        return amount(kib, 100 / total, highest=100) if total and kib is not None else None

    return told(
        Load,
        {
            "memory_available_percent": lambda: share(free),
            "memory_used_percent": lambda: share(None if total is None or free is None else total - free),
            "cpu_percent": lambda: amount(whole(an_object(replies, "processor").get("busy_percent")), highest=100),
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
