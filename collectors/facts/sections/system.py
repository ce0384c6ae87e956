"""What a device is, what it runs and what it is made of."""

from datetime import date
from typing import Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Span, Text, Version


class Identity(Section):
    """every driver"""

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
    """winrm, ssh linux, snmp host (product, booted), esxi ssh; support dates from the lifecycle data"""

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
    """firewall, switch, access point, ups card, printer, nas, out-of-band card; dates as lifecycle data decide"""

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
    """snmp (entity MIB, vendor), ssh: management card, boot loader, controller, battery pack, remote console"""

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
    """snmp (entity, vendor MIBs), winrm, redfish"""

    memory_bytes: int | None = None
    tpm_version: Version | None = None


class Load(Section):
    """snmp, winrm, ssh, local"""

    cpu_percent: float | None = None
    memory_used_percent: float | None = None
    memory_available_percent: float | None = None
