"""Settings in the registry: logons, hardening, TLS, session limits, LAPS, forwarding of events.

A value that is there counts; without one Windows' own default does, where `platform_defaults` states it for the build.
"""

import re

from collectors.driver import Part
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.accounts import Authentication, Laps
from collectors.facts.sections.timekeeping import Logging
from collectors.facts.sections.windows import Hardening, RdpLimits, Tls
from collectors.readers.json_shapes import JsonObject, an_object, flag, text, texts, whole
from collectors.readers.windows import platform_defaults as defaults
from collectors.readers.windows.asked import ABSENT, objects, setting
from collectors.replies import JsonReplies, JsonValue
from collectors.told import told, word

PROMPTS = {0: "none", 1: "credentials", 2: "consent", 3: "credentials", 4: "consent", 5: "consent"}
BACKED_UP_TO = {0: "none", 1: "entra", 2: "directory"}  # BackupDirectory of Windows LAPS
ALL_DRIVES = 0xFF  # NoDriveTypeAutoRun: every kind of drive
USB_DISABLED = 4  # Start of the USBSTOR driver
ANY_DWORD = -(2**31)  # a DWORD comes as a signed number
POWERSHELL_2 = "PowerShell-V2"
_BY_ACCOUNT = Gap(reason=GapReason.NOT_TOLD, text="is left to each account")
_PER_USER = Gap(reason=GapReason.NOT_TOLD, text="is set for each user, in a part of the registry that is not read")
_SERVER = re.compile(r"(?:^|,)\s*Server=https?://([^:/,]+)", re.IGNORECASE)


def build_of(block: JsonObject) -> int:
    """Return the build number that goes with the settings, 0 when it is not told."""
    build = text(block.get("build")) or ""
    return int(build) if build.isascii() and build.isdecimal() and len(build) <= 6 else 0


def read_authentication(replies: JsonReplies) -> Part:
    """Return how Windows proves who logs on."""
    block = an_object(replies, "authentication")
    build = build_of(block)

    def hash_stored() -> bool | None:
        refused = setting(block, "no_lm_hash", flag, defaults.NO_LM_HASH)
        return None if refused is None else not refused

    return told(
        Authentication,
        {
            "lm_level": lambda: setting(block, "lm_level", whole, defaults.LM_COMPATIBILITY_LEVEL),
            "lm_hash_stored": hash_stored,
            "anonymous_sam_restricted": lambda: setting(block, "restrict_sam", flag, defaults.RESTRICT_ANONYMOUS_SAM),
            "anonymous_restriction": lambda: setting(block, "restrict", whole, defaults.RESTRICT_ANONYMOUS),
            "everyone_includes_anonymous": lambda: setting(
                block, "everyone_anonymous", flag, defaults.EVERYONE_INCLUDES_ANONYMOUS
            ),
            "lsa_protected": lambda: setting(block, "run_as_ppl", _above_zero, defaults.lsa_protected(build)),
            "wdigest_cleartext": lambda: setting(block, "wdigest", flag, defaults.wdigest_cleartext(build)),
            "auto_logon": lambda: setting(block, "auto_logon", _is_one, False),
            "default_password_stored": lambda: flag(block.get("password_stored")),
            "logon_banner_set": lambda: _above_zero(block.get("banner_characters")),
        },
    )


def _above_zero(value: JsonValue) -> bool | None:
    number = whole(value)
    return None if number is None else number > 0


def _is_one(value: JsonValue) -> bool | None:
    """Return whether a text is '1': Winlogon keeps its switches as texts."""
    return value.strip() == "1" if isinstance(value, str) else None


def read_hardening(replies: JsonReplies) -> Part:
    """Return settings that narrow what an attacker can use; those of each user are not read."""
    block = an_object(replies, "hardening")

    def inactivity() -> int | str | None:
        seconds = setting(block, "inactivity_s", whole, 0)
        return "unlimited" if seconds == 0 else seconds

    def autorun_off() -> bool | None:
        mask = setting(block, "autorun_mask", _dword, 0)
        return None if mask is None else mask & ALL_DRIVES == ALL_DRIVES

    return told(
        Hardening,
        {
            "llmnr_enabled": lambda: setting(block, "multicast", flag, defaults.MULTICAST_NAMES),
            "uac_enabled": lambda: setting(block, "uac", flag, defaults.ENABLE_LUA),
            "uac_admin_prompt": lambda: word(
                setting(block, "admin_prompt", whole, defaults.ADMIN_PROMPT), PROMPTS, "prompt"
            ),
            "autorun_off": autorun_off,
            "inactivity_s": inactivity,
            "powershell_version": lambda: text(an_object(replies, "startup").get("powershell")),
            "powershell_v2_installed": lambda: _feature(replies, POWERSHELL_2),
            "scriptblock_logging": lambda: setting(block, "scriptblock_logging", flag, False),
            "macros_from_internet_blocked": lambda: _PER_USER,
            "usb_storage": lambda: _usb_storage(block),
            "strong_dotnet_tls": lambda: _all_on(block.get("strong_crypto")),
        },
    )


