"""What is no longer needed goes: notices, messages that were sent, episodes and problems that ended."""

from datetime import datetime, timedelta
from typing import Final

from server.notices.models import Episode, Notice, Outgoing, Problem

NOTICES: Final = timedelta(days=180)
SENT: Final = timedelta(days=30)
ENDED: Final = timedelta(days=90)


def forget_old(at: datetime) -> int:
    """Delete what is older than it is kept; return how many rows went. What is not sent or not over stays."""
    told, _by_model = Notice.objects.filter(at__lt=at - NOTICES).delete()
    sent, _by_model = Outgoing.objects.filter(sent_at__lt=at - SENT).delete()
    failed, _by_model = Outgoing.objects.filter(failed_at__lt=at - ENDED).delete()
    over, _by_model = Episode.objects.filter(ended_at__lt=at - ENDED).delete()
    ended, _by_model = Problem.objects.filter(ended_at__lt=at - ENDED).delete()
    return told + sent + failed + over + ended
