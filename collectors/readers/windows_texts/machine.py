"""What the machine is: `systeminfo`, Win32_OperatingSystem and Win32_BIOS."""

import re
from collections.abc import Mapping

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.marks import Marks, is_junk
from collectors.facts.sections.system import Firmware, Hardware, Identity, Load, Os
from collectors.readers.windows.host import KIB, VIRTUAL_MODELS
from collectors.readers.windows_texts import net_accounts
from collectors.readers.windows_texts.given import given, needed
from collectors.readers.windows_texts.records import Record, moment_of, number, only_record, shown
from collectors.readers.windows_texts.system_words import member_of_domain, rows_of
from collectors.replies import JsonReplies
from collectors.told import amount, told

SYSTEMINFO, SYSTEM, BIOS = "systeminfo", "Win32_OperatingSystem", "Win32_BIOS"
MIB = 1024 * 1024
CONTROLLER = 2  # Win32_OperatingSystem.ProductType: 1 workstation, 2 domain controller, 3 server
_CLASSES = {1: "windows workstation", CONTROLLER: "windows server", 3: "windows server"}
_ROLE_CLASSES = {"server": "windows server", "workstation": "windows workstation"}
_VERSION = re.compile(r"(\d{1,2}\.\d{1,2}\.(\d{3,6}))\b.*?(\d{3,6})\s*$")
_MEMORY = re.compile(r"(\d{1,3}(?:[.,'\u00a0\u202f\u2019 \ufffd\xff]?\d{3})*)\s*(?:MB|Mo|Mt)\b")
_LOCAL_TIME = Gap(reason=GapReason.NOT_TOLD, text="is told in local time only, without a zone")


def read_identity(replies: JsonReplies) -> Part:
    """Return name, maker, model and serial number; the maker of the firmware is not the machine's maker."""
    needed(replies, SYSTEMINFO, SYSTEM, BIOS)
    info, system, bios = _info(replies), _record(replies, SYSTEM), _record(replies, BIOS)

    def joined() -> bool | None:
        return True if number(system, "ProductType") == CONTROLLER else member_of_domain(info.get("configuration"))

    return told(
        Identity,
        {
            "name": lambda: info.get("name") or shown(system, "CSName"),
            "vendor": lambda: _meant(info.get("manufacturer")),
            "model": lambda: _meant(info.get("model")),
            "serial": lambda: _meant(shown(bios, "SerialNumber")),
            "domain_joined": joined,
            "form": lambda: _form(info.get("model"), shown(bios, "Version")),
        },
    )


def read_os(replies: JsonReplies) -> Part:
    """Return product, version and build; a start is told with its zone by Win32_OperatingSystem alone."""
    needed(replies, SYSTEM, SYSTEMINFO)
    info, system = _info(replies), _record(replies, SYSTEM)
    told_version = _version(info.get("version"))

    def booted() -> object:
        at = moment_of(system, "LastBootUpTime")
        if at is None:
            return _LOCAL_TIME if "booted" in info else None
        return at.replace(second=0, microsecond=0)

    return told(
        Os,
        {
            "family": lambda: "windows",
            "product": lambda: shown(system, "Caption") or info.get("product"),
            "version": lambda: shown(system, "Version") or told_version,
            "build": lambda: shown(system, "BuildNumber") or (told_version or "").rpartition(".")[2] or None,
            "booted_at": booted,
        },
    )


def read_firmware(replies: JsonReplies) -> Part:
    """Return version and maker of the board's firmware."""
    bios = only_record(needed(replies, BIOS))
    return told(
        Firmware,
        {"product": lambda: _meant(shown(bios, "Manufacturer")), "version": lambda: shown(bios, "SMBIOSBIOSVersion")},
    )


def read_hardware(replies: JsonReplies) -> Part:
    """Return the memory that Windows can use."""
    needed(replies, SYSTEM, SYSTEMINFO)
    kib = number(_record(replies, SYSTEM), "TotalVisibleMemorySize")
    return told(Hardware, {"memory_bytes": lambda: kib * KIB if kib else _memory(_info(replies).get("memory"))})


def read_load(replies: JsonReplies) -> Part:
    """Return the use of the memory in percent."""
    system = only_record(needed(replies, SYSTEM))
    total, free = number(system, "TotalVisibleMemorySize"), number(system, "FreePhysicalMemory")
    if not total or free is None:
        return told(Load, {"memory_available_percent": lambda: None})
    return told(
        Load,
        {
            "memory_available_percent": lambda: amount(free, 100 / total, highest=100),
            "memory_used_percent": lambda: amount(total - free, 100 / total, highest=100),
        },
    )


def read_roles(replies: JsonReplies) -> Part | None:
    """Return that a machine is a domain controller; these outputs tell of no other role."""
    needed(replies, SYSTEM, net_accounts.LOCAL, net_accounts.DOMAIN, SYSTEMINFO)
    role = _account_role(replies)
    if role == "primary":
        return Part(("domain-controller", "pdc-emulator"), complete=False)
    if role == "backup" or number(_record(replies, SYSTEM), "ProductType") == CONTROLLER:
        return Part(("domain-controller",), complete=False)
    return None


def device_class(replies: JsonReplies) -> str | None:
    """Return 'windows server' or 'windows workstation', None where nothing given tells it."""
    kind = _CLASSES.get(number(_record(replies, SYSTEM), "ProductType") or 0)
    product = _info(replies).get("product") or ""
    if kind is None and product:
        kind = "windows server" if " Server " in f"{product} " else "windows workstation"
    return kind or _ROLE_CLASSES.get(_account_role(replies) or "")


def marks(replies: JsonReplies) -> Marks:
    """Return the serial number of the firmware."""
    return Marks(serial=shown(_record(replies, BIOS), "SerialNumber"))


def _account_role(replies: JsonReplies) -> str | None:
    text = given(replies, net_accounts.LOCAL, net_accounts.DOMAIN)
    if text is None:
        return None
    try:
        return net_accounts.role_of(text)
    except UnexpectedReply:
        return None


def _info(replies: JsonReplies) -> Mapping[str, str]:
    text = given(replies, SYSTEMINFO)
    return rows_of(text) if text is not None else {}


def _record(replies: JsonReplies, question: str) -> Record:
    text = given(replies, question)
    return only_record(text) if text is not None else {}


def _version(text: str | None) -> str | None:
    """Return '10.0.17763' of '10.0.17763 N/A Build 17763', whose last number must be the version's own build."""
    if text is None:
        return None
    found = _VERSION.match(text)
    if found is None or found[2] != found[3]:
        raise UnexpectedReply(f"is told as {text!r:.60}, which is no version")
    return found[1]


def _memory(text: str | None) -> int | None:
    if text is None:
        return None
    found = _MEMORY.match(text)
    if found is None:
        raise UnexpectedReply(f"is told as {text!r:.40}, which is no amount of memory")
    return int(re.sub(r"\D", "", found[1])) * MIB


def _meant(text: str | None) -> str | None:
    return None if text is None or is_junk(text) else text


def _form(model: str | None, version: str | None) -> str | None:
    """Return 'virtual' for a hypervisor's model or firmware; otherwise nothing is known."""
    virtual = any(word in (model or "").casefold() for word in VIRTUAL_MODELS)
    return "virtual" if virtual or (version or "").startswith("VRTUAL") else None
