"""A request that is refused: the status, and what the agent must know to go on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from collectors.link.messages import Refusal, State
from server.agents.models import Agent

BUSY_S: Final = 30
"""When to come again where the server or its database is busy."""
NOT_HELD: Final = "the signature does not hold"
"""One text for an unknown agent, a wrong key and a changed request: who asks is not known."""


@dataclass
class Refused(Exception):
    """Answered with this status and a `Refusal`."""

    status: int
    error: str
    state: State | None = None
    epoch: int | None = None
    after_s: int | None = None

    def message(self, now: datetime) -> Refusal:
        """Return the body."""
        return Refusal(error=self.error, state=self.state, epoch=self.epoch, server_time=now)


def state_of(agent: Agent) -> State:
    """Return the agent's state in the protocol's words, which are those of the model."""
    return cast("State", agent.state)


def of(agent: Agent, status: int, error: str) -> Refused:
    """Return a refusal that tells an agent, which has proved itself, its state and epoch."""
    return Refused(status, error, state_of(agent), agent.epoch)
