"""Who may use a Linux machine: accounts, administrators, password rules, lockout."""

import re
from datetime import UTC, datetime, timedelta

from collectors.driver import Part
from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.accounts import Account, Lockout, PasswordPolicy
from collectors.readers.linux import questions as ask
from collectors.readers.linux.lines import lines_of
from collectors.replies import TextReplies
from collectors.told import told

FIRST_HUMAN, LAST_HUMAN = 1000, 60_000  # UID_MIN and UID_MAX of login.defs(5)
NEVER_DAYS = 10_000  # login.defs holds 99999 for a password that never expires
NO_LOGIN = ("nologin", "false", "sync", "shutdown", "halt")
# crypt(5): how the stored text begins.
KINDS = {"1": "MD5", "2a": "bcrypt", "2b": "bcrypt", "2y": "bcrypt", "5": "SHA-256", "6": "SHA-512", "7": "scrypt",
         "y": "yescrypt", "gy": "gost-yescrypt", "des": "DES", "none": "none", "locked": "locked"}  # fmt: skip

PAM_UNIX_LENGTH = 6  # pam_unix(8), where no other module asks for more
PWQUALITY_LENGTH = 8  # pwquality.conf(5): minlen; credits are none by default
CRACKLIB_CREDIT = 1  # pam_cracklib(8): dcredit, ucredit, lcredit, ocredit
FAILLOCK_DENY, FAILLOCK_UNLOCK_S, FAILLOCK_WINDOW_S = 3, 600, 900  # faillock.conf(5)

_RULE = re.compile(r"^(?P<who>\S+)\s+(?P<where>\S+)\s*=\s*(?:\([^)]*\)\s*)?(?P<tags>(?:[A-Z_]+:\s*)*)(?P<what>.*)$")
_SETTING = re.compile(r"\s*(?P<name>[a-z_]+)\s*(?:=\s*(?P<value>\S+))?\s*")


def read_accounts(replies: TextReplies) -> Part:
    """Return the accounts that can open a session, and all with user id 0; of passwords only how they are kept."""
    stored, gap = _stored(replies)
    accounts, gaps = [], {}
    for line in replies[ask.ACCOUNTS].splitlines():
        name, _, rest = line.partition(":")
        number, _, shell = rest.partition(":")
        if not number.isdecimal() or (shell.rsplit("/", 1)[-1] in NO_LOGIN and number != "0"):
            continue
        kind, set_on, expires = stored.get(name, (None, None, None))
        accounts.append(
            Account(
                name=name,
                admin=int(number[:10]) == 0,
                human=FIRST_HUMAN <= int(number[:10]) <= LAST_HUMAN,
                password_kind=kind,
                password_set_at=set_on,
                password_expires=expires,
            )
        )
        if gap:
            gaps[f"[{name}].password_kind"] = gap
    if not accounts:
        raise UnexpectedReply("are not told by /etc/passwd")
    return Part(tuple(accounts), gaps)


def _stored(replies: TextReplies) -> tuple[dict[str, tuple[str, datetime | None, bool | None]], Gap | None]:
    """Return by name the kind of password, the day it was set, and whether it expires."""
    try:
        text = replies[ask.PASSWORDS]
    except CollectError as error:
        return {}, error.gap
    found = {}
    for line in text.splitlines():
        words = line.split(":")
        if len(words) == 4:
            name, kind, set_days, most_days = words
            expires = int(most_days) < NEVER_DAYS if _is_days(most_days) else None
            found[name] = (KINDS.get(kind, "other"), _day(set_days), expires)
    return found, None


def _is_days(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 8


def _day(text: str) -> datetime | None:
    """Return the day so many days after 1970 (shadow(5)); 0 asks for a new password and is no day."""
    if not _is_days(text) or not 0 < int(text) < 100_000:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=int(text))


