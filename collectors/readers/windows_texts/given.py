"""Which of several outputs was given: a section is read from the first that was."""

from collectors.errors import NoReply
from collectors.facts.gaps import Gap, GapReason
from collectors.replies import JsonReplies


def given(replies: JsonReplies, *questions: str) -> str | None:
    """Return the text of the first of these outputs that was given, None when none was."""
    for question in questions:
        try:
            reply = replies[question]
        except NoReply:
            continue
        if isinstance(reply, str):
            return reply
    return None


def needed(replies: JsonReplies, *questions: str) -> str:
    """Return the text of the first of these outputs that was given; raises NoReply when none was."""
    text = given(replies, *questions)
    if text is not None:
        return text
    raise NoReply(_gap(replies, questions[0]))


def _gap(replies: JsonReplies, question: str) -> Gap:
    try:
        replies[question]
    except NoReply as error:
        return error.gap
    return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is no text in the reply to {question!r}")
