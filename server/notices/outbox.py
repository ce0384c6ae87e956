"""The outbox: what has to leave is sent until it is taken; a failure is tried later, and kept with its reason."""

import logging
import smtplib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from server.notices.models import Outgoing

logger = logging.getLogger(__name__)

PAUSES_S: Final = (60, 300, 900, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600)
"""Before the second and each further attempt; after the last one a person has to look."""
BATCH_COUNT: Final = 100


class Later(Exception):
    """It could not be sent now; it is tried again."""


class Never(Exception):
    """It was refused for good: a person has to look."""


Send = Callable[[Outgoing], None]


def send_due(senders: Mapping[str, Send], at: datetime) -> int:
    """Send what is due, each by the sender of its kind; return how many were taken.

    A row is claimed first, so that two workers do not send it twice; one that dies while sending is tried again.
    """
    due = Outgoing.objects.filter(sent_at=None, failed_at=None, due_at__lte=at).order_by("due_at")
    sent = 0
    for row in due.select_related("user", "webhook")[:BATCH_COUNT]:
        pause_s = PAUSES_S[min(row.attempts, len(PAUSES_S) - 1)]
        claimed = Outgoing.objects.filter(pk=row.pk, sent_at=None, attempts=row.attempts).update(
            attempts=F("attempts") + 1, due_at=at + timedelta(seconds=pause_s)
        )
        if claimed:
            sent += _send(row, senders[row.kind], at)
    return sent


def _send(row: Outgoing, send: Send, at: datetime) -> int:
    try:
        send(row)
    except Later as later:
        _note(row, str(later), at, for_good=row.attempts + 1 > len(PAUSES_S))
        return 0
    except Never as never:
        _note(row, str(never), at, for_good=True)
        return 0
    Outgoing.objects.filter(pk=row.pk).update(sent_at=at, problem="")
    return 1


def _note(row: Outgoing, problem: str, at: datetime, *, for_good: bool) -> None:
    Outgoing.objects.filter(pk=row.pk).update(problem=problem[:300], failed_at=at if for_good else None)
    level = logging.ERROR if for_good else logging.WARNING
    logger.log(level, "a message could not be sent", extra={"outgoing": row.uid, "kind": row.kind, "reason": problem})


REFUSED_MAIL: Final = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)
"""What a mail server says of one message, rather than of itself."""
