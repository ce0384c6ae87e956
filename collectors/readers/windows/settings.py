"""Windows settings: services, firewall, SMB, remote desktop, time, updates, event logs."""

from collectors.driver import Part
from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.patches import Patch
from collectors.facts.sections.timekeeping import EventLog, Time
from collectors.facts.sections.windows import FirewallProfile, Rdp, Service, Smb
from collectors.readers.json_shapes import JsonObject, an_object, flag, name_of, rows, text, texts, whole
from collectors.readers.windows.asked import ABSENT, setting
from collectors.readers.windows.backup import ever
from collectors.readers.windows.clock import Clock, clock_of
from collectors.replies import JsonReplies
from collectors.told import told, word

STATES = {"running": "running", "stopped": "stopped"}  # Win32_Service.State, the same in every language
STARTS = {"auto": "automatic", "manual": "manual", "disabled": "disabled", "boot": "automatic", "system": "automatic"}
PROFILES = {"domain", "private", "public"}  # NetFirewallProfile.Name, the same in every language
INBOUND = {2: "allow", 4: "block"}  # NetSecurity.Action: NotConfigured 0, Allow 2, Block 4
GPO_BOOLEAN = {0: False, 1: True}  # NetSecurity.GpoBoolean: NotConfigured is 2
INSTALLING_OPTIONS = {4, 5}  # AUOptions: 2 tells, 3 fetches, 4 installs at a set time, 5 lets the administrator choose
_BY_ANOTHER_TOOL = Gap(
    reason=GapReason.NOT_TOLD, text="is not told: Windows' own updates are switched off, another tool may bring them"
)
TIME_KINDS = {"NT5DS": "domain", "NTP": "ntp", "NOSYNC": "none"}


def read_services(replies: JsonReplies) -> Part:
    """Return all services; a path is unquoted when it has a space before its program's end and no quotation mark."""
    services = []
    for row in rows(replies, "services"):
        start = (text(row.get("start")) or "").casefold()
        state = text(row.get("state"))
        services.append(
            Service.model_validate(
                {
                    "name": name_of(row, "services"),
                    "state": None if state is None else STATES.get(state.casefold(), "other"),
                    "start": STARTS.get(start),
                    "account": text(row.get("account")),
                    "unquoted_path": _unquoted(text(row.get("path"))),
                }
            )
        )
    return Part(tuple(services))


def _unquoted(path: str | None) -> bool | None:
    if path is None:
        return None
    program = path.casefold().partition(".exe")[0]
    return not path.startswith('"') and " " in program and not path.casefold().startswith("\\systemroot")


def read_firewall(replies: JsonReplies) -> Part:
    """Return the effective firewall profiles (active store); 'not configured' there is a gap, not 'off'."""
    profiles, gaps = [], {}
    for row in rows(replies, "firewall"):
        name = name_of(row, "firewall").casefold()
        if name not in PROFILES:
            raise UnexpectedReply(f"holds the profile {name!r:.40}, which Windows does not have")
        enabled = GPO_BOOLEAN.get(whole(row.get("enabled")) or 0) if row.get("enabled") is not None else None
        inbound = word(whole(row.get("inbound")), INBOUND, "default action")
        profiles.append(
            FirewallProfile.model_validate(
                {"name": name, "enabled": enabled, "inbound": inbound if isinstance(inbound, str) else None}
            )
        )
        if enabled is None:
            gaps[f"[{name}].enabled"] = Gap(reason=GapReason.NOT_TOLD, text="is not configured in the active store")
        if isinstance(inbound, Gap):
            gaps[f"[{name}].inbound"] = inbound
    return Part(tuple(profiles), gaps)


def read_smb(replies: JsonReplies) -> Part:
    """Return whether SMB version 1 is served and signing required."""
    smb = an_object(replies, "smb")
    return told(
        Smb,
        {
            "v1_enabled": lambda: flag(smb.get("v1")),
            "server_signing_required": lambda: flag(smb.get("server_signing")),
            "client_signing_required": lambda: flag(smb.get("client_signing")),
        },
    )


