"""Where the facts of snmp/facts.csv stand in our facts, and how both are compared."""

from collections.abc import Callable, Mapping
from datetime import datetime

from collectors.facts.facts import Facts
from tests.corpus import compare
from tests.corpus.fields import OBSERVED_AT, field, first, listed
from tests.corpus.outcome import Place

UPTIME_SLACK_S = 120  # told to the minute, and two clocks
OUTPUTS = {"on_line": "normal", "normal": "normal", "bypass": "bypass", "on_battery": "battery"}
NOWHERE = {
    "image": "the facts hold product and version; no standard asks for the feature set",
    "nas_system_status": "the facts hold the state of each disk, volume, fan and power supply instead of their sum",
}
"""Facts that have no place, with the reason."""


def _ethernet(*, up: bool) -> Callable[[Facts], object]:
    def find(facts: Facts) -> object:
        if facts.interfaces is None:
            return None
        found = tuple(port for port in facts.interfaces if port.kind == "ethernet")
        return tuple(port for port in found if port.up) if up else found

    return find


def _load(facts: Facts) -> object:
    """Return the highest load of the phases, as the sheet has it."""
    loads = [phase.load_percent for phase in facts.phases or () if phase.load_percent is not None]
    return max(loads) if loads else None


def _with_release(part: int) -> compare.Same:
    """Return a comparison with the version ('5.20.99') or the release ('2222P08') of Comware, which we keep in one."""

    def same(expected: str, found: object) -> bool:
        return compare.text(expected, found) or str(found).split(", Release ")[part:][:1] == [expected]

    return same


def _ha_state(facts: Facts) -> object:
    told = facts.ha
    return None if told is None else told.state or told.mode


def _stands_alone(expected: str, found: object) -> bool:
    """Return whether a state is that of a device without a partner, and our mode says so."""
    return any(word in expected for word in ("disabled", "inactive")) and found == "none"


def _moment(expected: str, found: object) -> bool:
    return isinstance(found, datetime) and f"{found:%Y/%m/%d %H:%M:%S}" == expected


def _free(name: str) -> Callable[[Facts], object]:
    """Return the reading of a volume's free share; a drive is known by its letter, a datastore without its folder."""

    def find(facts: Facts) -> object:
        names = {name, name[:2]}
        for volume in facts.volumes or ():
            if volume.name.rstrip("\\") in names:
                return volume.free_percent
        store = name.removeprefix("/vmfs/volumes/")  # the sheet cuts long names
        return next((one.free_percent for one in facts.datastores or () if one.name.startswith(store)), None)

    return find


def _nth(section: str, field_name: str, place: int) -> Callable[[Facts], object]:
    def find(facts: Facts) -> object:
        items = getattr(facts, section) or ()
        return getattr(items[place - 1], field_name) if len(items) >= place else None

    return find


def _uptime_s(facts: Facts) -> object:
    booted_at = facts.os.booted_at if facts.os else None
    return (OBSERVED_AT - booted_at).total_seconds() if isinstance(booted_at, datetime) else None


def _one_clock(facts: Facts) -> str | None:
    """Return why the last start is left open: a counter of 497 days needs a second clock that agrees."""
    gap = facts.gaps.get("os.booted_at")
    return gap.text if gap and gap.text.startswith("is not certain") else None


def _place(path: str, same: compare.Same = compare.text, find: Callable[[Facts], object] | None = None) -> Place:
    return Place(path, find or field(path), same)


