"""What a person should know of an agent, noted once an hour for each kind: an agent cannot flood the list."""

from datetime import datetime, timedelta
from typing import Final

from collectors.facts.plain_text import plain_line
from server.agents.models import Agent, AgentEvent
from server.clients.models import Site

QUIET: Final = timedelta(hours=1)
TEXT_LENGTH: Final = 300

TOKEN_AGAIN: Final = "token used again"  # noqa: S105 - a kind of event
KEY_AGAIN: Final = "key used again"
COPIED: Final = "restored or cloned"
CONFIRMED: Final = "confirmed"
ENROLLED: Final = "enrolled"
APPROVED: Final = "approved"
REVOKED: Final = "revoked"
ROTATED: Final = "keys changed"
ODD_REPORT: Final = "odd report"
CLOCK: Final = "clock"
LOST: Final = "reports lost"


def note(site: Site, agent: Agent | None, kind: str, text: str, now: datetime, *, always: bool = False) -> bool:
    """Note an event; return whether it was noted: of a kind one an hour, unless it must `always` stand."""
    if not always and AgentEvent.objects.filter(site=site, agent=agent, kind=kind, at__gt=now - QUIET).exists():
        return False
    AgentEvent.objects.create(site=site, agent=agent, kind=kind, text=plain_line(text, TEXT_LENGTH), at=now)
    return True
