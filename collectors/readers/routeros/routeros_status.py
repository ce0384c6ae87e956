"""What a MikroTik device says of itself: identity, release, uptime, load, interfaces, accounts."""

import re
from datetime import datetime

from collectors.driver import Part
from collectors.errors import CollectError
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.marks import is_junk
from collectors.facts.sections.accounts import Account
from collectors.facts.sections.network import Interface
from collectors.facts.sections.system import Component, Firmware, Identity, Load, Os
from collectors.readers import dates
from collectors.readers.routeros import routeros_words
from collectors.readers.routeros.routeros_text import Menus, exported_version, release_of
from collectors.told import told

RESOURCE, BOARD, NAME = "/system resource", "/system routerboard", "/system identity"
UPDATE, INTERFACES, USERS = "/system package update", "/interface", "/user"
KINDS = {"ether": "ethernet", "vlan": "vlan", "bond": "lag", "loopback": "loopback"}
FULL_GROUP = "full"
GROUPS = {FULL_GROUP: True, "read": False, "write": False}  # factory groups: write has no right over users (policy)
_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_SIZES = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
_NOT_EXPORTED = Gap(reason=GapReason.NOT_TOLD, text="is not part of an export")


def read_identity(menus: Menus) -> Part:
    """Return name, model and serial number; a virtual router has a board name only."""
    return told(
        Identity,
        {
            "vendor": lambda: "MikroTik",
            "name": lambda: menus.one(NAME).text("name") or ("MikroTik" if menus.exported else None),  # the default
            "model": lambda: board_of(menus),
            "serial": lambda: serial_of(menus),
        },
    )


def board_of(menus: Menus) -> str | None:
    """Return the board's model, else the name that the system gives it."""
    if menus.exported:
        return _header(menus, "model")
    board = menus.one(BOARD)
    return board.text("model") or (None if board.on("routerboard") else menus.one(RESOURCE).text("board-name"))


def class_of(menus: Menus) -> str | None:
    """Return the device's class, by whichever name of the board can be read; raises NoReply when none can."""
    try:
        model = board_of(menus)
    except CollectError:
        model = None
    return routeros_words.device_class(model or (None if menus.exported else menus.one(RESOURCE).text("board-name")))


def serial_of(menus: Menus) -> str | None:
    """Return the serial number, None for a filler."""
    serial = _header(menus, "serial number") if menus.exported else menus.one(BOARD).text("serial-number")
    return None if serial is None or is_junk(serial) else serial


def _header(menus: Menus, name: str) -> str | None:
    found = re.search(rf"^# {name} = (.+?)\s*$", menus.head(), re.MULTILINE)
    return found[1] if found else None


def read_firmware(menus: Menus) -> Part:
    """Return release and build time, and whether the device itself has seen a newer one."""
    if menus.exported:
        return told(Firmware, {"product": lambda: "routeros", "version": lambda: exported_version(menus.head())})
    resource = menus.one(RESOURCE)
    return told(
        Firmware,
        {
            "product": lambda: "routeros",
            "version": lambda: release_of(resource.text("version")),
            "released": lambda: routeros_words.released(resource.text("build-time")),
            "update_available": lambda: _newer(menus),
        },
    )


def _newer(menus: Menus) -> bool | None:
    """Return whether the last check found a newer release; None where none was made."""
    update = menus.one(UPDATE)
    installed, latest = update.text("installed-version"), update.text("latest-version")
    return None if installed is None or latest is None else installed != latest


def read_components(menus: Menus) -> Part | None:
    """Return the boot loader, which is updated on its own; a virtual router has none."""
    if menus.exported:
        return None
    version = menus.one(BOARD).text("current-firmware")
    return Part((Component(name="RouterBOOT", kind="boot", version=version),)) if version else None


def read_os(menus: Menus) -> Part | None:
    """Return the last start: the uptime is told to the second, and does not begin again."""
    if menus.exported:
        return None
    text = menus.one(RESOURCE).text("uptime") or ""

    def booted_at() -> datetime | None:
        parts = re.findall(r"(\d{1,9})([wdhms])", text)
        if not parts:
            return None
        return dates.ago(sum(int(count) * _UNITS[unit] for count, unit in parts), menus.replies.observed_at)

    return told(Os, {"booted_at": booted_at})


def read_load(menus: Menus) -> Part | None:
    """Return processor and memory use in percent."""
    if menus.exported:
        return None
    resource = menus.one(RESOURCE)
    used = re.fullmatch(r"(\d{1,3})%", resource.text("cpu-load") or "")
    free, total = _size(resource.text("free-memory")), _size(resource.text("total-memory"))
    return told(
        Load,
        {
            "cpu_percent": lambda: float(used[1]) if used and int(used[1]) <= 100 else None,
            "memory_used_percent": lambda: (
                round(100 * (1 - free / total), 6) if free is not None and total and free <= total else None
            ),
        },
    )


def _size(text: str | None) -> float | None:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(B|[KMG]iB)", text or "")
    return float(found[1]) * _SIZES[found[2]] if found else None


def read_interfaces(menus: Menus) -> Part | None:
    """Return the interfaces; a disabled one has no link to speak of."""
    if menus.exported:
        return None
    found: dict[str, Interface] = {}
    for entry in menus.many(INTERFACES):
        name, kind = entry.text("name"), entry.text("type")
        if name is None:
            continue
        found[name] = Interface.model_validate(
            {
                "name": name,
                "kind": None if kind is None else KINDS.get(kind, "other"),
                "description": entry.comment,
                "enabled": entry.enabled,
                "up": "R" in entry.flags,
            }
        )
    return Part(tuple(found.values()) or None)


def read_admins(menus: Menus) -> Part:
    """Return the accounts with their group's right and the addresses that they may come from."""
    if menus.exported:
        return Part(None, {"": _NOT_EXPORTED})
    admins, gaps = [], {}
    for entry in menus.many(USERS):
        name = entry.text("name")
        if name is None:
            continue
        admin = GROUPS.get(entry.text("group") or "")
        if admin is None:
            gaps[f"[{name}].admin"] = Gap(reason=GapReason.NOT_TOLD, text="is given by a group of its own")
        networks = tuple(part for part in (entry.text("address") or "").split(",") if part)
        admins.append(Account(name=name, enabled=entry.enabled, admin=admin, trusted_networks=networks))
    return Part(tuple(admins), gaps) if admins else Part(None, {"": NOT_TOLD})
