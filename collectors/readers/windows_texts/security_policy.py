"""Security policy files as `secedit /export` and group policies write them: the same in every language.

A file states what the policy holds; what it does not state is not known from it.
"""

import re
from collections.abc import Mapping

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.accounts import Account, Authentication
from collectors.facts.sections.windows import Hardening, Smb
from collectors.readers.windows_texts.given import needed
from collectors.replies import JsonReplies
from collectors.told import Teller, told

EXPORT = "secedit /export"
DAY_S, MINUTE_S = 86_400, 60
FOREVER = "-1"  # a password that never expires, a lock that waits for an administrator
GUEST_RID, ADMINISTRATOR_RID = 501, 500
PROMPTS = {0: "none", 1: "credentials", 2: "consent", 3: "credentials", 4: "consent", 5: "consent"}
"""ConsentPromptBehaviorAdmin, by Microsoft's page of the policy."""

_LSA = "machine/system/currentcontrolset/control/lsa/"
_SERVICES = "machine/system/currentcontrolset/services/"
_SYSTEM = "machine/software/microsoft/windows/currentversion/policies/system/"
_REG_DWORD, _REG_TEXTS = "4", {"1", "7"}

Values = Mapping[str, Mapping[str, str]]


def sections_of(text: str) -> Values:
    """Return the file's values by section and name, both without case; raises UnexpectedReply for another file."""
    sections: dict[str, dict[str, str]] = {}
    current: dict[str, str] | None = None
    for line in text.lstrip("\ufeff").splitlines():
        if found := re.fullmatch(r"\[(.+)\]", line.strip()):
            current = sections.setdefault(found[1].casefold(), {})
        elif current is not None and "=" in line:
            name, _, value = line.partition("=")
            current[name.strip().replace("\\", "/").casefold()] = value.strip()
    if "$CHICAGO$" not in sections.get("version", {}).get("signature", ""):
        raise UnexpectedReply("is no security policy file")
    return sections


def policy_tellers(text: str) -> Mapping[str, Teller]:
    """Return the tellers of password policy and lock-out; ages are stated in days, locks in minutes."""
    access = sections_of(text).get("system access", {})

    def threshold() -> int | str | Gap | None:
        count = _number(access, "LockoutBadCount")
        return "unlimited" if count == 0 else count

    return {
        "min_length_count": lambda: _number(access, "MinimumPasswordLength"),
        "history_count": lambda: _number(access, "PasswordHistorySize"),
        "max_age_s": lambda: _length(access, "MaximumPasswordAge", DAY_S) or _endless(access, "MaximumPasswordAge"),
        "min_age_s": lambda: ends(_length(access, "MinimumPasswordAge", DAY_S)),
        "complexity": lambda: _flag(access, "PasswordComplexity"),
        "reversible": lambda: _flag(access, "ClearTextPassword"),
        "threshold_count": threshold,
        "duration_s": lambda: _length(access, "LockoutDuration", MINUTE_S) or _endless(access, "LockoutDuration"),
        "window_s": lambda: ends(_length(access, "ResetLockoutCount", MINUTE_S)),
    }


def built_in_accounts(replies: JsonReplies) -> Part | None:
    """Return administrator and guest where the file states their state; it names them only when they were renamed."""
    access = sections_of(needed(replies, EXPORT)).get("system access", {})
    accounts = []
    for name, rid, state in (
        ("NewAdministratorName", ADMINISTRATOR_RID, "EnableAdminAccount"),
        ("NewGuestName", GUEST_RID, "EnableGuestAccount"),
    ):
        enabled = _flag(access, state)
        if enabled is not None:
            shown = access.get(name.casefold(), "").strip('"') or f"RID {rid}"
            accounts.append(Account(name=shown, rid=rid, enabled=enabled if isinstance(enabled, bool) else None))
    return Part(tuple(accounts), complete=False) if accounts else None


