"""Windows accounts and password policy: numbers and SIDs, never names in one language."""

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.sections.accounts import Account, Lockout, PasswordPolicy
from collectors.readers.json_shapes import an_object, flag, name_of, rows, text, whole
from collectors.replies import JsonReplies, JsonValue
from collectors.told import told

FOREVER_S = {-1, 2**32 - 1}  # TIMEQ_FOREVER of the Windows network API; as a signed number it is -1
WORD_LIST_AGENT = "AzureADPasswordProtectionDCAgent"
BUILT_IN_PREFIX = "S-1-5-21-"
LONGEST_PASSWORD = 128  # the most that the policy can ask for, with 'Relax minimum password length limits'


def _age(value: JsonValue) -> int | str | None:
    """Return seconds, or 'unlimited' for forever and for the domain's zero, which means that passwords never expire."""
    seconds = whole(value, lowest=-1)
    return "unlimited" if seconds in FOREVER_S or seconds == 0 else seconds


def read_password_policy(replies: JsonReplies) -> Part:
    """Return the domain's policy on a controller, else the machine's own; complexity is told by controllers alone."""
    policy = an_object(replies, "password-policy")
    return told(
        PasswordPolicy,
        {
            "min_length_count": lambda: whole(policy.get("min_length"), highest=LONGEST_PASSWORD),
            "history_count": lambda: whole(policy.get("history")),
            "max_age_s": lambda: _age(policy.get("max_age_s")),
            "min_age_s": lambda: whole(policy.get("min_age_s")),
            "complexity": lambda: flag(policy.get("complexity")),
            "reversible": lambda: flag(policy.get("reversible")),
            "banned_words_agent": lambda: _word_list_agent(replies),
        },
    )


def _word_list_agent(replies: JsonReplies) -> bool | None:
    """Return whether the agent that refuses common passwords runs; it stands on domain controllers alone."""
    source = text(an_object(replies, "password-policy").get("source"))
    if source is None or source == "local":
        return None if source is None else False
    states = [row.get("state") for row in rows(replies, "services") if row.get("name") == WORD_LIST_AGENT]
    return None if None in states else "Running" in states


def read_lockout(replies: JsonReplies) -> Part:
    """Return the lock-out: a threshold of 0 locks never, a duration of 0 or forever waits for an administrator."""
    policy = an_object(replies, "password-policy")

    def threshold() -> int | str | None:
        count = whole(policy.get("lockout_threshold"))
        return "unlimited" if count == 0 else count

    return told(
        Lockout,
        {
            "threshold_count": threshold,
            "duration_s": lambda: _age(policy.get("lockout_duration_s")),
            "window_s": lambda: whole(policy.get("lockout_window_s")),
        },
    )


def rid_of(sid: str | None) -> int | None:
    """Return the last number of an account's SID: 500 is the built-in administrator, whatever it is called."""
    last = (sid or "").rpartition("-")[2]
    return int(last) if sid and sid.startswith(BUILT_IN_PREFIX) and last.isdecimal() else None


def read_accounts(replies: JsonReplies) -> Part | None:
    """Return the local accounts; a domain controller has none."""
    if replies["accounts"] is None:
        return None
    accounts = []
    for row in rows(replies, "accounts"):
        disabled = flag(row.get("disabled"))
        accounts.append(
            Account(
                name=name_of(row, "accounts"),
                rid=rid_of(text(row.get("sid"))),
                enabled=None if disabled is None else not disabled,
                password_required=flag(row.get("password_required")),
                password_expires=flag(row.get("password_expires")),
            )
        )
    if not accounts:
        raise UnexpectedReply("are told as none, and every Windows has the built-in ones")
    return Part(tuple(accounts))


def read_admins(replies: JsonReplies) -> Part | None:
    """Return the members of the local administrators' group (SID S-1-5-32-544); a domain controller has none."""
    if replies["admins"] is None:
        return None
    admins = []
    for row in rows(replies, "admins"):
        path = name_of(row, "admins", "path").removeprefix("WinNT://")
        name = "\\".join(path.split("/")[-2:])
        admins.append(Account(name=name, rid=rid_of(text(row.get("sid"))), admin=True))
    if not admins:
        raise UnexpectedReply("are told as none, and the built-in one cannot leave the group")
    return Part(tuple(admins))