def read_admins(replies: TextReplies) -> Part:
    """Return who may do everything: user id 0, and those to whom sudo gives all commands, also by a local group.

    What is written in a way that is not resolved (aliases, directory groups) makes the list incomplete.
    """
    rows = [line.split(":") for line in replies[ask.ACCOUNTS].splitlines()]
    roots = [row[0] for row in rows if len(row) > 2 and row[1] == "0"]
    if not roots:
        raise UnexpectedReply("are not told by /etc/passwd")
    try:
        granted, complete = _granted(replies)
    except CollectError as error:
        if error.gap.reason is not GapReason.UNSUPPORTED:  # without sudo nobody gets rights by it
            raise
        granted, complete = {}, True
    admins = [Account(name=name, admin=True) for name in roots]
    others = {name: without for name, without in granted.items() if name not in roots}
    admins += [Account(name=name, admin=True, sudo_without_password=without) for name, without in others.items()]
    return Part(tuple(admins), complete=complete)


def _granted(replies: TextReplies) -> tuple[dict[str, bool], bool]:
    """Return by account whether sudo gives all commands without a password, and whether every rule was understood."""
    members = {
        name: [member for member in listed.split(",") if member]
        for name, _, listed in (line.partition(":") for line in replies[ask.GROUPS].splitlines())
    }
    granted: dict[str, bool] = {}
    complete = True
    for line in lines_of(replies[ask.SUDOERS].replace("\\\n", " ")):
        line = line.strip()
        if not line or line.startswith(("#", "@", "Defaults")):
            continue
        rule = _RULE.match(line)
        if rule is None or re.match(r"(User|Runas|Host|Cmnd)_Alias\b", line):
            complete = False
            continue
        if rule["what"].strip() != "ALL":
            continue
        who = rule["who"]
        group = who[1:] if who.startswith("%") else None
        if who == "ALL" or who.startswith(("+", "%:", "%#", "#")) or (group is not None and group not in members):
            complete = complete and group in {"sudo", "admin", "wheel"}  # named in the shipped file, absent by choice
            continue
        for name in members.get(group, []) if group else [who]:
            granted[name] = "NOPASSWD:" in rule["tags"].replace(" ", "")
    return granted, complete


def _pam(replies: TextReplies, kind: str, *modules: str) -> dict[str, dict[str, str]]:
    """Return by module the arguments of the lines of one kind; raises UnexpectedReply without any PAM line."""
    found: dict[str, dict[str, str]] = {}
    lines = [line.strip().lstrip("-").split() for line in replies[ask.PAM].splitlines()]
    if not any(lines):
        raise UnexpectedReply("is not told: no known PAM file is there")
    for words in lines:
        module = next((name for name in modules if f"{name}.so" in words), None)
        if words and words[0] == kind and module:
            pairs = (word.partition("=") for word in words[words.index(f"{module}.so") + 1 :])
            found.setdefault(module, {}).update({name: value for name, _, value in pairs})
    return found


def _settings(replies: TextReplies, question: str) -> dict[str, str]:
    found = (_SETTING.fullmatch(line) for line in lines_of(replies[question]))
    return {match["name"]: match["value"] or "" for match in found if match}


def _number(settings: dict[str, str], name: str, default: int) -> int:
    text = settings.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise UnexpectedReply(f"is told as {text!r:.40}, which is no number")
    return int(text)


def read_password_policy(replies: TextReplies) -> Part:
    """Return what a new local password must be like, by PAM; ages are those that new accounts get."""
    return told(
        PasswordPolicy,
        {
            "min_length_count": lambda: _shortest(replies),
            "complexity": lambda: _complexity(replies),
            "history_count": lambda: _history(replies),
            "max_age_s": lambda: _days(replies, "PASS_MAX_DAYS"),
            "min_age_s": lambda: None if (age := _days(replies, "PASS_MIN_DAYS")) == "unlimited" else age,
        },
    )


