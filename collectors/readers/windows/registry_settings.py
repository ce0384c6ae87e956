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
from collectors.readers.windows.asked import objects
from collectors.replies import JsonReplies
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


def _or(value: bool | int | None, default: bool | int | None) -> bool | int | None:
    return default if value is None else value


def read_authentication(replies: JsonReplies) -> Part:
    """Return how Windows proves who logs on."""
    block = an_object(replies, "authentication")
    build = build_of(block)

    def hash_stored() -> bool:
        return not _or(flag(block.get("no_lm_hash")), defaults.NO_LM_HASH)

    def protected() -> bool | None:
        level = whole(block.get("run_as_ppl"))
        return defaults.lsa_protected(build) if level is None else level > 0

    return told(
        Authentication,
        {
            "lm_level": lambda: _or(whole(block.get("lm_level")), defaults.LM_COMPATIBILITY_LEVEL),
            "lm_hash_stored": hash_stored,
            "anonymous_sam_restricted": lambda: _or(flag(block.get("restrict_sam")), defaults.RESTRICT_ANONYMOUS_SAM),
            "anonymous_restriction": lambda: _or(whole(block.get("restrict")), defaults.RESTRICT_ANONYMOUS),
            "everyone_includes_anonymous": lambda: _or(
                flag(block.get("everyone_anonymous")), defaults.EVERYONE_INCLUDES_ANONYMOUS
            ),
            "lsa_protected": protected,
            "wdigest_cleartext": lambda: _or(flag(block.get("wdigest")), defaults.wdigest_cleartext(build)),
            "auto_logon": lambda: text(block.get("auto_logon")) == "1",
            "default_password_stored": lambda: flag(block.get("password_stored")),
            "logon_banner_set": lambda: _positive(whole(block.get("banner_characters"))),
        },
    )


def _positive(count: int | None) -> bool | None:
    return None if count is None else count > 0


def read_hardening(replies: JsonReplies) -> Part:
    """Return settings that narrow what an attacker can use; those of each user are not read."""
    block = an_object(replies, "hardening")

    def inactivity() -> int | str:
        return whole(block.get("inactivity_s")) or "unlimited"

    def usb() -> str:
        if whole(block.get("usb_start")) == USB_DISABLED or flag(block.get("all_storage_denied")):
            return "deny"
        if flag(block.get("disk_read_denied")):
            return "deny"
        return "read-only" if flag(block.get("disk_write_denied")) else "allow"

    def strong() -> bool | None:
        values = block.get("strong_crypto")
        return all(value == 1 for value in values) if isinstance(values, list) and len(values) == 4 else None

    return told(
        Hardening,
        {
            "llmnr_enabled": lambda: _or(flag(block.get("multicast")), defaults.MULTICAST_NAMES),
            "uac_enabled": lambda: _or(flag(block.get("uac")), defaults.ENABLE_LUA),
            "uac_admin_prompt": lambda: word(
                _or(whole(block.get("admin_prompt")), defaults.ADMIN_PROMPT), PROMPTS, "prompt"
            ),
            "autorun_off": lambda: (whole(block.get("autorun_mask"), ANY_DWORD) or 0) & ALL_DRIVES == ALL_DRIVES,
            "inactivity_s": inactivity,
            "powershell_version": lambda: text(an_object(replies, "startup").get("powershell")),
            "powershell_v2_installed": lambda: _feature(replies, POWERSHELL_2),
            "scriptblock_logging": lambda: flag(block.get("scriptblock_logging")) or False,
            "macros_from_internet_blocked": lambda: _PER_USER,
            "usb_storage": usb,
            "strong_dotnet_tls": strong,
        },
    )


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
        enabled, off = whole(row.get("enabled"), ANY_DWORD), whole(row.get("off_by_default"), ANY_DWORD)
        if enabled is not None:
            states[name] = enabled != 0
        else:
            states[name] = False if off else usual.get(name)
    unsure = [name for name in usual if states.get(name) is None]
    if unsure:
        stated = Gap(reason=GapReason.NOT_TOLD, text=f"is not stated for {', '.join(unsure)}, and builds differ")
        return told(Tls, {"enabled_protocols": lambda: stated})
    return told(Tls, {"enabled_protocols": lambda: tuple(name for name in usual if states[name])})


def read_rdp_limits(replies: JsonReplies) -> Part:
    """Return how long an idle or cut-off session may stand: by policy, else the listener, else each account."""
    block = an_object(replies, "rdp-limits")

    def limit(kind: str) -> int | str | Gap | None:
        ms = whole(block.get(f"policy_{kind}_ms"))
        if ms is None and flag(block.get(f"{kind}_by_account")) is False:
            ms = whole(block.get(f"{kind}_ms"))
        if ms is None:
            return _BY_ACCOUNT
        return "unlimited" if ms == defaults.RDP_SESSION_NEVER else ms // 1000

    return told(
        RdpLimits,
        {"max_idle_s": lambda: limit("idle"), "max_disconnected_s": lambda: limit("disconnected")},
    )


def read_laps(replies: JsonReplies) -> Part:
    """Return where the administrator's password is kept: management before group policy before local setting."""
    block = an_object(replies, "laps")
    places = objects(block.get("places"), "places")
    ruling = next((place for place in places if whole(place.get("directory")) is not None), None)
    legacy = flag(block.get("legacy"))

    def kept() -> str | Gap | None:
        if ruling is not None:
            return word(whole(ruling.get("directory")), BACKED_UP_TO, "place")
        return "directory" if legacy else "none"

    def account() -> str | None:
        return text(ruling.get("account") if ruling is not None else block.get("legacy_account"))

    tellers = {"backed_up_to": kept, "password_expires_at": lambda: NOT_TOLD, "account": account}
    if kept() == "none":
        tellers = {"backed_up_to": kept}
    return told(Laps, tellers)


def read_logging(replies: JsonReplies) -> Part:
    """Return the collectors that events are forwarded to; without one another program may still send them."""
    hosts = [found[1] for entry in texts(replies["forwarding"]) or () if (found := _SERVER.search(entry))]
    return told(Logging, {"remote_hosts": lambda: tuple(dict.fromkeys(hosts)) or None})
