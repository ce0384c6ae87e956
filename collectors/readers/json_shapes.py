"""Reading the JSON that a Windows block or the local machine gives: the right type, None, or a clear error."""

from datetime import UTC, datetime

from collectors.errors import UnexpectedReply
from collectors.replies import JsonReplies, JsonValue

JsonObject = dict[str, JsonValue]


def an_object(replies: JsonReplies, block: str) -> JsonObject:
    """Return a block's object; raises NoReply without a reply, UnexpectedReply for anything else."""
    reply = replies[block]
    if not isinstance(reply, dict):
        raise UnexpectedReply(f"is not told as an object by {block!r}")
    return reply


def rows(replies: JsonReplies, block: str) -> list[JsonObject]:
    """Return a block's list of objects; raises NoReply without a reply, UnexpectedReply for anything else."""
    reply = replies[block]
    if not isinstance(reply, list) or not all(isinstance(row, dict) for row in reply):
        raise UnexpectedReply(f"is not told as a list of objects by {block!r}")
    return [row for row in reply if isinstance(row, dict)]


def text(value: JsonValue) -> str | None:
    """Return a text without outer spaces, None for an empty or missing one; raises UnexpectedReply for another type."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise UnexpectedReply(f"is told as {value!r:.60}, which is no text")
    return value.strip() or None


def texts(value: JsonValue) -> tuple[str, ...] | None:
    """Return a list of texts, None for a missing one; raises UnexpectedReply for anything else."""
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UnexpectedReply(f"is told as {value!r:.60}, which is no list of texts")
    return tuple(str(item) for item in value)


def whole(value: JsonValue, lowest: int = 0) -> int | None:
    """Return a whole number of at least `lowest`, None for a missing one; raises UnexpectedReply for anything else."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < lowest:
        raise UnexpectedReply(f"is told as {value!r:.60}, which is no such number")
    return value


def flag(value: JsonValue) -> bool | None:
    """Return yes or no, also from 0 and 1; None for a missing one; raises UnexpectedReply for anything else."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and value in {0, 1}:
        return value == 1
    raise UnexpectedReply(f"is told as {value!r:.60}, neither yes nor no")


def moment(value: JsonValue) -> datetime | None:
    """Return a moment in UTC from ISO 8601, None for a missing one; raises UnexpectedReply for anything else."""
    told = text(value)
    if told is None:
        return None
    try:
        at = datetime.fromisoformat(told)
    except ValueError as error:
        raise UnexpectedReply(f"is told as {told!r:.60}, which is no moment") from error
    if at.tzinfo is None:
        raise UnexpectedReply(f"is told as {told!r:.60}, a moment without a time zone")
    return at.astimezone(UTC)


def name_of(row: JsonObject, block: str, key: str = "name") -> str:
    """Return an entry's name; raises UnexpectedReply without one: such an object is never found again."""
    name = text(row.get(key))
    if name is None:
        raise UnexpectedReply(f"holds an entry without a name in {block!r}")
    return name
