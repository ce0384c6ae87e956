"""What is no longer needed goes: notices, messages that were sent, episodes and problems that ended."""

from datetime import datetime, timedelta
from typing import Final

from server.notices.models import Episode, Notice, Outgoing, Problem
from server.retention import Budget, delete

NOTICES: Final = timedelta(days=180)
SENT: Final = timedelta(days=30)
ENDED: Final = timedelta(days=90)


def forget_old(at: datetime) -> int:
    """Delete what is older than it is kept; return how many rows went. What is not sent or not over stays."""
    budget = Budget()
    for rows in (
        Notice.objects.filter(at__lt=at - NOTICES),
        Outgoing.objects.filter(sent_at__lt=at - SENT),
        Outgoing.objects.filter(failed_at__lt=at - ENDED),
        Episode.objects.filter(ended_at__lt=at - ENDED),
        Problem.objects.filter(ended_at__lt=at - ENDED),
    ):
        delete(rows, budget)
    return budget.count
