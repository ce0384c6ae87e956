"""What a FortiOS configuration says on its administrators: accounts, lockout, password policy."""

import re

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.accounts import Account, Lockout, PasswordPolicy
from collectors.readers.fortios.fortios_config import Block, Placed, Shown, network_of, switched
from collectors.readers.fortios.fortios_status import release_of
from collectors.told import told

# Defaults of 'config system global' (FortiOS CLI reference, 6.0 to 7.6).
LOCKOUT_COUNT = 3  # admin-lockout-threshold
LOCKOUT_S = 60  # admin-lockout-duration
POLICY_CHANGED_IN = (7, 6)  # from here on the password policy is on, and longer, by default

FULL_PROFILES = {"super_admin": True, "prof_admin": True, "super_admin_readonly": False}
PASSWORD_KINDS = {"AK1": "SHA-1", "SH2": "SHA-256", "PB2": "PBKDF2"}  # how the stored text begins
WEAK_KINDS = {"SHA-1"}
RELEASE_DEFAULT = Gap(
    reason=GapReason.NOT_TOLD, text="is not stated in the configuration: the default of the release holds"
)


def number_in(block: Block, setting: str, default: int) -> int:
    """Return a setting as a whole number, the default when it is not stated; raises UnexpectedReply for no number."""
    text = block.text(setting)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise UnexpectedReply(f"is told as {text!r:.40}, which is no number")
    return int(text)


def administrators(shown: Shown) -> tuple[Placed, ...]:
    """Return the administrators; raises UnexpectedReply when none is shown, for a FortiGate has at least one."""
    admins = shown.entries("system admin")
    if not admins:
        raise UnexpectedReply("are not shown to this account: every FortiGate has an administrator")
    return admins


def permitted_networks(shown: Shown) -> tuple[str, ...] | None:
    """Return from where administrators may log on; 'any' when one of them is bound to nothing."""
    networks = {network for placed in administrators(shown) for network in trusted_networks(placed.block) or ("any",)}
    return tuple(sorted(networks)) or None


def trusted_networks(admin: Block) -> tuple[str, ...]:
    """Return the networks from which an administrator may log on; none stated, or all addresses, is an empty list."""
    stated = [words for name, words in admin.settings.items() if re.fullmatch(r"(ip6-)?trusthost\d+", name) and words]
    networks = [network_of(words) or " ".join(words) for words in stated if words != ("0.0.0.0", "255.255.255.255")]
    return () if "any" in networks else tuple(dict.fromkeys(networks))


def read_admins(shown: Shown) -> Part:
    """Return the administrators: rights by profile, second factor, trusted networks, kind of the stored password."""
    admins, gaps = [], {}
    for placed in administrators(shown):
        block = placed.block
        full = FULL_PROFILES.get(block.text("accprofile") or "")
        mfa = _second_factor(block)
        admins.append(
            Account(
                name=block.name,
                admin=full,
                mfa=mfa,
                trusted_networks=trusted_networks(block),
                password_kind=_password_kind(block),
            )
        )
        if full is None:
            gaps[f"[{block.name}].admin"] = Gap(
                reason=GapReason.NOT_TOLD, text="is given by a profile of its own, which is not resolved"
            )
        if mfa is None:
            gaps[f"[{block.name}].mfa"] = Gap(
                reason=GapReason.NOT_TOLD, text="is decided by the server that checks this logon"
            )
    return Part(tuple(admins), gaps)


def _second_factor(admin: Block) -> bool | None:
    """Return whether a second factor is asked for; None where another server or a certificate decides."""
    if (admin.text("two-factor") or "disable") != "disable":
        return True
    elsewhere = switched(admin, "remote-auth", default=False) or switched(admin, "peer-auth", default=False)
    return None if elsewhere else False


def _password_kind(admin: Block) -> str | None:
    words = admin.words("password") or ()
    if len(words) < 2 or words[0] != "ENC":
        return None
    return PASSWORD_KINDS.get(words[1][:3], "other")


def weak_kinds(shown: Shown) -> tuple[str, ...] | Gap:
    """Return the kinds of stored password that are withdrawn; a gap when an administrator's kind is not told."""
    kinds = {_password_kind(placed.block) for placed in administrators(shown)}
    if WEAK_KINDS & kinds or None not in kinds:
        return tuple(sorted(kind for kind in kinds if kind in WEAK_KINDS))
    return Gap(reason=GapReason.NOT_TOLD, text="is not told for every administrator")


def read_lockout(shown: Shown) -> Part:
    """Return after how many failures an administrator's address is held, and for how long."""
    settings = shown.section("system global")
    return told(
        Lockout,
        {
            "threshold_count": lambda: number_in(settings, "admin-lockout-threshold", LOCKOUT_COUNT),
            "duration_s": lambda: number_in(settings, "admin-lockout-duration", LOCKOUT_S),
        },
    )


def read_password_policy(shown: Shown) -> Part:
    """Return the policy for administrators' passwords; one that is switched off asks for nothing."""
    policy = shown.section("system password-policy")
    release = release_of(shown)
    old = None if release is None else release < POLICY_CHANGED_IN
    on = switched(policy, "status", default=False if old else None)
    for_admins = "admin-password" in (policy.words("apply-to") or ("admin-password",))
    if on is None:
        return Part(None, {"": RELEASE_DEFAULT})
    if not on or not for_admins:
        return Part(PasswordPolicy(min_length_count=0, complexity=False, history_count=0, max_age_s="unlimited"))
    kinds = ("min-lower-case-letter", "min-upper-case-letter", "min-non-alphanumeric", "min-number")
    stated = [name for name in kinds if policy.words(name) is not None]
    expires = switched(policy, "expire-status", default=False if old else None)

    def length() -> int | None:
        return number_in(policy, "minimum-length", 8) if old or policy.words("minimum-length") else None

    def age_s() -> int | str | None:
        if not expires:
            return None if expires is None else "unlimited"
        return number_in(policy, "expire-day", 90) * 86_400

    return told(
        PasswordPolicy,
        {
            "min_length_count": length,
            "complexity": lambda: any(number_in(policy, name, 0) for name in stated) if old or stated else None,
            "max_age_s": age_s,
            "history_count": lambda: _history(policy),
        },
        not_told=RELEASE_DEFAULT,
    )


def _history(policy: Block) -> int | None:
    """Return how many old passwords are refused; where reuse is refused at all, one, if no number is stated."""
    if policy.words("reuse-password-limit"):
        return number_in(policy, "reuse-password-limit", 0)
    reused = switched(policy, "reuse-password", default=None)
    return None if reused is None else 0 if reused else 1
