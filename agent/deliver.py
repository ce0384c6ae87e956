"""Delivery of what waits in the spool, oldest first; a report is forgotten only after the server's word on it."""

import logging
from dataclasses import dataclass
from typing import Final

from agent.errors import ServerRefused, ServerUnavailable
from agent.server_api import ServerApi
from agent.spool import Spool, Waiting
from agent.steps import At, passing
from collectors.link.limits import BODY_BYTES, REPORTS_COUNT, UNPACKED_BYTES
from collectors.link.packing import packed

logger = logging.getLogger(__name__)

_AROUND_BYTES: Final = 4_096
FAILS_COUNT: Final = 5
"""So often the server may fail over one report alone before the others go first."""
_CANNOT_BE_TAKEN: Final = frozenset({400, 413, 415, 422})


@dataclass
class Delivery:
    """Sends one batch at a time: at most 20 reports or 1 MiB packed."""

    spool: Spool
    api: ServerApi
    at: At = passing
    _count: int = REPORTS_COUNT
    _failed: int = 0

    def send(self) -> int:
        """Send the oldest reports and return how many are settled; raises what `ServerApi.deliver` raises."""
        batch, body = self._batch()
        if not batch:
            return 0
        self.at("before reports are sent")
        try:
            reply = self.api.deliver(body)
        except ServerRefused as error:
            if error.status not in _CANNOT_BE_TAKEN:
                raise
            return self._without_the_bad_one(batch, str(error))
        except ServerUnavailable as error:
            if error.status == 500:
                self._failed_over(batch)
            raise
        self.at("reports answered")
        self._count, self._failed = REPORTS_COUNT, 0
        sent = {one.id for one in batch}
        outcomes = [one for one in reply.outcomes if one.report_id in sent]
        for one in outcomes:
            if one.outcome == "rejected":
                logger.error("the server rejected a report", extra={"report": one.report_id, "reason": one.reason})
        settled = self.spool.settle(outcomes)
        self.at("reports forgotten")
        if settled == 0:
            raise ServerUnavailable("The server said nothing of the reports that it was sent.")
        return settled

    def _batch(self) -> tuple[tuple[Waiting, ...], bytes]:
        """Return the oldest reports that fit into one request, and its body."""
        count = self._count
        while True:
            batch = self.spool.oldest(count, UNPACKED_BYTES - _AROUND_BYTES, BODY_BYTES - _AROUND_BYTES)
            if not batch:
                return (), b""
            body = packed(b'{"reports":[' + b",".join(one.text for one in batch) + b"]}")
            if len(body) <= BODY_BYTES:
                return batch, body
            if len(batch) == 1:
                self.spool.reject(batch[0].id, f"larger than {BODY_BYTES} bytes, packed")
            count = max(1, len(batch) // 2)

    def _without_the_bad_one(self, batch: tuple[Waiting, ...], why: str) -> int:
        """Keep a report apart that the server can never take, or look for it in smaller batches."""
        if len(batch) == 1:
            self.spool.reject(batch[0].id, why)
            self._count = REPORTS_COUNT
            return 1
        self._count = max(1, len(batch) // 2)
        return 0

    def _failed_over(self, batch: tuple[Waiting, ...]) -> None:
        """Let no report that breaks the server hold up the others: smaller batches, then it goes behind them."""
        self._count = max(1, len(batch) // 2)
        self._failed = self._failed + 1 if len(batch) == 1 else 0
        if self._failed >= FAILS_COUNT:
            self.spool.put_behind(batch[0].id)
            self._count, self._failed = REPORTS_COUNT, 0
