"""Local accounts: `Get-LocalUser` as list, table or JSON; built-in accounts are known by their RID."""

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.sections.accounts import Account
from collectors.readers.windows.accounts import rid_of
from collectors.readers.windows_texts import security_policy
from collectors.readers.windows_texts.given import given, needed
from collectors.readers.windows_texts.records import Record, records, shown, yes
from collectors.replies import JsonReplies

USERS = "Get-LocalUser"


def read_accounts(replies: JsonReplies) -> Part | None:
    """Return the local accounts, or the two built-in ones that a security policy file speaks of."""
    needed(replies, USERS, security_policy.EXPORT)
    text = given(replies, USERS)
    if text is None:
        return security_policy.built_in_accounts(replies)
    return Part(tuple(_account(record) for record in records(text)))


def _account(record: Record) -> Account:
    name = shown(record, "Name")
    if name is None:
        raise UnexpectedReply("holds an account without a name")
    return Account(
        name=name,
        rid=rid_of(_sid(record)),
        enabled=yes(record, "Enabled"),
        password_required=yes(record, "PasswordRequired"),
        password_expires=None if "PasswordExpires" not in record else record["PasswordExpires"] not in {None, ""},
    )


def _sid(record: Record) -> str | None:
    value = record.get("SID")
    return shown(value, "Value") if isinstance(value, dict) else shown(record, "SID")