def read_rdp(replies: JsonReplies) -> Part:
    """Return remote desktop's state; a group policy's value comes before the machine's own."""
    rdp = an_object(replies, "rdp")

    def ruling(name: str) -> bool | None:
        own = setting(rdp, name, flag) if rdp.get(f"policy_{name}") == ABSENT else None
        return setting(rdp, f"policy_{name}", flag, own)

    def enabled() -> bool | None:
        deny = ruling("deny")
        return None if deny is None else not deny

    def nla() -> bool | None:
        return ruling("nla")

    return told(Rdp, {"enabled": enabled, "nla_required": nla})


def read_time(replies: JsonReplies) -> Part:
    """Return how the time service is set up, and by the numbers of its state whether it is in step."""
    time = an_object(replies, "time")
    clock = _clock(replies)
    return told(
        Time,
        {
            "kind": lambda: clock if isinstance(clock, Gap) else clock.kind or _time_kind(time),
            "servers": lambda: _servers(time),
            "zone": lambda: text(time.get("zone")),
            "stratum": lambda: clock.stratum if isinstance(clock, Clock) else clock,
            "synchronised": lambda: clock.synchronised if isinstance(clock, Clock) else clock,
            "offset_s": lambda: clock.offset_s if isinstance(clock, Clock) else clock,
        },
    )


def _clock(replies: JsonReplies) -> Clock | Gap:
    try:
        return clock_of(texts(replies["clock"]) or ())
    except CollectError as error:
        return error.gap


def _ruling(time: JsonObject, name: str) -> str | None:
    """Return the policy's value, else the machine's own; None where it is not even told whether a policy rules."""
    policy = time.get(f"policy_{name}")
    return text(time.get(name)) if policy == ABSENT else text(policy)


def _time_kind(time: JsonObject) -> str | Gap | None:
    running, kind = flag(time.get("running")), _ruling(time, "type")
    if running is False and text(time.get("start")) == "Disabled":
        return "none"
    if running is None or kind is None:
        return None
    if not running:
        return Gap(reason=GapReason.NOT_TOLD, text=f"is set to {kind!r:.40}, but the time service is not running")
    quoted = Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {kind!r:.40}, which mixes sources")
    return TIME_KINDS.get(kind.upper(), quoted)


def _servers(time: JsonObject) -> tuple[str, ...] | None:
    """Return the names in 'time.example.com,0x9 10.0.0.1,0x8' without their flags; none of a machine that asks none."""
    kind, listed = _ruling(time, "type"), _ruling(time, "servers")
    if kind is None:
        return None
    if kind.upper() != "NTP":
        return ()
    return tuple(entry.partition(",")[0] for entry in listed.split()) if listed else None


def read_patch(replies: JsonReplies) -> Part:
    """Return the last success of an installation, a restart pending, and where updates come from."""
    patch = an_object(replies, "patch")

    def pending() -> bool | None:
        told_by = [flag(patch.get(key)) for key in ("servicing_pending", "update_pending")]
        return True if any(told_by) else (None if None in told_by else False)

    switched_off = setting(patch, "no_auto_update", flag, False)

    def source() -> str | Gap | None:
        server = setting(patch, "use_update_server", flag, False)
        if server or server is None or switched_off is None:
            return "wsus" if server else None
        return _BY_ANOTHER_TOOL if switched_off else "windows-update"

    def automatic() -> bool | None:
        option = setting(patch, "auto_options", whole)
        if switched_off is not False:
            return False if switched_off else None
        return None if option is None else option in INSTALLING_OPTIONS

    return told(
        Patch,
        {
            "last_success_at": lambda: ever(patch.get("last_success_at")),
            "reboot_pending": pending,
            "source": source,
            "automatic": automatic,
        },
    )


def read_event_logs(replies: JsonReplies) -> Part:
    """Return the size limit of the three main logs."""
    logs = [
        EventLog(name=name_of(row, "event-logs"), max_bytes=whole(row.get("max_bytes")))
        for row in rows(replies, "event-logs")
    ]
    return Part(tuple(logs))