def _quality(replies: TextReplies) -> dict[str, str] | None:
    """Return the settings of the module that judges new passwords, arguments before the file; None without one."""
    modules = _pam(replies, "password", "pam_pwquality", "pam_cracklib")
    if "pam_pwquality" in modules:
        return _settings(replies, ask.PWQUALITY) | modules["pam_pwquality"]
    return modules.get("pam_cracklib")


def _shortest(replies: TextReplies) -> int:
    """Return the length of the shortest password taken: each kind of characters may stand for some of minlen."""
    quality = _quality(replies)
    if quality is not None:
        if _number(quality, "enforcing", 1) == 0:
            raise UnexpectedReply("is asked for and not enforced (enforcing = 0): another module decides")
        credit = CRACKLIB_CREDIT if "pam_cracklib" in _pam(replies, "password", "pam_cracklib") else 0
        given = sum(max(0, _number(quality, f"{letter}credit", credit)) for letter in "dulo")
        return max(0, _number(quality, "minlen", PWQUALITY_LENGTH) - given)
    plain = _pam(replies, "password", "pam_unix", "pam_passwdqc")
    if "pam_unix" not in plain or "pam_passwdqc" in plain:
        raise UnexpectedReply("is decided by a PAM module that is not resolved")
    return _number(plain["pam_unix"], "minlen", PAM_UNIX_LENGTH)


def _complexity(replies: TextReplies) -> bool:
    """Return whether several kinds of characters are asked for: minclass, or a credit below zero."""
    quality = _quality(replies)
    if quality is None:
        return False
    credits_asked = (_number(quality, f"{letter}credit", 0) < 0 for letter in "dulo")
    return _number(quality, "minclass", 0) > 1 or any(credits_asked)


def _history(replies: TextReplies) -> int | Gap:
    modules = _pam(replies, "password", "pam_pwhistory", "pam_unix")
    kept = modules.get("pam_pwhistory", {}) if "pam_pwhistory" in modules else modules.get("pam_unix", {})
    if "pam_pwhistory" in modules and "remember" not in kept:
        return Gap(reason=GapReason.NOT_ASKED, text="is set in a file that is not asked for")
    return _number(kept, "remember", 0)


def _days(replies: TextReplies, name: str) -> int | str | None:
    words = [line.split() for line in replies[ask.LOGIN_DEFS].splitlines()]
    stated = [word[1] for word in words if len(word) > 1 and word[0] == name]
    if not stated:
        return None
    days = _number({name: stated[-1]}, name, 0)
    return "unlimited" if days < 0 or days >= NEVER_DAYS else days * 86_400


def read_lockout(replies: TextReplies) -> Part:
    """Return after how many failures an account is held; without a module for it an account is never held."""
    modules = _pam(replies, "auth", "pam_faillock", "pam_tally2")
    if not modules:
        return Part(Lockout(threshold_count="unlimited"))
    if "pam_faillock" not in modules:
        tally = modules["pam_tally2"]
        return told(
            Lockout,
            {
                "threshold_count": lambda: _number(tally, "deny", 0) or "unlimited",
                "duration_s": lambda: _number(tally, "unlock_time", 0) or "unlimited",
            },
        )
    try:
        stated = _settings(replies, ask.FAILLOCK) | modules["pam_faillock"]
    except CollectError as error:
        return Part(None, {"": error.gap})
    unlock = {"never": "0"}.get(stated.get("unlock_time", ""), stated.get("unlock_time"))
    settings = stated | ({} if unlock is None else {"unlock_time": unlock})
    return told(
        Lockout,
        {
            "threshold_count": lambda: _number(settings, "deny", FAILLOCK_DENY) or "unlimited",
            "duration_s": lambda: _number(settings, "unlock_time", FAILLOCK_UNLOCK_S) or "unlimited",
            "window_s": lambda: _number(settings, "fail_interval", FAILLOCK_WINDOW_S),
        },
        not_told=NOT_TOLD,
    )
