"""Blocks that a machine answers with nothing because a role is absent, and fields that come from another block."""

from collections.abc import Callable
from typing import TypeVar

from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.gaps import Gap
from collectors.readers.json_shapes import JsonObject, rows
from collectors.replies import JsonReplies, JsonValue

ABSENT = "absent"
"""What `Get-Setting` gives for a registry value that is not there: a reply without the key says nothing."""

T = TypeVar("T")


def setting(block: JsonObject, key: str, read: Callable[[JsonValue], T | None], default: T | None = None) -> T | None:
    """Return a setting, the default where the machine says that it is not set; None when the reply does not tell."""
    value = block.get(key)
    return default if value == ABSENT else read(value)


def stated(row: JsonObject, key: str) -> JsonValue:
    """Return a value that may be null; raises UnexpectedReply when the reply does not hold it at all."""
    if key not in row:
        raise UnexpectedReply(f"does not tell {key!r}")
    return row[key]


def absent(replies: JsonReplies, block: str) -> bool:
    """Return whether the machine has nothing to say in this block; raises NoReply when it failed or was not asked."""
    return replies[block] is None


def gap_of(replies: JsonReplies, block: str) -> Gap | None:
    """Return why a block has no reply, None when it has one."""
    try:
        replies[block]
    except CollectError as error:
        return error.gap
    return None


def extra_rows(replies: JsonReplies, block: str) -> tuple[list[JsonObject], Gap | None]:
    """Return a block's rows, or none and why: for what only adds to another block's objects."""
    try:
        return ([] if absent(replies, block) else rows(replies, block)), None
    except CollectError as error:
        return [], error.gap


def objects(value: JsonValue, what: str) -> list[JsonObject]:
    """Return a list of objects inside a block; raises UnexpectedReply for anything else."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise UnexpectedReply(f"holds {what} that are no list of objects")
    return [item for item in value if isinstance(item, dict)]


def unique(name: str, taken: list[str]) -> str:
    """Return a name by which an object is found again: the second of one name gets '#2'."""
    same = sum(other.partition("#")[0] == name for other in taken)
    return f"{name}#{same + 1}" if same else name