def read_authentication(replies: JsonReplies) -> Part:
    """Return what the file's security options say of logons."""
    registry = _registry(replies)

    def hash_stored() -> bool | Gap | None:
        refused = _dword_flag(registry, f"{_LSA}nolmhash")
        return not refused if isinstance(refused, bool) else refused

    def banner() -> bool | None:
        value = registry.get(f"{_SYSTEM}legalnoticetext")
        kind, _, text = (value or "").partition(",")
        return bool(text.strip('" ,')) if kind in _REG_TEXTS else None

    return told(
        Authentication,
        {
            "lm_level": lambda: _dword(registry, f"{_LSA}lmcompatibilitylevel"),
            "lm_hash_stored": hash_stored,
            "anonymous_sam_restricted": lambda: _dword_flag(registry, f"{_LSA}restrictanonymoussam"),
            "anonymous_restriction": lambda: _dword(registry, f"{_LSA}restrictanonymous"),
            "everyone_includes_anonymous": lambda: _dword_flag(registry, f"{_LSA}everyoneincludesanonymous"),
            "logon_banner_set": banner,
        },
    )


def read_hardening(replies: JsonReplies) -> Part:
    """Return what the file's security options say of user account control and idle sessions."""
    registry = _registry(replies)

    def prompt() -> str | Gap | None:
        code = _dword(registry, f"{_SYSTEM}consentpromptbehavioradmin")
        if not isinstance(code, int):
            return code
        return PROMPTS.get(code) or Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {code}, no known prompt")

    def inactivity() -> int | str | Gap | None:
        seconds = _dword(registry, f"{_SYSTEM}inactivitytimeoutsecs")
        return "unlimited" if seconds == 0 else seconds

    return told(
        Hardening,
        {
            "uac_enabled": lambda: _dword_flag(registry, f"{_SYSTEM}enablelua"),
            "uac_admin_prompt": prompt,
            "inactivity_s": inactivity,
        },
    )


def read_smb(replies: JsonReplies) -> Part:
    """Return whether the file demands signed file sharing."""
    registry = _registry(replies)
    server, client = (
        "lanmanserver/parameters/requiresecuritysignature",
        "lanmanworkstation/parameters/requiresecuritysignature",
    )
    return told(
        Smb,
        {
            "server_signing_required": lambda: _dword_flag(registry, f"{_SERVICES}{server}"),
            "client_signing_required": lambda: _dword_flag(registry, f"{_SERVICES}{client}"),
        },
    )


def _registry(replies: JsonReplies) -> Mapping[str, str]:
    return sections_of(needed(replies, EXPORT)).get("registry values", {})


def _dword(registry: Mapping[str, str], path: str) -> int | Gap | None:
    """Return a number written as 'kind,number'."""
    value = registry.get(path)
    if value is None:
        return None
    kind, _, digits = value.partition(",")
    if kind.strip() == _REG_DWORD and re.fullmatch(r"\s*[0-9]{1,10}\s*", digits):
        return int(digits)
    return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {value!r:.40}, which is no number")


def _dword_flag(registry: Mapping[str, str], path: str) -> bool | Gap | None:
    return _as_flag(_dword(registry, path))


def _number(values: Mapping[str, str], name: str) -> int | Gap | None:
    value = values.get(name.casefold())
    if value is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {value!r:.40}, which is no amount")


def _flag(values: Mapping[str, str], name: str) -> bool | Gap | None:
    return _as_flag(_number(values, name))


def _as_flag(number: int | Gap | None) -> bool | Gap | None:
    if number is None or isinstance(number, Gap):
        return number
    if number in {0, 1}:
        return number == 1
    return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {number}, neither yes nor no")


def _length(values: Mapping[str, str], name: str, unit_s: int) -> int | str | Gap | None:
    if values.get(name.casefold()) == FOREVER:
        return "unlimited"
    count = _number(values, name)
    return count * unit_s if isinstance(count, int) else count


def ends(length: int | str | Gap | None) -> int | Gap | None:
    """Return a length that must have an end; one without is a gap."""
    if isinstance(length, str):
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text="is told to have no end, which cannot be")
    return length


def _endless(values: Mapping[str, str], name: str) -> str | None:
    """Return 'unlimited' for a length that is stated as 0: no end, or until an administrator acts."""
    return "unlimited" if name.casefold() in values else None
