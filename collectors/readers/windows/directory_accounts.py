"""Accounts of a domain as a controller tells them: flags and moments, no judgement on them."""

from datetime import datetime
from typing import Literal

from collectors.driver import Part
from collectors.facts.sections.accounts import Account
from collectors.readers.json_shapes import JsonObject, flag, name_of, rows, text, whole
from collectors.readers.windows.accounts import rid_of
from collectors.readers.windows.asked import stated
from collectors.readers.windows.directory import ADMIN_GROUPS, DISABLED, at_of
from collectors.replies import JsonReplies

LISTED_COUNT = 3_000  # the block gives one more when there are more
PROTECTED_USERS = 525
NO_PASSWORD_NEEDED, NEVER_EXPIRES = 0x20, 0x10000  # userAccountControl


def read_users(replies: JsonReplies) -> Part:
    """Return the domain's users, at most LISTED_COUNT; who never logged on has 'never'."""
    found = rows(replies, "users")
    users = tuple(_account(row) for row in found[:LISTED_COUNT])
    return Part(users, complete=len(found) <= LISTED_COUNT)


def read_privileged(replies: JsonReplies) -> Part:
    """Return the members of the administrators' groups, with whether they have mail and stand among Protected Users."""
    members = []
    for row in rows(replies, "privileged"):
        held = row.get("groups")
        groups = {rid for rid in held if isinstance(rid, int)} if isinstance(held, list) else set()
        if not groups & ADMIN_GROUPS:
            continue
        readable = row.get("flags") is not None
        mail, addresses = flag(row.get("mail")), whole(row.get("addresses"))
        more = {
            "admin": True,
            "protected": PROTECTED_USERS in groups,
            "has_mailbox": True if addresses else (False if mail is False and addresses == 0 and readable else None),
        }
        members.append(_account(row).model_copy(update=more))
    return Part(tuple(sorted(members, key=lambda member: member.name)))


def _account(row: JsonObject) -> Account:
    flags = whole(row.get("flags"))
    return Account(
        name=name_of(row, "users"),
        rid=rid_of(text(row.get("sid"))),
        enabled=None if flags is None else not flags & DISABLED,
        password_required=None if flags is None else not flags & NO_PASSWORD_NEEDED,
        password_expires=None if flags is None else not flags & NEVER_EXPIRES,
        password_set_at=at_of(row.get("password_set")),
        last_logon_at=_last_logon(row),
    )


def _last_logon(row: JsonObject) -> datetime | Literal["never"] | None:
    """Return the last logon, told some days late; without one 'never', if the account may be read at all."""
    if stated(row, "last_logon") is None:
        return None if row.get("password_set") is None else "never"
    return at_of(row.get("last_logon"))
