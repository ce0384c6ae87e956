"""The outbox: what has to leave is sent until it is taken; a failure is tried later, and kept with its reason."""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, QuerySet

from server.notices.models import Outgoing

logger = logging.getLogger(__name__)

PAUSES_S: Final = (60, 300, 900, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600)
"""Before the second and each further attempt; after the last one a person has to look."""
BATCH_COUNT: Final = 100
BATCH_S: Final = 240
"""After so long no further row is begun: the next round goes on."""
CLAIM: Final = timedelta(minutes=10)
"""Longer than a batch and one sending: a worker that died is waited for so long."""


class Later(Exception):
    """It could not be sent now; it is tried again."""


class Down(Later):
    """Nothing of this kind is taken at present: the others wait too, without an attempt of their own."""

    def __init__(self, text: str, pause_s: int = PAUSES_S[0]) -> None:
        """Take why, and for how long nothing of the kind is tried."""
        super().__init__(text)
        self.pause = timedelta(seconds=pause_s)


class Never(Exception):
    """It was refused for good: a person has to look."""


Send = Callable[[Outgoing], None]


def waiting() -> QuerySet[Outgoing]:
    """Return what has not left and is still tried."""
    return Outgoing.objects.filter(sent_at=None, failed_at=None)


def send_due(senders: Mapping[str, Send], at: datetime) -> int:
    """Send what is due, each by the sender of its kind; return how many were taken.

    A row is claimed first, so that two workers do not send it twice; one that dies while sending is tried again.
    """
    began_s, sent = time.monotonic(), 0
    left_alone: set[tuple[str, int | None]] = set()  # receivers that could not take the row before
    for row in (
        waiting().filter(due_at__lte=at).select_related("user", "webhook").order_by("due_at", "pk")[:BATCH_COUNT]
    ):
        if time.monotonic() - began_s > BATCH_S:
            break
        receiver = (row.kind, row.webhook_id)
        if receiver in left_alone:
            continue
        mine = waiting().filter(pk=row.pk, attempts=row.attempts)
        if mine.update(attempts=F("attempts") + 1, due_at=at + CLAIM):
            taken = _send(row, senders.get(row.kind), at)
            sent += taken is True
            if taken is None:
                left_alone.add(receiver)
    return sent


def _send(row: Outgoing, send: Send | None, at: datetime) -> bool | None:
    """Return whether it was taken; None when the receiver could not take anything."""
    try:
        if send is None:
            raise Never("there is no way to send this kind")
        send(row)
    except Down as down:
        again_at = at + down.pause
        waiting().filter(kind=row.kind, due_at__lte=again_at).update(due_at=again_at)
        Outgoing.objects.filter(pk=row.pk).update(due_at=again_at, attempts=row.attempts, problem=str(down)[:300])
        logger.warning("nothing can be sent at present", extra={"kind": row.kind, "reason": str(down)})
        return None
    except Later as later:
        _note(row, str(later), at, for_good=row.attempts >= len(PAUSES_S))
        return None if row.kind == "webhook" else False
    except Never as never:
        _note(row, str(never), at, for_good=True)
        return False
    Outgoing.objects.filter(pk=row.pk).update(sent_at=at, problem="")
    return True


def _note(row: Outgoing, problem: str, at: datetime, *, for_good: bool) -> None:
    pause = timedelta(seconds=PAUSES_S[min(row.attempts, len(PAUSES_S) - 1)])
    failed_at = at if for_good else None
    Outgoing.objects.filter(pk=row.pk).update(problem=problem[:300], failed_at=failed_at, due_at=at + pause)
    level = logging.ERROR if for_good else logging.WARNING
    logger.log(level, "a message could not be sent", extra={"outgoing": row.uid, "kind": row.kind, "reason": problem})