_CARD = {"kind": "management-card"}
CLOCKS = {
    name: Place("os.booted_at", _uptime_s, compare.number(UPTIME_SLACK_S), _one_clock)
    for name in ("uptime_seconds", "engine_time_seconds")
}
PLACES: Mapping[str, Place] = {
    "vendor": _place("identity.vendor", compare.holds),
    "manufacturer_reported": _place("identity.vendor", compare.holds),
    "sys_object_id": _place("identity.sys_object_id"),
    "sys_name": _place("identity.name"),
    "location": _place("identity.location"),
    "model": _place("identity.model"),
    "serial": _place("identity.serial"),
    "hardware_revision": _place(
        "identity.hardware_revision",
        find=lambda facts: (
            field("identity.hardware_revision")(facts) or listed("components", "hardware_revision")(facts)
        ),
    ),
    "firmware": _place("firmware.version"),
    "os_version": _place("firmware.version", _with_release(0), first("firmware.version", "os.version")),
    "os_release": _place("firmware.version", _with_release(1)),
    "base_os_version": _place("os.version", find=first("os.version", "os.kernel")),
    "os_build": _place("os.build"),
    "os_name": _place("os.product", compare.holds),
    "kernel_version": _place("os.kernel"),
    "cpu_percent": _place("load.cpu_percent", compare.number(0.5)),
    "memory_percent": _place("load.memory_used_percent", compare.number(0.5)),
    "ethernet_interfaces": _place("interfaces", compare.length, _ethernet(up=False)),
    "ethernet_up": _place("interfaces", compare.length, _ethernet(up=True)),
    "ups_runtime_minutes": _place("ups.runtime_s", compare.number(60, scale=60)),
    "ups_runtime_seconds_mge": _place("ups.runtime_s", compare.number(60)),
    "ups_charge_percent": _place("ups.charge_percent", compare.number(0.5)),
    "ups_load_percent": _place("phases", compare.number(0.5), _load),
    "ups_battery_temperature_c": _place("ups.battery_celsius", compare.number(0.5)),
    "ups_battery_status": _place("ups.battery"),
    "ups_battery_replace_needed": _place("ups.battery_replace_due", compare.yes_or_no),
    "ups_battery_last_replaced": _place("ups.battery_installed_on"),
    "ups_battery_recommended_replace": _place("ups.replace_recommended_on"),
    "ups_bad_battery_packs": _place("ups.bad_battery_packs_count", compare.number(0)),
    "ups_seconds_on_battery": _place("ups.on_battery_s", compare.number(0)),
    "ups_output_status": _place("ups.output", compare.word(OUTPUTS)),
    "ups_last_test_result": _place("ups.self_test"),
    "ups_alarms_present": _place("ups.alarms", compare.length),
    "nmc_model": _place("components", find=listed("components", "model", **_CARD)),
    "nmc_serial": _place("components", find=listed("components", "serial", **_CARD)),
    "nmc_firmware": _place("components", compare.holds, listed("components", "version", **_CARD)),
    "nmc_app_version": _place("components", find=listed("components", "version", **_CARD)),
    "nmc_os_version": _place("components", find=listed("components", "version", name="network card system")),
    "nmc_manufacture_date": _place("components", find=listed("components", "made_on", **_CARD)),
    "rom_version": _place("components", find=listed("components", "version", kind="boot")),
    "boot_version": _place("components", find=listed("components", "version", kind="boot")),
    "bmc_firmware": _place("firmware.version"),
    "ha_started": _place("ha.mode", lambda expected, found: (expected == "no") is (found == "none")),
    "ha_mode": _place("ha.mode", lambda expected, found: (expected == "disabled") is (found == "none")),
    "ha_state": _place("ha.state", find=_ha_state, same=_stands_alone),
    "ha_peer_state": _place("ha.peer_online"),
    "app_signature_version": _place("signatures", find=listed("signatures", "version", name="applications")),
    "av_signature_version": _place("signatures", find=listed("signatures", "version", name="antivirus")),
    "threat_signature_version": _place("signatures", find=listed("signatures", "version", name="threats")),
    "app_release_date": _place("signatures", _moment, listed("signatures", "updated_at", name="applications")),
    "av_release_date": _place("signatures", _moment, listed("signatures", "updated_at", name="antivirus")),
    "threat_release_date": _place("signatures", _moment, listed("signatures", "updated_at", name="threats")),
    "access_points": _place("access_points", compare.length, lambda facts: facts.access_points),
    "nas_upgrade_available": _place(
        "firmware.update_available", lambda expected, found: (expected == "available") is found
    ),
    "page_count": _place("printers", compare.number(0), listed("printers", "pages_count")),
}


def place_of(name: str) -> Place | None:
    """Return the place of a fact, also of one that the sheet numbers or names by its object; None without one."""
    kind, _, of = name.partition(":")
    if kind == "disk_free_percent":
        return _place("volumes", compare.number(0.1), _free(of))
    if name.startswith("supply_"):
        return _place("supplies", compare.number(0.5), _nth("supplies", "left_percent", int(name.rpartition(".")[2])))
    if name.startswith("nas_raid_status_"):
        place = int(name.rpartition("_")[2]) + 1
        return _place(
            "raid", compare.word({"1": "optimal", "11": "degraded", "12": "failed"}), _nth("raid", "state", place)
        )
    return PLACES.get(name) or CLOCKS.get(name)
