"""A box that tells its name."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, gather
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.sections.system import Identity
from collectors.replies import TextReplies

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "A box in a test"
DEVICE_CLASS = "server"
ASKS = ("name",)
PREPARES: tuple[str, ...] = ()
NEEDS = {"identity": "nothing"}
GENTLE = Gentle()
MATCHES = Matches(banner=("^box",))


def read(replies: TextReplies) -> Facts:
    if replies["name"] == "broken":
        raise KeyError("a defect of the driver")
    return gather(
        replies,
        {"identity": lambda told: Identity(name=told["name"])},
        marks=lambda told: Marks(serial=f"serial of {told['name']}"),
    )
