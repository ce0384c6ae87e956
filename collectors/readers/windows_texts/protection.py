"""Malware protection, firewall and backup: `Get-MpComputerStatus`, `Get-NetFirewallProfile`, `wbadmin get versions`."""

import re
from datetime import UTC, datetime, timedelta

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, SENTINEL, Gap, GapReason
from collectors.facts.sections.protection import Antivirus, Backup
from collectors.facts.sections.windows import FirewallProfile
from collectors.readers.windows.plain_words import plain
from collectors.readers.windows_texts.given import needed
from collectors.readers.windows_texts.records import Record, moment_of, number, only_record, records, shown, yes
from collectors.readers.windows_texts.words import labelled
from collectors.replies import JsonReplies
from collectors.told import told

DEFENDER = "Get-MpComputerStatus"
PROFILES, ACTIVE_PROFILES = "Get-NetFirewallProfile", "Get-NetFirewallProfile -PolicyStore ActiveStore"
VERSIONS = "wbadmin get versions"

PROFILE_NAMES = {"domain", "private", "public"}
NO_AGE = {65535, 4294967295}  # all ones: it has not happened, or is not known
_ENABLED = {"True": True, "1": True, "False": False, "0": False}
_INBOUND = {"Block": "block", "4": "block", "Allow": "allow", "2": "allow"}
_NOT_CONFIGURED = Gap(
    reason=GapReason.NOT_TOLD, text="is not configured there; only the active store tells what counts"
)
_VERSION = re.compile(r"(\d{2})/(\d{2})/(\d{4})-(\d{2}):(\d{2})$")
_RECOVERS = re.compile(r"can recover|wiederherstell|recup|ripristin|herstel")
_SYSTEM_STATE = re.compile(
    "system ?state|systemstatus|systemzustand|etat (du )?systeme|estado d[eo]l? sistema|stato (del )?sistema"
    "|systeemstatus"
)
_KNOWN_WORDS = re.compile(r"volume|file|datei|fichier|archivo|volumen|bestand|arquivo|ficheiro")


def read_antivirus(replies: JsonReplies) -> Part:
    """Return Microsoft Defender's state; ages in days are counted back from the observation."""
    status = only_record(needed(replies, DEFENDER))

    def running() -> bool | None:
        service = yes(status, "AMServiceEnabled")
        return yes(status, "AntivirusEnabled") if service is None else service

    return told(
        Antivirus,
        {
            "product": lambda: "Microsoft Defender",
            "running": running,
            "realtime": lambda: yes(status, "RealTimeProtectionEnabled"),
            "tamper_protected": lambda: yes(status, "IsTamperProtected"),
            "signatures_at": lambda: _at(
                status, "AntivirusSignatureLastUpdated", "AntivirusSignatureAge", replies.observed_at
            ),
            "last_scan_at": lambda: _last_scan(status, replies.observed_at),
        },
    )


def _at(status: Record, moment: str, age: str, observed_at: datetime) -> datetime | Gap | None:
    """Return a moment as told, else so many days before the observation; days in local writing are not read."""
    at = moment_of(status, moment)
    if at is not None:
        return at
    days = number(status, age)
    if days is None:
        return None
    if days in NO_AGE:
        return SENTINEL
    try:
        return observed_at.astimezone(UTC) - timedelta(days=days)
    except OverflowError as error:
        raise UnexpectedReply(f"is told as {days} days ago, which cannot be") from error


def _last_scan(status: Record, observed_at: datetime) -> datetime | Gap | None:
    told_at = [_at(status, f"{kind}ScanEndTime", f"{kind}ScanAge", observed_at) for kind in ("Quick", "Full")]
    moments = [at for at in told_at if isinstance(at, datetime)]
    return max(moments) if moments else next((gap for gap in told_at if gap is not None), None)


def read_firewall(replies: JsonReplies) -> Part:
    """Return the profiles; 'not configured' is neither on nor off."""
    profiles: list[FirewallProfile] = []
    gaps: dict[str, Gap] = {}
    found = records(needed(replies, ACTIVE_PROFILES, PROFILES))
    for record in found:
        name = (shown(record, "Name") or "").casefold()
        if name not in PROFILE_NAMES:
            raise UnexpectedReply(f"holds a profile called {name!r:.40}")
        enabled = _ENABLED.get(shown(record, "Enabled") or "")
        inbound = _INBOUND.get(shown(record, "DefaultInboundAction") or "")
        profiles.append(FirewallProfile.model_validate({"name": name, "enabled": enabled, "inbound": inbound}))
        gaps |= {f"[{name}].enabled": _NOT_CONFIGURED} if enabled is None else {}
        gaps |= {f"[{name}].inbound": _NOT_CONFIGURED} if inbound is None else {}
    return Part(tuple(profiles), gaps, complete={profile.name for profile in profiles} == PROFILE_NAMES)


def read_backup(replies: JsonReplies) -> Part:
    """Return the last version, and the last one with the system state; identifiers are in UTC, month first."""
    versions: list[tuple[datetime, str]] = []
    at: datetime | None = None
    for label, value in labelled(needed(replies, VERSIONS)):
        if found := _VERSION.search(value):
            at = _version_at(found)
        elif at is not None and _RECOVERS.search(label):
            versions.append((at, plain(value)))
            at = None
    if not versions:
        raise UnexpectedReply("is no list of versions that we can read")

    def system_state() -> object:
        with_state = [at for at, words in versions if _SYSTEM_STATE.search(words)]
        if with_state:
            return max(with_state)
        return "never" if all(_KNOWN_WORDS.search(words) for _, words in versions) else NOT_TOLD

    return told(Backup, {"last_success_at": lambda: max(at for at, _ in versions), "system_state_at": system_state})


def _version_at(found: re.Match[str]) -> datetime:
    month, day, year, hour, minute = (int(part) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError as error:
        raise UnexpectedReply(f"holds the version {found[0]!r}, which is no moment") from error
