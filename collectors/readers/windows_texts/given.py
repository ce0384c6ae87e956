"""Which of several outputs was given: a section is read from the first that was."""

from collectors.errors import NoReply
from collectors.facts.gaps import Gap, GapReason
from collectors.replies import JsonReplies


def given(replies: JsonReplies, *questions: str) -> str | None:
    """Return the text of the first of these outputs that was given, None when none was.

    Raises NoReply for one that was given and could not be read: a lesser source would answer in its place.
    """
    for question in questions:
        try:
            reply = replies[question]
        except NoReply as error:
            if error.gap.reason is not GapReason.NOT_ASKED:
                raise
            continue
        if isinstance(reply, str):
            return reply
        raise NoReply(Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is no text in the reply to {question!r}"))
    return None


def needed(replies: JsonReplies, *questions: str) -> str:
    """Return the text of the first of these outputs that was given; raises NoReply when none was."""
    text = given(replies, *questions)
    if text is not None:
        return text
    raise NoReply(Gap(reason=GapReason.NOT_ASKED, text="was not asked"))
