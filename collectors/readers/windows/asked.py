"""Blocks that a machine answers with nothing because a role is absent, and fields that come from another block."""

from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.gaps import Gap
from collectors.readers.json_shapes import JsonObject, rows
from collectors.replies import JsonReplies, JsonValue


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