def _dword(value: JsonValue) -> int | None:
    return whole(value, ANY_DWORD)


def _usb_storage(block: JsonObject) -> str | None:
    """Return what may be done with a memory stick: by its driver's start, else by the policies for removable disks."""
    start = setting(block, "usb_start", whole, 0)
    keys = ("all_storage_denied", "disk_read_denied", "disk_write_denied")
    everything, reading, writing = (setting(block, key, flag, False) for key in keys)
    if start == USB_DISABLED or everything or reading:
        return "deny"
    if None in {start, everything, reading, writing}:
        return None
    return "read-only" if writing else "allow"


def _all_on(values: JsonValue) -> bool | None:
    """Return whether all four values are there and switched on; one that is not told leaves it open."""
    if not isinstance(values, list) or len(values) != 4 or None in values:
        return None
    return all(value == 1 for value in values)


def _feature(replies: JsonReplies, name: str) -> bool | None:
    names = texts(replies["features"])
    return None if names is None else name in names


def read_tls(replies: JsonReplies) -> Part:
    """Return the protocols that Schannel offers as a server; one whose default is not certain leaves all open."""
    block = an_object(replies, "tls")
    usual = defaults.tls_versions(build_of(block))
    states: dict[str, bool | None] = {}
    for row in objects(block.get("protocols"), "protocols"):
        name = text(row.get("name")) or ""
        states[name] = setting(row, "enabled", _switched_on, _unless_off(row, usual.get(name)))
    unsure = [name for name in usual if states.get(name) is None]
    if unsure:
        differs = Gap(reason=GapReason.NOT_TOLD, text=f"is not stated for {', '.join(unsure)}, and builds differ")
        return told(Tls, {"enabled_protocols": lambda: differs})
    return told(Tls, {"enabled_protocols": lambda: tuple(name.replace(" ", "") for name in usual if states[name])})


def _switched_on(value: JsonValue) -> bool | None:
    number = _dword(value)
    return None if number is None else number != 0


def _unless_off(row: JsonObject, usual: bool | None) -> bool | None:
    """Return what holds without 'Enabled': off when switched off by default, else what the build does."""
    off = setting(row, "off_by_default", _switched_on, False)
    return None if off is None else False if off else usual


def read_rdp_limits(replies: JsonReplies) -> Part:
    """Return how long an idle or cut-off session may stand: by policy, else the listener, else each account."""
    block = an_object(replies, "rdp-limits")

    def limit(kind: str) -> int | str | Gap | None:
        ms = block.get(f"policy_{kind}_ms")
        if ms == ABSENT:
            by_account = setting(block, f"{kind}_by_account", flag, True)
            if by_account is not False:
                return _BY_ACCOUNT if by_account else None
            ms = block.get(f"{kind}_ms")
        length = whole(ms) if ms != ABSENT else None
        return "unlimited" if length == defaults.RDP_SESSION_NEVER else None if length is None else length // 1000

    return told(
        RdpLimits,
        {"max_idle_s": lambda: limit("idle"), "max_disconnected_s": lambda: limit("disconnected")},
    )


def read_laps(replies: JsonReplies) -> Part:
    """Return where the administrator's password is kept: management before group policy before local setting."""
    block = an_object(replies, "laps")
    places = objects(block.get("places"), "places")
    ruling = next((place for place in places if place.get("directory") != ABSENT), None)
    legacy = setting(block, "legacy", flag, False)

    def kept() -> str | Gap | None:
        if ruling is not None:
            return word(whole(ruling.get("directory")), BACKED_UP_TO, "place")
        return None if legacy is None else "directory" if legacy else "none"

    def account() -> str | None:
        return setting(block, "legacy_account", text) if ruling is None else setting(ruling, "account", text)

    tellers = {"backed_up_to": kept, "password_expires_at": lambda: NOT_TOLD, "account": account}
    if kept() == "none":
        tellers = {"backed_up_to": kept}
    return told(Laps, tellers)


def read_logging(replies: JsonReplies) -> Part:
    """Return the collectors that events are forwarded to; without one another program may still send them."""
    hosts = [found[1] for entry in texts(replies["forwarding"]) or () if (found := _SERVER.search(entry))]
    return told(Logging, {"remote_hosts": lambda: tuple(dict.fromkeys(hosts)) or None})
