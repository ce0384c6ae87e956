"""Password and lock-out policies: `net accounts`, the directory's cmdlet, and security policy files."""

import re
from collections.abc import Mapping

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.accounts import Lockout, PasswordPolicy
from collectors.readers.windows_texts import net_accounts, security_policy
from collectors.readers.windows_texts.given import given, needed
from collectors.readers.windows_texts.records import Record, number, only_record, shown, yes
from collectors.replies import JsonReplies
from collectors.told import Teller, told, whole

CMDLET = "Get-ADDefaultDomainPasswordPolicy"
QUESTIONS = (CMDLET, security_policy.EXPORT, net_accounts.DOMAIN, net_accounts.LOCAL)
"""The domain's own answer first, then the policy file, then the command that knows the least."""

MOST = 9999
"""More characters, passwords or attempts no policy of Windows can state."""
_SPAN = re.compile(r"(-)?(?:(\d{1,8})\.)?(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,7})?$")


def read_password_policy(replies: JsonReplies) -> Part:
    """Return the policy told by the first of the outputs that was given."""
    tellers = _tellers(replies)
    return told(PasswordPolicy, {name: tell for name, tell in tellers.items() if name in PasswordPolicy.model_fields})


def read_lockout(replies: JsonReplies) -> Part:
    """Return the lock-out told by the first of the outputs that was given."""
    tellers = _tellers(replies)
    return told(Lockout, {name: tell for name, tell in tellers.items() if name in Lockout.model_fields})


def _tellers(replies: JsonReplies) -> Mapping[str, Teller]:
    needed(replies, *QUESTIONS)
    if (text := given(replies, CMDLET)) is not None:
        return _of_cmdlet(only_record(text))
    if (text := given(replies, security_policy.EXPORT)) is not None:
        return security_policy.policy_tellers(text)
    return net_accounts.tellers(needed(replies, net_accounts.DOMAIN, net_accounts.LOCAL))


def _of_cmdlet(policy: Record) -> Mapping[str, Teller]:
    def threshold() -> int | str | Gap | None:
        count = _amount(policy, "LockoutThreshold")
        return "unlimited" if count == 0 else count

    return {
        "min_length_count": lambda: _amount(policy, "MinPasswordLength"),
        "history_count": lambda: _amount(policy, "PasswordHistoryCount"),
        "max_age_s": lambda: _endless(_span(policy, "MaxPasswordAge")),
        "min_age_s": lambda: security_policy.ends(_span(policy, "MinPasswordAge")),
        "complexity": lambda: yes(policy, "ComplexityEnabled"),
        "reversible": lambda: yes(policy, "ReversibleEncryptionEnabled"),
        "threshold_count": threshold,
        "duration_s": lambda: _endless(_span(policy, "LockoutDuration")),
        "window_s": lambda: security_policy.ends(_span(policy, "LockoutObservationWindow")),
    }


def _amount(policy: Record, name: str) -> int | Gap | None:
    return whole(number(policy, name), highest=MOST)


def _endless(seconds: int | str | Gap | None) -> int | str | Gap | None:
    """Return 'unlimited' for a span of zero: such passwords never expire, such locks wait for an administrator."""
    return "unlimited" if seconds == 0 else seconds


def _span(policy: Record, name: str) -> int | str | Gap | None:
    """Return a .NET time span ('42.00:00:00', or its JSON object) in seconds; below zero it is 'unlimited'."""
    value = policy.get(name)
    if isinstance(value, dict):
        ticks = number(value, "Ticks")
        return None if ticks is None else "unlimited" if ticks < 0 else ticks // 10_000_000
    text = shown(policy, name)
    if text is None:
        return None
    found = _SPAN.match(text)
    if found is None:
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {text!r:.40}, which is no time span")
    if found[1]:
        return "unlimited"
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    if hours > 23 or minutes > 59 or seconds > 59:
        raise UnexpectedReply(f"is told as {text!r:.40}, which is no time span")
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
