"""The named steps between which the agent may be killed; tests stand at each of them, nothing else does."""

from collections.abc import Callable
from typing import Final, Literal, get_args

Step = Literal[
    "before the keys are written",
    "keys written",
    "before the enrolment is sent",
    "enrolment answered",
    "enrolment kept",
    "before a poll is sent",
    "poll answered",
    "jobs taken",
    "before work is given",
    "outcome received",
    "before a report is kept",
    "report kept",
    "before reports are sent",
    "reports answered",
    "reports forgotten",
    "next keys written",
    "rotation answered",
    "next keys in force",
    "rotation ended",
]
STEPS: Final = get_args(Step)
At = Callable[[Step], None]


def passing(step: Step) -> None:
    """Pass a step."""
