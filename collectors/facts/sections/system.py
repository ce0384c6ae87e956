"""What a device is, what it runs and what it is made of."""

from datetime import date
from typing import ClassVar, Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Span, Text, Version


class Identity(Section):
    """Which device it is: make, serial number, name, place.

    From: every driver.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("warranty_until_on", "warranty_on_file"),)

    vendor: Text | None = None
    model: Text | None = None
    serial: Text | None = None
    hardware_revision: Text | None = None
    sys_object_id: Text | None = None
    name: Text | None = None
    location: Text | None = None
    contact: Text | None = None
    form: Literal["server", "desktop", "laptop", "virtual", "appliance"] | None = None
    domain_joined: bool | None = None
    manufactured_on: date | None = None
    warranty_until_on: date | None = None
    warranty_on_file: bool | None = None
    support_until_on: date | None = None
    managed: bool | None = None
    dns_forward_matches: bool | None = None
    dns_reverse_matches: bool | None = None


class Os(Section):
    """The operating system and its version; support dates come from the lifecycle data.

    From: winrm, ssh linux, snmp host (product, start), esxi ssh.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("product", "version", "build", "revision", "kernel", "supported_until_on", "extended_support_until_on"),
    )

    family: Literal["windows", "linux", "macos", "esxi", "other"] | None = None
    product: Text | None = None
    version: Version | None = None
    build: Text | None = None
    revision: int | None = None
    kernel: Text | None = None
    licence: Literal["licensed", "grace", "evaluation", "unlicensed"] | None = None
    booted_at: Instant | Never | None = None
    supported_until_on: date | None = None
    extended_support_until_on: date | None = None
    crash_dump: Literal["none", "complete", "kernel", "small", "automatic"] | None = None
    crash_restart: bool | None = None
    dotnet_release: int | None = None


class Firmware(Section):
    """The firmware of a device that is one with it; dates as the device or the lifecycle data decide.

    From: firewall, switch, access point, ups card, printer, nas, out-of-band card.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (
        (
            "product",
            "version",
            "released",
            "cycle",
            "cycle_supported_until_on",
            "newer_waiting",
            "newer_release",
            "newer_available_since_on",
            "known_as_of_on",
        ),
    )

    product: Text | None = None
    version: Version | None = None
    released: Span | None = None
    cycle: Text | None = None
    cycle_supported_until_on: date | None = None
    newer_waiting: bool | None = None
    newer_release: Text | None = None
    newer_available_since_on: date | None = None
    known_as_of_on: date | None = None
    update_available: bool | None = None
    secure_boot: bool | None = None
    boot_mode: Literal["uefi", "bios"] | None = None
    bios_released_on: date | None = None


class Component(Item):
    """A part with a version or serial number of its own: management card, boot loader, battery pack.

    From: snmp (entity MIB, vendor), ssh.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("model", "version", "released"),)

    name: Text
    kind: (
        Literal["management-card", "boot", "controller", "battery", "fan", "module", "remote-console", "other"] | None
    ) = None
    model: Text | None = None
    serial: Text | None = None
    version: Version | None = None
    released: Span | None = None
    hardware_revision: Text | None = None
    made_on: date | None = None
    address: Text | None = None
    default_credentials: bool | None = None


class Hardware(Section):
    """What the machine is fitted with.

    From: snmp (entity MIB, vendor MIBs), winrm, redfish.
    """

    memory_bytes: int | None = None
    tpm_version: Version | None = None


class Load(Section):
    """How busy processor and memory are.

    From: snmp, winrm, ssh, local.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("memory_used_percent", "memory_available_percent"),)
    VOLATILE: ClassVar[frozenset[str]] = frozenset({"cpu_percent", "memory_used_percent", "memory_available_percent"})

    cpu_percent: float | None = None
    memory_used_percent: float | None = None
    memory_available_percent: float | None = None
