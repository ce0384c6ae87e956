"""Linux machines of the Debian, Ubuntu and Red Hat families, over SSH."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, gather
from collectors.facts.facts import Facts
from collectors.readers.linux import machine, questions
from collectors.readers.linux.sections import SECTIONS
from collectors.replies import TextReplies

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Linux (Debian, Ubuntu, Red Hat families), over SSH"
DEVICE_CLASS = "linux server"
SHELL = "sh"

ASKS = questions.ASKS
PREPARES: tuple[str, ...] = ()
NEEDS = questions.NEEDS
GENTLE = Gentle()
MATCHES = Matches(replies={questions.OS_RELEASE: r"^ID=\S+"}, rank=500)


def read(replies: TextReplies) -> Facts:
    """Return the facts of a Linux machine."""
    return gather(replies, SECTIONS, marks=machine.marks, device_class=lambda _: DEVICE_CLASS)
